import { readFile } from 'node:fs/promises'
import {
  type Device,
  foldNamesShort,
  keyOwner,
  type Netlatch,
  NetlatchError,
  parseScan,
  type ScannedKey,
  type ScanReport,
  scanHostKeys,
  selectTargets,
} from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import { checkOutput, type OutputOptions, writeOutput } from '../output-file.ts'
import { startProgress } from '../progress-bar.ts'
import type { SelectionOptions } from '../selection-options.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'

interface ScanOptions extends SelectionOptions, OutputOptions {
  readonly compare?: string
}

export async function trustScan(
  context: CommandContext,
  options: ScanOptions,
  args: readonly string[],
): Promise<number> {
  const { terminal, interrupts } = context
  checkOutput(options)
  const { compare, output } = options
  const compareWith = compare === undefined ? undefined : parseScan(await readText(compare), compare)
  await using netlatch = await context.open()
  const devices = await scannedDevices(netlatch, options, args)
  const progress = startProgress(terminal, devices.length, 'collected')
  const seen: ScannedKey[] = []
  try {
    const report = await scanHostKeys(netlatch, devices, {
      finish: interrupts.finish,
      signal: interrupts.signal,
      ...(compareWith && { compareWith }),
      onScanned: (each) => {
        seen.push(each)
        terminal.emit({ type: 'hostKey', ...each })
        progress.update(seen.length, 'no login, nothing sent')
      },
    })
    progress.stop()
    if (output !== undefined) await writeOutput(output, seen, ['device', 'state', 'now', 'was', 'reason'])
    if (terminal.json) terminal.emit(summaryOf(report))
    else sayReport(terminal, report, compare)
    if (interrupts.finish.aborted) return 130
    return report.changed.length + report.failed.length + report.differing.length > 0 ? 1 : 0
  } finally {
    progress.stop()
  }
}

/** Words that name jump hosts and nothing else mean those; a device behind one needs its key first. */
async function scannedDevices(
  netlatch: Netlatch,
  options: SelectionOptions,
  args: readonly string[],
): Promise<readonly Device[]> {
  const { jumpHosts } = netlatch.workspace.settings
  const isJumpHost = (word: string) => Object.hasOwn(jumpHosts, word) && !netlatch.inventory.byName.has(word)
  if (args.length > 0 && args.every(isJumpHost)) return args.map((name) => keyOwner(netlatch, name))
  return (await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })).devices
}

function summaryOf(report: ScanReport): Record<string, unknown> {
  return {
    type: 'summary',
    known: report.known.length,
    new: report.added.length,
    changed: report.changed.length,
    failed: report.failed.reduce((sum, { devices }) => sum + devices.length, 0),
    confirmed: report.confirmed,
    differing: report.differing,
    oddities: report.oddities,
  }
}

function sayReport(terminal: Terminal, report: ScanReport, compare: string | undefined): void {
  const { known, added, changed, failed, oddities, confirmed, differing } = report
  const rows = [
    [String(known.length), 'already known, unchanged', ''],
    [String(added.length), 'new', added.length > 0 ? 'written to known_hosts, not committed' : ''],
    ...(compare === undefined ? [] : [[String(confirmed), `the same in ${compare}`, 'vouched for by two scans']]),
    ...(changed.length > 0 ? [[String(changed.length), 'CHANGED', 'not written, see below']] : []),
    ...failed.map(({ text, devices, advice }) => [String(devices.length), text, foldNamesShort(devices, 4), advice]),
  ]
  terminal.say(table(rows, { right: [0] }))
  if (oddities.length > 0) {
    const odd = oddities.map(({ text, devices }) => ['', text, foldNamesShort(devices, 6)])
    terminal.say(`\n  Look at these before you commit\n${table(odd)}`)
  }
  for (const { device, was, now, state } of changed)
    terminal.say(
      state === 'revoked'
        ? `\n  ${device}   shows ${now}, which known_hosts revokes: ask who revoked it`
        : `\n  ${device}   was  ${was}\n  ${' '.repeat(device.length)}   now  ${now}\n  ${' '.repeat(device.length)}   if the device was replaced:  netlatch trust ${device}`,
    )
  for (const { device, first, now } of differing)
    terminal.say(
      `\n  ${device}   there  ${first}\n  ${' '.repeat(device.length)}   here   ${now}\n  ${' '.repeat(device.length)}   two ways show two keys: somebody may be in between. Not written.`,
    )
  if (added.length > 0) terminal.say('\nReview: git diff known_hosts')
  if (compare === undefined && added.length > 0)
    terminal.say('Second opinion, from another machine: netlatch trust --scan --compare scan.json')
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const advice = 'Correct the name, or look at the rights of the file.'
    throw new NetlatchError('FILE_UNREADABLE', `${path}: cannot be read.`, { cause, advice })
  }
}
