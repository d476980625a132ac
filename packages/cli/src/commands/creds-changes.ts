import { type ChangedCandidates, changedCandidates, foldNamesShort, NetlatchError } from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import { writeWhole } from '../output-file.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { becauseOf, changesHeading, changesMarkdown, changesNotes } from './creds-changes-text.ts'
import { count } from './plan-text.ts'

export interface ChangesOptions {
  readonly changedSince?: string
  readonly output?: string
  readonly failOn?: string
}

/** What an edit of the files does to candidates: made for reading in a pull request. */
export async function explainChanges({ terminal, open }: CommandContext, options: ChangesOptions): Promise<number> {
  const { changedSince = '', output, failOn } = options
  const write = writerOf(output)
  await using netlatch = await open()
  const found = await changedCandidates(netlatch, changedSince)
  if (output !== undefined) await writeWhole(output, write(found))
  if (terminal.json) terminal.emit(changesObject(found))
  else sayChanges(terminal, found)
  if (failOn === 'any') return found.changes.length > 0 ? 1 : 0
  return failOn === 'no-candidate' && found.noCandidate.length > 0 ? 1 : 0
}

function writerOf(output: string | undefined): (found: ChangedCandidates) => string {
  if (output === undefined || output.endsWith('.md')) return changesMarkdown
  if (output.endsWith('.json')) return (found) => `${JSON.stringify(changesObject(found), null, 2)}\n`
  throw new NetlatchError('USAGE', `--output ${output}: its name must end in .md or .json.`, {
    advice: 'As: --output changes.md',
  })
}

function sayChanges(terminal: Terminal, found: ChangedCandidates): void {
  terminal.say(changesHeading(found))
  for (const note of changesNotes(found)) terminal.say(note)
  if (found.groups.length > 0) {
    const rows = found.groups.map((group) => [String(group.devices.length), group.change, ...becauseOf(group)])
    terminal.say(`\n${table(rows, { head: ['devices', 'change', 'because'], right: [0] })}`)
  }
  const { noCandidate } = found
  if (noCandidate.length > 0)
    terminal.say(
      `\n  ${terminal.symbols.bad} ${count(noCandidate.length, 'device')} would have no candidate: ${foldNamesShort(noCandidate, 12)}`,
    )
}

function changesObject(found: ChangedCandidates): Record<string, unknown> {
  const { since, until, files, devices, changes, groups, noCandidate, problemsBefore } = found
  return {
    type: 'changes',
    since,
    ...(until && { until }),
    files,
    devices,
    changed: changes.length,
    groups,
    noCandidate,
    changes: changes.map(({ device, before, after, because }) => ({
      device: device.name,
      ...(before && { before }),
      ...(after && { after }),
      because,
    })),
    ...(problemsBefore.length > 0 && { problemsBefore }),
  }
}
