import { agoText, credentialHealth } from '@netlatch/core'
import type { Action } from '../command-context.ts'
import { table } from '../table.ts'

interface HealthOptions {
  readonly broadAbove?: number
}

export const health: Action<HealthOptions> = async ({ terminal, open }, { broadAbove }) => {
  await using netlatch = await open({ allowProblems: true })
  const all = await credentialHealth(netlatch, broadAbove === undefined ? {} : { broadAbove })
  for (const each of all) terminal.emit({ type: 'credentialHealth', ...each })
  const ailing = all.filter(({ findings }) => findings.length > 0)
  const isUrgent = ailing.some(({ findings }) =>
    findings.some(({ kind }) => kind === 'quarantined' || kind === 'budget'),
  )
  if (terminal.json) return isUrgent ? 1 : 0
  const number = (value: number) => value.toLocaleString('en-US')
  const rows = ailing.flatMap(({ credential, matches, opens, stats, findings }) =>
    findings.map(({ text, advice }, index) => [
      ...(index === 0
        ? [
            credential,
            number(matches),
            number(opens),
            stats?.lastUsedAt ? agoText(stats.lastUsedAt, netlatch.now()) : 'never',
          ]
        : ['', '', '', '']),
      text,
      advice,
    ]),
  )
  if (rows.length > 0)
    terminal.say(
      table(rows, { head: ['Credential', 'Devices', 'Opens', 'Last used', 'Health', 'Next'], right: [1, 2] }),
    )
  const good = all.length - ailing.length
  terminal.say(
    `${rows.length > 0 ? '\n' : ''}${good} of ${all.length} ${all.length === 1 ? 'credential' : 'credentials'} good`,
  )
  return isUrgent ? 1 : 0
}
