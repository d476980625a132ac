import {
  agoText,
  type BackupState,
  type BackupStatus,
  backupStates,
  backupStatus,
  type DeviceBackup,
  NetlatchError,
  parseAge,
  selectTargets,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput, writeOutput } from '../output-file.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

interface StatusOptions extends SelectionOptions, OutputOptions {
  readonly staleAfter?: number
  readonly failOn?: readonly BackupState[]
}

const shownDevices = 50
const columns = ['device', 'site', 'state', 'lastGoodAt', 'changedAt', 'bytes', 'held', 'unproven', 'advice']

export function registerBackupsStatus(backups: Command, register: Register): void {
  register(
    withOutput(withSelection(backups.command('status')))
      .description('how old the last good backup of each device is; connects to nothing')
      .option('--stale-after <age>', 'older than this is stale (48h)', staleAge)
      .option('--fail-on <states>', 'exit 1 when a device is one of: unproven, stale, held, never', failStates),
    status,
  )
}

const status: Action<StatusOptions> = async ({ terminal, globals, open }, options, args) => {
  checkOutput(options)
  await using netlatch = await open({ allowProblems: true })
  const { devices } = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const { staleAfter, failOn = [] } = options
  const found = await backupStatus(netlatch, devices, staleAfter === undefined ? {} : { staleAfterMs: staleAfter })
  for (const each of found.devices) terminal.emit({ type: 'backup', ...each })
  terminal.emit({ type: 'summary', devices: found.devices.length, ...found.counts })
  if (options.output !== undefined) await writeOutput(options.output, found.devices, columns)
  if (!terminal.json) sayStatus(terminal, found, { now: netlatch.now(), all: globals.verbose === true })
  return found.devices.some(({ state }) => failOn.includes(state)) ? 1 : 0
}

const symbols = { good: 'good', unproven: 'look', stale: 'look', held: 'look', never: 'idle' } as const

function sayStatus(
  terminal: Terminal,
  { devices, counts }: BackupStatus,
  { now, all }: { readonly now: Date; readonly all: boolean },
): void {
  const parts = backupStates.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`)
  terminal.say(`${count(devices.length, 'device')}: ${parts.join(' · ')}${oldestText(devices, now)}`)
  const rows = devices.filter(({ state }) => all || state !== 'good')
  const shown = all ? rows : rows.slice(0, shownDevices)
  if (shown.length === 0) return
  terminal.say(`\n${table(shown.map((each) => row(terminal, each, now)))}`)
  if (shown.length < rows.length) terminal.say(`  … ${rows.length - shown.length} more: --verbose, --output, --json`)
}

/** Quiet when well: one line, with the age of the oldest. */
function oldestText(devices: readonly DeviceBackup[], now: Date): string {
  const times = devices.flatMap(({ state, lastGoodAt }) => (state === 'good' && lastGoodAt ? [lastGoodAt] : []))
  const oldest = times.toSorted((a, b) => a.getTime() - b.getTime())[0]
  return oldest ? ` · the oldest good one was seen ${agoText(oldest, now)}` : ''
}

function row(
  terminal: Terminal,
  { device, state, lastGoodAt, bytes, held, unproven, advice }: DeviceBackup,
  now: Date,
) {
  const size = bytes === undefined ? '' : `, ${bytes.toLocaleString('en-US')} bytes`
  const good = lastGoodAt ? `last good ${agoText(lastGoodAt, now)}${size}` : 'no good one'
  const stored = unproven ? `stored ${agoText(unproven.at, now)}, unproven: ${unproven.because}` : ''
  const why = held ? `held ${agoText(held.at, now)}: ${held.because}` : stored
  return [terminal.symbols[symbols[state]], device, state, good, why, advice]
}

function staleAge(text: string): number {
  const age = parseAge(text)
  if (age !== undefined) return age
  throw new NetlatchError('USAGE', `--stale-after takes an age: 36h, 2d, 1w; not ${text}.`)
}

function failStates(text: string): readonly BackupState[] {
  return text.split(',').map((word) => {
    const state = backupStates.find((each) => each === word.trim() && each !== 'good')
    if (state) return state
    throw new NetlatchError(
      'USAGE',
      `--fail-on takes unproven, stale, held and never, with commas between them; not ${word}.`,
    )
  })
}
