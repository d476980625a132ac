import {
  type FingerprintReport,
  foldNamesShort,
  type HostKeyImport,
  importHostKeys,
  isFingerprintList,
  parseFingerprints,
  selectTargets,
  verifyFingerprints,
} from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import type { SelectionOptions } from '../selection-options.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { readText } from './trust-scan.ts'

interface ImportOptions extends SelectionOptions {
  readonly import: readonly string[]
}

/** Files of both kinds may stand together: known_hosts files are read, lists of fingerprints are held against the devices. */
export async function trustImport(
  context: CommandContext,
  options: ImportOptions,
  args: readonly string[],
): Promise<number> {
  const { terminal, interrupts } = context
  const files = await Promise.all(options.import.map(async (name) => ({ name, text: await readText(name) })))
  const lists = files.filter(({ text }) => isFingerprintList(text))
  const knownHosts = files.filter((file) => !lists.includes(file))
  const fingerprints = lists.flatMap(({ name, text }) => parseFingerprints(text, name))
  await using netlatch = await context.open()
  const selection = args.length > 0 ? args : ['all']
  const { devices } = await selectTargets(netlatch, { ...options, selection, statuses: 'all' })
  const signal = AbortSignal.any([interrupts.finish, interrupts.signal])
  let exitCode = 0
  if (lists.length > 0) {
    const { finish } = interrupts
    const report = await verifyFingerprints(netlatch, devices, fingerprints, { signal: interrupts.signal, finish })
    terminal.emit({ type: 'fingerprints', ...report })
    if (!terminal.json) sayFingerprints(terminal, report)
    if (report.changed.length + report.failed.length > 0) exitCode = 1
  }
  if (knownHosts.length > 0) {
    const report = await importHostKeys(netlatch, devices, knownHosts, { signal })
    terminal.emit({ type: 'import', ...report })
    if (!terminal.json) sayImport(terminal, report)
    if (report.changed.length > 0) exitCode = 1
  }
  return exitCode
}

function sayImport(terminal: Terminal, report: HostKeyImport): void {
  const { added, known, changed, without, unused, unreadable, certificateAuthorities } = report
  const rows = [
    [added.length, 'imported', added.length > 0 ? 'written to known_hosts' : ''],
    [known.length, 'already known, unchanged', ''],
    [changed.length, 'CHANGED', changed.length > 0 ? 'not written, see below' : ''],
    [without.length, 'without a key', without.length > 0 ? foldNamesShort(without, 4) : ''],
    [unused, 'lines that name no device here', ''],
    [certificateAuthorities, '@cert-authority lines, not supported yet', ''],
    [unreadable.length, 'lines that cannot be read', unreadable.slice(0, 3).join('  ')],
  ] as const
  const shown = rows.filter(([number], index) => number > 0 || index === 0)
  terminal.say(
    table(
      shown.map(([number, ...rest]) => [String(number), ...rest]),
      { right: [0] },
    ),
  )
  for (const { device, was, now } of changed)
    terminal.say(
      `\n  ${device}   here   ${was ?? 'not known'}\n  ${' '.repeat(device.length)}   files  ${now}\n  ${' '.repeat(device.length)}   to look at it: netlatch trust ${device}`,
    )
  if (without.length > 0) terminal.say('\nFor the rest: netlatch trust --scan')
  if (added.length > 0) terminal.say('Review: git diff known_hosts')
}

function sayFingerprints(terminal: Terminal, report: FingerprintReport): void {
  const { added, known, changed, failed, unused } = report
  const rows = [
    [added.length, 'as listed', added.length > 0 ? 'written to known_hosts' : ''],
    [known.length, 'as listed, known already', ''],
    [changed.length, 'ANOTHER KEY', changed.length > 0 ? 'not written, see below' : ''],
    ...[...Map.groupBy(failed, ({ reason = '' }) => reason)].map(
      ([reason, same]) =>
        [
          same.length,
          reason,
          foldNamesShort(
            same.map(({ device }) => device),
            4,
          ),
        ] as const,
    ),
    [unused, 'lines that name no device here', ''],
  ] as const
  const shown = rows.filter(([number], index) => number > 0 || index === 0)
  terminal.say(
    table(
      shown.map(([number, ...rest]) => [String(number), ...rest]),
      { right: [0] },
    ),
  )
  for (const { device, now, was, expected } of changed)
    terminal.say(
      `\n  ${device}   list   ${expected.join(', ')}\n  ${' '.repeat(device.length)}   shows  ${now}${was === undefined ? '' : `\n  ${' '.repeat(device.length)}   known  ${was}`}`,
    )
  if (added.length > 0) terminal.say('\nReview: git diff known_hosts')
}
