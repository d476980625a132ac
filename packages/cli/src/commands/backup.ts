import {
  acceptHeldCapture,
  agoText,
  type BackupResult,
  backupConfigs,
  type DeviceResult,
  diffSnapshots,
  dropHeldCapture,
  formatAge,
  formatDuration,
  heldCaptures,
  resultCode,
  resultText,
  selectTargets,
  snapshotHistory,
  summariseResults,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput } from '../output-file.ts'
import { startProgress } from '../progress-bar.ts'
import { attentionTable, resultObject, waitText } from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import { type ConnectionOptions, type SelectionOptions, withConnections, withSelection } from '../selection-options.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

interface BackupOptions extends SelectionOptions, ConnectionOptions, OutputOptions {
  readonly wait: boolean
  readonly acceptShrink?: boolean
}

const shownChanges = 30

export function registerBackup(program: Command, register: Register): void {
  register(
    withOutput(withConnections(withSelection(program.command('backup'))))
      .description('save configurations into git')
      .option('--no-wait', 'do not stay for the windows of the attempt budget')
      .option('--accept-shrink', 'also when a configuration shrank suspiciously'),
    backup,
  )
  const backups = program.command('backups').description('held captures: good enough or not')
  register(
    backups.command('held').description('captures that did not replace the last good one').argument('[device]'),
    held,
  )
  register(
    backups.command('accept').description('make the held capture of a device its backup').argument('<device>'),
    accept,
  )
  register(backups.command('drop').description('forget the held capture of a device').argument('<device>'), drop)
  register(
    program
      .command('diff')
      .description('what changed between two backups of a device: the last two, or --from and --to')
      .argument('<device>')
      .option('--from <commit|time>')
      .option('--to <commit|time>'),
    diff,
  )
  register(
    program
      .command('history')
      .description('the backups of a device, latest first')
      .argument('<device>')
      .option('-n, --limit <number>', 'at most so many', Number, 20),
    history,
  )
}

