import { type Explanation, explainCandidates, NetlatchError, type Origin } from '@netlatch/core'
import type { Action } from '../command-context.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { type ChangesOptions, explainChanges } from './creds-changes.ts'

export const explain: Action<ChangesOptions> = async (context, options, [name]) => {
  const { changedSince, output, failOn } = options
  if ((name === undefined) === (changedSince === undefined))
    throw new NetlatchError('USAGE', 'explain takes one device, or --changed-since <rev>.', {
      advice: 'As: netlatch creds explain core-1, or netlatch creds explain --changed-since origin/main',
    })
  if (name === undefined) return explainChanges(context, options)
  if (output !== undefined || failOn !== undefined)
    throw new NetlatchError('USAGE', '--output and --fail-on go with --changed-since.', {
      advice: 'Leave them out, or: netlatch creds explain --changed-since origin/main',
    })
  const { terminal, open } = context
  // A mistake elsewhere in the files is told, and does not keep this device from being explained.
  await using netlatch = await open({ allowProblems: true })
  const explanation = await explainCandidates(netlatch, name)
  if (terminal.json) terminal.emit(explanationObject(explanation))
  else sayExplanation(terminal, explanation, netlatch.vaultFile !== undefined)
  return explanation.candidates.length > 0 ? 0 : 1
}

function sayExplanation(terminal: Terminal, explanation: Explanation, hasVault: boolean): void {
  const { device, at, candidates, excluded, tries, advice, verified, unknownPin } = explanation
  const facts = [
    device.name,
    `${device.hosts[0]}:${device.port}`,
    device.platform,
    ...(device.site ? [`site ${device.site}`] : []),
    ...(device.tags.length > 0 ? [`tags ${device.tags.join(', ')}`] : []),
  ]
  terminal.say(`${facts.join(' · ')}        ${place(at)}`)
  if (!hasVault) terminal.say('There is no vault: netlatch vault init')
  else if (!verified) terminal.say('The vault is locked: what follows is what its file says, not proven.')
  if (unknownPin) {
    const { credential, at: named } = unknownPin
    terminal.say(`${place(named)} names ${credential}, which is not in the vault: netlatch vault add ${credential}`)
  }
  if (candidates.length > 0) {
    terminal.say('\nWould be tried, in this order')
    terminal.say(
      table(
        candidates.map(({ credential, because, at: origin }, index) => [
          String(index + 1),
          credential.name,
          because,
          origin ? place(origin) : 'state',
        ]),
      ),
    )
  } else terminal.say(`\nNo credential would be tried: ${advice}`)
  if (excluded.length > 0) {
    terminal.say('\nNot used here')
    terminal.say(
      table(
        excluded.map(({ credential, because, at: origin }) => [
          terminal.symbols.none,
          credential.name,
          because,
          place(origin),
        ]),
      ),
    )
  }
  if (tries.length > 0) terminal.say(`\nRight now: ${tries.map(triesText).join(', ')}`)
}

function triesText({ username, realm, failed, allowed }: Explanation['tries'][number]): string {
  const where = realm === 'on-device' ? 'on this device' : realm === '' ? '' : `in ${realm}`
  const left = allowed === 'none' ? 'no limit' : `${Math.max(0, allowed - failed)} of ${allowed} tries left`
  return `${left} for ${username} ${where}`.trimEnd()
}

function explanationObject(explanation: Explanation): Record<string, unknown> {
  const { device, candidates, excluded, tries, advice, verified, unknownPin } = explanation
  return {
    type: 'explanation',
    device: device.name,
    verified,
    candidates: candidates.map(({ credential, reason, because, at }) => ({
      credential: credential.name,
      reason,
      because,
      at,
    })),
    excluded: excluded.map(({ credential, kind, because, at }) => ({ credential: credential.name, kind, because, at })),
    tries,
    ...(advice && { advice }),
    ...(unknownPin && { unknownPin }),
  }
}

function place({ file, line }: Origin): string {
  return `${file}:${line}`
}
