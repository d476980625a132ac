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
import { wrapWords } from './wrap-words.ts'

/** One line of one device, as it scrolls above the bar: symbol, device, what happened, what was sent. */
export function resultLine(terminal: Terminal, result: DeviceResult): string {
  const symbol = terminal.symbols[resultCode(result.code).symbol]
  return `  ${symbol} ${result.device.padEnd(16)} ${resultText(result).padEnd(32)} ${sent(result)}`.trimEnd()
}

function sent(result: DeviceResult): string {
  const tries = result.attempts.filter((attempt) => attempt.outcome !== 'unsent')
  if (tries.length === 0) return 'nothing sent'
  const names = tries.map(({ credential, outcome }) =>
    outcome === 'unclear' ? `${credential} (no answer)` : credential,
  )
  return `${tries.length} ${tries.length === 1 ? 'try' : 'tries'}: ${names.join(', ')}`
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
  const whys = summary.causes.flatMap(({ text, because }) =>
    because === undefined ? [] : [wrapWords(`${text}: ${because}`, terminal.columns, 2)],
  )
  return [attentionRows(terminal, rows), ...(whys.length > 0 ? ['', ...new Set(whys)] : [])].join('\n')
}

function attentionRows(terminal: Terminal, rows: readonly (readonly string[])[]): string {
  const wide = table(rows, { head: ['', 'Needs attention', '', '', 'Next'], right: [2] })
  if (wide.split('\n').every((line) => line.length <= terminal.columns)) return wide
  // Too narrow for what to paste: each command on a line of its own.
  const lines = table(
    rows.map((row) => row.slice(0, 4)),
    { head: ['', 'Needs attention', '', ''], right: [2] },
  ).split('\n')
  const [head = '', ...causes] = lines
  return [head, ...causes.flatMap((line, index) => [line, ...nextLine(rows[index]?.[4])])].join('\n')
}

function nextLine(advice: string | undefined): readonly string[] {
  return advice ? [`       ${advice}`] : []
}

/** `Failed logins: netops 1`; empty where none failed. */
export function failedLoginsText({ failedLogins }: RunSummary): string {
  const failed = Object.entries(failedLogins).map(([username, logins]) => `${username} ${logins}`)
  return failed.length > 0 ? `Failed logins: ${failed.join(' · ')}` : ''
}

const shownPerCause = 5

/**
 * The lines that scroll while a run goes on: of one cause the first few, of a jump host that failed one for all devices behind
 * it. The table at the end counts them.
 */
export function scrollingLines(terminal: Terminal): (result: DeviceResult) => string | undefined {
  const shown = new Map<string, number>()
  return (result) => {
    const { code } = result
    const text = resultText(result)
    const key = `${code} ${text}`
    const before = shown.get(key) ?? 0
    shown.set(key, before + 1)
    const { symbols } = terminal
    if (code === 'JUMP_HOST_FAILED') {
      const because = result.details.reason === undefined ? '' : ` (${result.details.reason})`
      return before === 0 ? `  ${symbols.look} ${text}${because}: the devices behind it are not tried` : undefined
    }
    if (before < shownPerCause) return resultLine(terminal, result)
    return before === shownPerCause ? `  ${symbols.none} ${text}: more devices, counted below` : undefined
  }
}

export function resultObject(result: DeviceResult): Record<string, unknown> {
  const { outcome, details, attempts, testedAt, deferredUntil, phases, ...rest } = result
  return {
    type: 'result',
    ...rest,
    outcome,
    needsAttention: resultCode(result.code).needsAttention,
    attempts: attempts.length,
    ...(details.because !== undefined && { because: details.because }),
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
