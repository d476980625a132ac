import { formatTime } from '../ages.ts'
import { resultText } from '../device-result.ts'
import { foldNamesShort, selectionOfNames } from '../inventory/fold-names.ts'
import type { DeviceResult } from '../progress.ts'
import { adviceFor, type ResultCode, type ResultSymbol, resultCode } from '../result-codes.ts'

/** One cause with its devices: what a table shows as one line, however many devices share it. */
export interface Cause {
  readonly code: ResultCode
  readonly symbol: ResultSymbol
  /** `jump host bastion failed`. */
  readonly text: string
  readonly devices: readonly string[]
  /** One command for all of them. */
  readonly advice: string
  /** What holds the first of them back, in a sentence, where a budget does. */
  readonly because?: string
}

export interface RunSummary {
  readonly devices: number
  /** Devices that let a credential in. */
  readonly opened: number
  readonly needAttention: number
  /** Opened with another credential than before. */
  readonly changed: number
  /** Logins that were sent and did not succeed, by `username`. */
  readonly failedLogins: Readonly<Record<string, number>>
  readonly byCode: Readonly<Partial<Record<ResultCode, number>>>
  /** Devices per credential that opened them. */
  readonly byCredential: Readonly<Record<string, number>>
  /** What needs attention, largest first. */
  readonly causes: readonly Cause[]
  /** Ready for a chat message. */
  readonly text: string
}

/** Counts and groups results; order of the results does not matter. */
export function summariseResults(results: readonly DeviceResult[], now: Date): RunSummary {
  const attention = results.filter((result) => resultCode(result.code).needsAttention)
  const opened = results.filter(isOpened)
  const causes = groupByCause(attention, now)
  return {
    devices: results.length,
    opened: opened.length,
    needAttention: attention.length,
    changed: opened.filter((result) => result.previousCredential !== undefined).length,
    failedLogins: failedLogins(results),
    byCode: countBy(results, (result) => result.code),
    byCredential: countBy(opened, (result) => result.credential ?? '?'),
    causes,
    text: sentence(results.length, opened.length, attention.length, causes),
  }
}

function isOpened(result: DeviceResult): boolean {
  return resultCode(result.code).outcome === 'success' && result.credential !== null
}

function failedLogins(results: readonly DeviceResult[]): Record<string, number> {
  const failed = results
    .flatMap((result) => result.attempts)
    .filter((attempt) => attempt.outcome === 'rejected' || attempt.outcome === 'unclear')
  return countBy(failed, (attempt) => attempt.username)
}

function groupByCause(results: readonly DeviceResult[], now: Date): Cause[] {
  const groups = Map.groupBy(results, (result) =>
    JSON.stringify([result.code, causeText(result, now), commandOf(result)]),
  )
  return [...groups.values()].map((group) => asCause(group, now)).sort((a, b) => b.devices.length - a.devices.length)
}

/** The command that helps, without the device's name: what takes another one is another cause. */
function commandOf({ advice, device }: DeviceResult): string {
  return advice.includes('netlatch ') ? advice.replaceAll(device, '{device}') : ''
}

function causeText(result: DeviceResult, now: Date): string {
  return result.deferredUntil ? `deferred until ${formatTime(result.deferredUntil, now)}` : resultText(result)
}

function asCause(group: readonly DeviceResult[], now: Date): Cause {
  const first = group[0] as DeviceResult
  const devices = group.map((result) => result.device)
  const entry = resultCode(first.code)
  const advice =
    entry.takesSelection && devices.length > 1
      ? adviceFor(first.code, { ...first.details, device: asSelection(devices) })
      : first.advice
  const { because } = first.details
  const isHeldBack = because !== undefined && (first.code === 'DEFERRED' || first.code === 'NEEDS_DECISION')
  const why = isHeldBack ? { because: String(because) } : {}
  return { code: first.code, symbol: entry.symbol, text: causeText(first, now), devices, advice, ...why }
}

function asSelection(devices: readonly string[]): string {
  const folded = selectionOfNames(devices)
  return folded.length > 3 ? '@failed' : folded.join(',')
}

function sentence(devices: number, opened: number, attention: number, causes: readonly Cause[]): string {
  if (attention === 0) return `${opened} of ${devices} opened.`
  const shown = causes.slice(0, 3).map((cause) => `${cause.devices.length} ${cause.text}`)
  const rest = causes.slice(3).reduce((sum, cause) => sum + cause.devices.length, 0)
  return `${opened} of ${devices} opened. ${attention} need attention: ${[...shown, ...(rest ? [`${rest} others`] : [])].join(', ')}.`
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1
  return counts
}

/** `fra-acc-[07,09] fra-lab-01`: the devices of a cause, short enough for a line. */
export function causeDevices(cause: Cause): string {
  return foldNamesShort(cause.devices, 3)
}
