import {
  type BackupResult,
  backupConfigs,
  type DeviceResult,
  foldNamesShort,
  formatDuration,
  type ProgressEvent,
  pushBackups,
  resultCode,
  resultText,
  selectTargets,
  summariseResults,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput } from '../output-file.ts'
import { startProgress } from '../progress-bar.ts'
import { attentionTable, failedLoginsText, resultObject, waitText, warnOfProfiles } from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import { type ConnectionOptions, type SelectionOptions, withConnections, withSelection } from '../selection-options.ts'
import { tell } from '../tell.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

interface BackupOptions extends SelectionOptions, ConnectionOptions, OutputOptions {
  readonly wait: boolean
  readonly acceptShrink?: boolean
  readonly push?: boolean
}

const shownChanges = 30

export function registerBackup(program: Command, register: Register): void {
  register(
    withOutput(withConnections(withSelection(program.command('backup'))))
      .description('save configurations into git')
      .option('--no-wait', 'do not stay for the windows of the attempt budget')
      .option('--accept-shrink', 'also when a configuration shrank suspiciously')
      .option('--push', 'publish them: to the remote of netlatch.yaml (backups: push), else to origin')
      .option('--no-push', 'not this time, whatever netlatch.yaml says'),
    backup,
  )
}

const backup: Action<BackupOptions> = async (context, options, args) => {
  const { terminal, interrupts } = context
  checkOutput(options)
  await using netlatch = await context.open()
  const targets = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const warned = warnOfProfiles(terminal, targets.devices, netlatch.now())
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
      else if (event.type === 'notice') progress.line(`  ! ${event.text}`)
      else if (event.type === 'recovered') progress.line(recoveredText(event))
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
  if (terminal.json)
    terminal.emit({ type: 'summary', ...counts(results), devices: results.length, commit, ...warned, durationMs })
  else {
    const { repository } = netlatch.workspace.settings.backups
    sayBackup(terminal, results, { commit, durationMs, repository, now: netlatch.now() })
  }
  const { push } = options
  const pushed = await pushBackups(netlatch, { signal: interrupts.signal, ...(push !== undefined && { push }) })
  if (pushed) {
    const { remote, commit: head, replayed } = pushed
    const onTop = replayed > 0 ? `, ${count(replayed, 'commit')} made again on top of others'` : ''
    tell(terminal, { type: 'pushed', ...pushed }, `published to ${remote}: ${head.slice(0, 7)}${onTop}`)
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
    unproven: unprovenOf(results).length,
    held,
    failed: results.filter((result) => resultCode(result.code).needsAttention).length - held,
  }
}

/** Stored, whatever else: first, changed or unchanged. */
function unprovenOf(results: readonly DeviceResult[]): readonly DeviceResult[] {
  return results.filter((result) => 'verdict' in result && result.verdict === 'unproven')
}

function recoveredText({ captures, commit }: ProgressEvent & { readonly type: 'recovered' }): string {
  const where = commit === null ? 'the archive has all of it' : `now commit ${commit.slice(0, 7)}`
  return `  A backup run was killed before its end: ${count(captures, 'capture')} of it, ${where}`
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
  const summary = summariseResults(results, end.now)
  const attention = attentionTable(terminal, summary)
  if (attention) terminal.say(`\n${attention}`)
  const failed = failedLoginsText(summary)
  if (failed) terminal.say(`\n  ${failed}`)
  const unproven = unprovenText(results)
  if (unproven) terminal.say(`\n${unproven}`)
  const startup = startupLine(results)
  if (startup) terminal.say(`\n${startup}`)
  if (end.commit) terminal.say(`\ngit -C ${end.repository} show ${end.commit.slice(0, 7)}`)
}

/** What is stored and not called good, and what makes it that. */
function unprovenText(results: readonly DeviceResult[]): string {
  const unproven = unprovenOf(results)
  if (unproven.length === 0) return ''
  const names = foldNamesShort(
    unproven.map(({ device }) => device),
    5,
  )
  const what = unproven.length === 1 ? 'this configuration has' : `these ${unproven.length} configurations have`
  return `  Nothing shows yet that ${what} come to the end: ${names}
  Stored. The next backup that ends the same makes it a good one; whoever knows better: netlatch backups accept <device>`
}

/** What came of startup-configs, where it is not simply well. */
function startupLine(results: readonly (BackupResult | DeviceResult)[]): string {
  const outcomes = results.flatMap((result) =>
    'startup' in result && result.startup ? [{ device: result.device, ...result.startup }] : [],
  )
  const held = outcomes.filter(({ verdict }) => verdict === 'held')
  const failed = outcomes.filter(({ verdict }) => verdict === 'failed')
  const [first] = failed
  const parts = [
    ...(held.length > 0 ? [`${held.length} held: netlatch backups held`] : []),
    ...(first ? [`${failed.length} not captured (${first.device}: ${first.because})`] : []),
  ]
  return parts.length > 0 ? `  startup-configs: ${parts.join(' · ')}` : ''
}

function changeLine(terminal: Terminal, result: DeviceResult): string {
  return `  ${terminal.symbols[resultCode(result.code).symbol]} ${result.device.padEnd(16)} ${resultText(result)}`
}
