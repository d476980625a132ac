import {
  agoText,
  type CredentialOverview,
  credentialOverview,
  foldNamesShort,
  type Netlatch,
  NetlatchError,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

export function registerVaultShow(vault: Command, register: Register): void {
  register(vault.command('list').description('the credentials, without their secrets'), list)
  register(
    vault
      .command('show')
      .description('one credential: where it may go, which devices it matches, where it works; never its secret')
      .argument('<credential>'),
    show,
  )
}

const list: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const unproven = await whyUnproven(netlatch)
  for (const { origin: _, ...credential } of netlatch.credentials)
    terminal.emit({ type: 'credential', ...credential, verified: unproven === undefined })
  if (terminal.json) return 0
  if (unproven !== undefined) terminal.say(`What follows is what the file says, not proven. ${unproven}\n`)
  const rows = netlatch.credentials.map((each) => [
    each.name,
    each.username,
    each.realm ?? '',
    String(each.priority),
    each.match ?? each.tags.join(', '),
    each.hosts.join(', '),
    [each.reference ?? 'sealed', ...(each.fallback ? ['fallback'] : [])].join(' · '),
  ])
  if (!netlatch.vaultFile) terminal.say('There is no vault: netlatch vault init')
  else if (rows.length === 0) terminal.say('No credential yet: netlatch vault add <name>')
  else
    terminal.say(
      table(rows, { head: ['Name', 'Username', 'Realm', 'Priority', 'Matches', 'Hosts', 'Secret'], right: [3] }),
    )
  return 0
}

/** Why the public part of the vault is not proven; undefined when it is, or when there is no vault. */
async function whyUnproven(netlatch: Netlatch): Promise<string | undefined> {
  if (!netlatch.vaultFile) return undefined
  try {
    await netlatch.vault()
    return undefined
  } catch (error) {
    if (error instanceof NetlatchError) return error.message
    throw error
  }
}

const show: Action<object> = async ({ terminal, open }, _options, [name = '']) => {
  await using netlatch = await open({ allowProblems: true })
  const overview = await credentialOverview(netlatch, name)
  const { credential, named, inScope, stats, ...rest } = overview
  terminal.emit({
    type: 'credential',
    ...credential,
    ...rest,
    matches: named.map((device) => device.name),
    inScope: inScope.map((device) => device.name),
    ...(stats && { stats }),
  })
  if (terminal.json) return 0
  const { origin } = credential
  terminal.say(`${credential.name} · ${credential.username}        ${origin.file}:${origin.line}`)
  if (!overview.verified) terminal.say('The vault is locked: what follows is what its file says, not proven.')
  terminal.say(table(rowsOf(overview, netlatch.now())))
  return 0
}

function rowsOf({ credential, isDefault, named, inScope, opens, stats }: CredentialOverview, now: Date): string[][] {
  const { realm, priority, tags, match, hosts, ports, fallback, reference, rev } = credential
  const outside = named.length - inScope.length
  const names = [...(tags.length > 0 ? [`tags ${tags.join(', ')}`] : []), ...(match ? [`match ${match}`] : [])]
  return [
    ['realm', realm ?? 'none declared'],
    [
      'priority',
      `${priority}${fallback ? ' · fallback: only with --include-fallback' : ''}${isDefault ? ' · the default' : ''}`,
    ],
    ['matches', `${count(named.length, 'device')}${names.length > 0 ? ` (${names.join('; ')})` : ''}`],
    [
      'may go to',
      `${hosts.join(', ')}${ports ? `, ports ${ports.join(', ')}` : ''}${outside > 0 ? ` · ${outside} of its devices ${outside === 1 ? 'is' : 'are'} outside` : ''}`,
    ],
    ['secret', reference ?? `sealed, revision ${rev}`],
    ['opens', opens.length > 0 ? `${count(opens.length, 'device')}: ${foldNamesShort(opens, 8)}` : 'nothing yet'],
    ...(stats
      ? [
          [
            'logins',
            `${stats.successes} opened, ${stats.failures} failed${stats.lastUsedAt ? `, last ${agoText(stats.lastUsedAt, now)}` : ''}`,
          ],
        ]
      : []),
  ]
}
