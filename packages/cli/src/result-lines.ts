import {
  causeDevices,
  type Device,
  type DeviceResult,
  formatTime,
  type LegacyProfile,
  legacyProfiles,
  type ProgressEvent,
  type RunSummary,
  resultCode,
  resultText,
} from '@netlatch/core'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** One line of one device, as it scrolls above the bar: symbol, device, what happened, what was sent. */
export function resultLine(terminal: Terminal, result: DeviceResult): string {
  const symbol = terminal.symbols[resultCode(result.code).symbol]
  return `  ${symbol} ${result.device.padEnd(16)} ${resultText(result).padEnd(32)} ${sent(result)}`.trimEnd()
}

function sent(result: DeviceResult): string {
  const failed = result.attempts.filter((attempt) => attempt.outcome !== 'unsent')
  if (failed.length === 0) return 'nothing sent'
  const names = failed.map((attempt) => attempt.credential).join(', ')
  return `${failed.length} ${failed.length === 1 ? 'try' : 'tries'}: ${names}`
}

/** What needs attention, one line a cause, with the next command. Empty when all is well. */
export function attentionTable(terminal: Terminal, summary: RunSummary): string {
  if (summary.causes.length === 0) return ''
  const rows = summary.causes.map((cause) => [
    terminal.symbols[cause.symbol],
    cause.text,
    String(cause.devices.length),
    causeDevices(cause),
    cause.advice,
  ])
  return table(rows, { head: ['', 'Needs attention', '', '', 'Next'], right: [2] })
}

export function resultObject(result: DeviceResult): Record<string, unknown> {
  const { outcome, details: _, attempts, testedAt, deferredUntil, phases, ...rest } = result
  return {
    type: 'result',
    ...rest,
    outcome,
    needsAttention: resultCode(result.code).needsAttention,
    attempts: attempts.length,
    phases,
    ...(deferredUntil && { deferredUntil: deferredUntil.toISOString() }),
    testedAt: testedAt.toISOString(),
  }
}

export function summaryObject(summary: RunSummary, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    type: 'summary',
    devices: summary.devices,
    opened: summary.opened,
    needAttention: summary.needAttention,
    changed: summary.changed,
    byCode: summary.byCode,
    failedLogins: Object.values(summary.failedLogins).reduce((sum, count) => sum + count, 0),
    ...more,
  }
}

/** Shown while a run stays for a window of the attempt budget. */
export function waitText(event: ProgressEvent & { readonly type: 'waiting' }): string {
  const devices = event.devices === 1 ? '1 device waits' : `${event.devices} devices wait`
  const sooner = event.release === undefined ? '' : `; sooner: ${event.release}`
  return `  ${devices} until ${formatTime(event.until, new Date())} for ${event.because}; Ctrl-C is safe${sooner}`
}

/** Warns of the old SSH profiles that a run speaks, one line each; gives what its summary says of them, nothing where all is modern. */
export function warnOfProfiles(
  terminal: Terminal,
  devices: readonly Device[],
  now: Date,
): { readonly legacyProfiles?: readonly LegacyProfile[] } {
  const found = legacyProfiles(devices, now)
  if (!terminal.json) for (const { text } of found) terminal.note(`  ${terminal.symbols.look} ${text}`)
  return found.length > 0 ? { legacyProfiles: found } : {}
}
