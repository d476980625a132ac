import { agoText, type StartupDiff, selectTargets, startupDiffs } from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { writeText } from '../terminal-text.ts'
import { count } from './plan-text.ts'

/** Unsaved changes: of one device in full, of several which ones have some. */
export async function diffStartup({ terminal, open }: CommandContext, args: readonly string[]): Promise<number> {
  await using netlatch = await open({ allowProblems: true })
  const { devices } = await selectTargets(netlatch, { selection: args.length > 0 ? args : ['all'] })
  const found: StartupDiff[] = []
  for await (const each of startupDiffs(netlatch, devices)) {
    found.push(each)
    const { diff, ...rest } = each
    terminal.emit({ type: 'startup', ...rest, ...diff })
  }
  const counts = { saved: having(found, 'saved'), unsaved: having(found, 'unsaved'), unknown: having(found, 'unknown') }
  terminal.emit({ type: 'summary', devices: found.length, ...counts })
  if (terminal.json) return 0
  const [only] = found
  if (only && found.length === 1) sayOne(terminal, only, netlatch.now())
  else saySeveral(terminal, found, counts)
  return 0
}

function sayOne(terminal: Terminal, { device, state, at, diff, because }: StartupDiff, now: Date): void {
  const as = at ? `, as of the backup ${agoText(at, now)}` : ''
  if (state === 'saved') terminal.say(`${device}: saved${as}.`)
  else if (state === 'unknown') terminal.say(`${device}: not known whether it is saved: ${because}.`)
  else writeText(terminal, diff.text)
}

function saySeveral(
  terminal: Terminal,
  found: readonly StartupDiff[],
  counts: Readonly<Record<StartupDiff['state'], number>>,
): void {
  const parts = Object.entries(counts).filter(([, number]) => number > 0)
  terminal.say(`${count(found.length, 'device')}: ${parts.map(([state, number]) => `${number} ${state}`).join(' · ')}`)
  const unsaved = found.filter(({ state }) => state === 'unsaved')
  const rows = unsaved.map(({ device, diff }) => [
    terminal.symbols.look,
    device,
    `unsaved, +${diff.linesAdded} -${diff.linesRemoved}`,
    `netlatch diff ${device} --startup`,
  ])
  const reasons = [...Map.groupBy(found, ({ because }) => because)].filter(([because]) => because !== '')
  for (const [because, same] of reasons)
    rows.push([terminal.symbols.idle, `${count(same.length, 'device')} unknown`, because, ''])
  if (rows.length > 0) terminal.say(`\n${table(rows)}`)
}

function having(found: readonly StartupDiff[], state: StartupDiff['state']): number {
  return found.filter((each) => each.state === state).length
}
