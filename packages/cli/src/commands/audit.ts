import { agoText, NetlatchError, parseAge, readAudit, verifyAudit } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput, writeOutput } from '../output-file.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

interface ListOptions extends OutputOptions {
  readonly device?: string
  readonly credential?: string
  readonly since?: string
  readonly limit: string
}

const columns = [
  'seq',
  'at',
  'user',
  'host',
  'program',
  'action',
  'device',
  'credential',
  'username',
  'ground',
  'result',
]

export function registerAudit(program: Command, register: Register): void {
  const audit = program.command('audit').description('who used which credential on which device, and what came of it')
  register(
    withOutput(audit.command('list'))
      .description('the latest entries')
      .option('--device <name>', 'only this device')
      .option('--credential <name>', 'only this credential')
      .option('--since <age>', 'not older than this: 2h, 7d')
      .option('-n, --limit <number>', 'at most so many', '100'),
    list,
  )
  register(
    audit
      .command('verify')
      .description('find entries that were changed, removed, added or reordered')
      .option('--expect-head <hash>', 'a head that was noted before must appear again'),
    verify,
  )
}

const list: Action<ListOptions> = async ({ terminal, open }, options) => {
  checkOutput(options)
  const { device, credential, output } = options
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1) throw new NetlatchError('USAGE', '--limit takes a whole number above 0.')
  await using netlatch = await open({ allowProblems: true })
  const now = netlatch.now()
  const ageMs = options.since === undefined ? undefined : parseAge(options.since)
  if (options.since !== undefined && ageMs === undefined)
    throw new NetlatchError('USAGE', `--since takes an age as 2h or 7d; not ${options.since}.`)
  const entries = await readAudit(netlatch, {
    limit,
    ...(device !== undefined && { device }),
    ...(credential !== undefined && { credential }),
    ...(ageMs !== undefined && { since: new Date(now.getTime() - ageMs) }),
  })
  for (const { secretId: _, ...entry } of entries) terminal.emit({ type: 'audit', ...entry })
  if (output !== undefined) await writeOutput(output, entries, columns)
  if (terminal.json) return 0
  const isFiltered = [device, credential, options.since].some((filter) => filter !== undefined)
  if (entries.length === 0)
    terminal.say(isFiltered ? 'No entry of that kind: netlatch audit list' : 'Nothing was sent yet.')
  else
    terminal.say(
      table(
        entries.map((entry) => [
          String(entry.seq),
          agoText(entry.at, now),
          `${entry.user}@${entry.host} (${entry.program})`,
          entry.action,
          entry.credential ?? '',
          entry.device ?? '',
          entry.username,
          entry.ground ?? '',
          entry.result,
        ]),
        { head: ['', 'When', 'Who', 'Did', 'Credential', 'Device', 'Username', 'Why', 'Result'], right: [0] },
      ),
    )
  return 0
}

const verify: Action<{ readonly expectHead?: string }> = async ({ terminal, open }, options) => {
  await using netlatch = await open({ allowProblems: true })
  const verdict = await verifyAudit(netlatch, options)
  terminal.emit({ type: 'auditVerdict', ...verdict })
  if (verdict.intact) {
    if (!terminal.json)
      terminal.say(
        `${count(verdict.entries, 'entry').replace(/entrys$/, 'entries')}, none changed, removed, added or reordered.\nHead ${verdict.head}: note it elsewhere, and later: netlatch audit verify --expect-head <hash>`,
      )
    return 0
  }
  const found = {
    changed: 'was changed after it was written',
    missing: 'is missing',
    added: 'was added behind the back of the trail',
    replaced: 'is the end of a trail in which the expected head does not appear: it was written anew',
  }
  if (!terminal.json) terminal.say(`${terminal.symbols.look} entry ${verdict.seq} ${found[verdict.found]}`)
  return 1
}