const backup: Action<BackupOptions> = async (context, options, args) => {
  const { terminal, interrupts } = context
  checkOutput(options)
  await using netlatch = await context.open()
  const targets = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const progress = startProgress(terminal, targets.devices.length, 'saved')
  const started = performance.now()
  const results: (BackupResult | DeviceResult)[] = []
  const run = backupConfigs(netlatch, targets.devices, {
    ...options,
    finish: interrupts.finish,
    signal: interrupts.signal,
    ...(options.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
    selection: targets.understood,
    onProgress: (event) => {
      if (event.type === 'result') progress.update(event.done, '')
      else if (event.type === 'waiting') progress.line(waitText(event))
    },
  })
  try {
    for await (const result of run) {
      results.push(result)
      terminal.emit(resultObject(result))
    }
  } finally {
    progress.stop()
  }
  await writeResults(options.output, results)
  const commit = results.map((result) => ('commit' in result ? result.commit : null)).find((id) => id !== null) ?? null
  const durationMs = Math.round(performance.now() - started)
  if (terminal.json) terminal.emit({ type: 'summary', ...counts(results), devices: results.length, commit, durationMs })
  else {
    const { repository } = netlatch.workspace.settings.backups
    sayBackup(terminal, results, { commit, durationMs, repository, now: netlatch.now() })
  }
  if (interrupts.finish.aborted) return 130
  return results.some((result) => resultCode(result.code).needsAttention) ? 1 : 0
}

function counts(results: readonly DeviceResult[]) {
  const having = (...codes: string[]) => results.filter((result) => codes.includes(result.code)).length
  const held = having('CAPTURE_HELD')
  return {
    first: having('FIRST'),
    changed: having('CHANGED'),
    unchanged: having('UNCHANGED'),
    held,
    failed: results.filter((result) => resultCode(result.code).needsAttention).length - held,
  }
}

interface BackupEnd {
  readonly commit: string | null
  readonly durationMs: number
  readonly repository: string
  readonly now: Date
}

function sayBackup(terminal: Terminal, results: readonly (BackupResult | DeviceResult)[], end: BackupEnd): void {
  const parts = Object.entries(counts(results)).filter(([, number]) => number > 0)
  const what = parts.map(([name, number]) => `${number} ${name}`).join(' · ')
  const commit = end.commit ? `    commit ${end.commit.slice(0, 7)}` : ''
  terminal.say(`\n${count(results.length, 'device')} in ${formatDuration(end.durationMs)}: ${what}${commit}`)
  const changed = results.filter((result) => result.code === 'CHANGED')
  if (changed.length > 0) terminal.say()
  for (const result of changed.slice(0, shownChanges)) terminal.say(changeLine(terminal, result))
  if (changed.length > shownChanges) terminal.say(`    … ${changed.length - shownChanges} more: --json`)
  const attention = attentionTable(terminal, summariseResults(results, end.now))
  if (attention) terminal.say(`\n${attention}`)
  if (end.commit) terminal.say(`\ngit -C ${end.repository} show ${end.commit.slice(0, 7)}`)
}

function changeLine(terminal: Terminal, result: DeviceResult): string {
  return `  ${terminal.symbols[resultCode(result.code).symbol]} ${result.device.padEnd(16)} ${resultText(result)}`
}

const held: Action<object> = async ({ terminal, open }, _options, [device]) => {
  await using netlatch = await open()
  const captures = await heldCaptures(netlatch, device)
  for (const capture of captures) terminal.emit({ type: 'held', ...capture })
  if (terminal.json) return 0
  if (captures.length === 0) terminal.say(device ? `${device} has no held capture.` : 'No capture is held.')
  const rows = captures.map((capture) => [
    capture.device,
    `${capture.because}`,
    `captured ${agoText(capture.capturedAt, netlatch.now())}, ${capture.bytes.toLocaleString('en-US')} bytes`,
    capture.lastGood
      ? `last good ${agoText(capture.lastGood.seenAt, netlatch.now())}, ${capture.lastGood.bytes.toLocaleString('en-US')} bytes`
      : 'no good one',
  ])
  if (rows.length > 0) terminal.say(table(rows))
  const [only] = captures
  if (device && only)
    terminal.say(`\n${only.diff}\nnetlatch backups accept ${device}      netlatch backups drop ${device}`)
  return 0
}

const accept: Action<object> = async ({ terminal, open }, _options, [device = '']) => {
  await using netlatch = await open()
  const { commit } = await acceptHeldCapture(netlatch, device)
  terminal.emit({ type: 'accepted', device, commit })
  if (!terminal.json)
    terminal.say(
      `${device}: the held capture is now its backup (commit ${commit?.slice(0, 7) ?? 'none, nothing differed'}).`,
    )
  return 0
}

const drop: Action<object> = async ({ terminal, open }, _options, [device = '']) => {
  await using netlatch = await open()
  await dropHeldCapture(netlatch, device)
  terminal.emit({ type: 'dropped', device })
  if (!terminal.json) terminal.say(`${device}: the held capture is gone. The last good backup stays.`)
  return 0
}

const diff: Action<{ readonly from?: string; readonly to?: string }> = async (
  { terminal, open },
  options,
  [device = ''],
) => {
  await using netlatch = await open()
  const difference = await diffSnapshots(netlatch, device, options)
  if (terminal.json) terminal.emit({ type: 'diff', device, ...difference })
  else if (difference.text === '') terminal.say(`${device}: no difference.`)
  else terminal.write(difference.text)
  return 0
}

const history: Action<{ readonly limit: number }> = async ({ terminal, open }, options, [device = '']) => {
  await using netlatch = await open()
  const snapshots = await snapshotHistory(netlatch, device, options)
  for (const snapshot of snapshots) terminal.emit({ type: 'snapshot', ...snapshot })
  if (terminal.json) return 0
  if (snapshots.length === 0) terminal.say(`${device} has no backup. netlatch backup ${device}`)
  else
    terminal.say(
      table(
        snapshots.map((snapshot) => [
          `${formatAge(snapshot.capturedAt, netlatch.now())}`,
          snapshot.capturedAt.toISOString(),
          snapshot.configuration,
          `${snapshot.bytes.toLocaleString('en-US')} bytes`,
          snapshot.heldBecause ? `held: ${snapshot.heldBecause}` : (snapshot.commit?.slice(0, 7) ?? ''),
        ]),
        { right: [0] },
      ),
    )
  return 0
}
