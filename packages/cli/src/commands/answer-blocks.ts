import {
  type CommandsResult,
  type Device,
  type DeviceResult,
  foldNamesShort,
  formatDuration,
  type ParsedAnswer,
} from '@netlatch/core'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'

type Answered = CommandsResult & { readonly parsed?: readonly ParsedAnswer[] }
type Result = Answered | DeviceResult

/** As the devices stand in the inventory, however they came in. */
export function inOrder<R extends DeviceResult>(results: readonly R[], devices: readonly Device[]): R[] {
  const places = new Map(devices.map((device, index) => [device.name, index]))
  return results.toSorted((a, b) => (places.get(a.device) ?? 0) - (places.get(b.device) ?? 0))
}

/** The answers for people, of the devices that gave one; where asked, those that are the same on more than three devices stand together. */
export function sayAnswers(terminal: Terminal, results: readonly Result[], groupSame: boolean): void {
  const answered = results.filter((result) => 'answers' in result)
  const grouped = groupSame && results.length > 3
  const key = (result: Answered) =>
    grouped ? JSON.stringify(result.answers.map((answer) => answer.output)) : result.device
  for (const [first, ...others] of Map.groupBy(answered, key).values())
    if (first)
      sayBlock(
        terminal,
        [first, ...others].map(({ device }) => device),
        first,
      )
}

function sayBlock(terminal: Terminal, devices: readonly string[], result: Answered): void {
  const names = foldNamesShort(devices, 6)
  const took = formatDuration(result.durationMs)
  const head = devices.length > 1 ? `${names}   (${devices.length} devices, same answer)` : names
  terminal.say(`${terminal.style('bold', head)}${' '.repeat(Math.max(2, 78 - head.length - took.length))}${took}`)
  for (const [index, answer] of result.answers.entries()) {
    const parsed = result.parsed?.[index]
    if (result.answers.length > 1) terminal.say(`│ ${terminal.style('dim', answer.command)}`)
    if (parsed?.failed !== undefined) terminal.say(`│ ${terminal.style('dim', `not parsed: ${parsed.failed}`)}`)
    const text = parsed && parsed.failed === undefined ? rowsText(parsed) : answer.output.trimEnd()
    for (const line of text.split('\n')) terminal.say(`│ ${line}`.trimEnd())
  }
  terminal.say()
}

function rowsText({ header, rows }: ParsedAnswer): string {
  if (rows.length === 0) return 'no rows'
  const cells = rows.map((row) => header.map((name) => cellText(row[name] ?? '')))
  return table(cells, { head: header })
}

function cellText(cell: ParsedAnswer['rows'][number][string]): string {
  if (typeof cell === 'string') return cell
  return cell.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry))).join(', ')
}
