import { NetlatchError } from './errors.ts'
import type { Device } from './model.ts'
import type { DeviceResult } from './progress.ts'
import { adviceFor, isResultCode, type ResultCode, resultCode, textFor } from './result-codes.ts'

type Optional = 'credential' | 'privilege' | 'attempts' | 'phases' | 'durationMs' | 'details'

/** What an operation knows about a device's result; the texts come from the table of result codes. */
export type ResultFacts = Pick<DeviceResult, 'code' | 'testedAt'> &
  Partial<Pick<DeviceResult, Optional | 'host' | 'previousCredential' | 'deferredUntil' | 'advice' | 'message'>>

export function deviceResult(device: Device, facts: ResultFacts): DeviceResult {
  const entry = resultCode(facts.code)
  const details = {
    device: device.name,
    port: device.port,
    ...(facts.credential && { credential: facts.credential }),
    ...(device.jumpHost && { jumpHost: device.jumpHost }),
    ...facts.details,
  }
  return {
    device: device.name,
    host: facts.host ?? (device.hosts[0] as string),
    ...(device.site && { site: device.site }),
    platform: device.platform,
    outcome: entry.outcome,
    code: facts.code,
    message: facts.message ?? `${device.name}: ${textFor(facts.code, details)}`,
    advice: facts.advice ?? adviceFor(facts.code, details),
    credential: facts.credential ?? null,
    ...(facts.previousCredential && { previousCredential: facts.previousCredential }),
    privilege: facts.privilege ?? 'unknown',
    attempts: facts.attempts ?? [],
    ...(facts.deferredUntil && { deferredUntil: facts.deferredUntil }),
    phases: facts.phases ?? {},
    durationMs: facts.durationMs ?? 0,
    testedAt: facts.testedAt,
    details,
  }
}

/** The short text of a result, without the device's name: `host key changed`. */
export function resultText(result: DeviceResult): string {
  return textFor(result.code, result.details)
}

/** The code with which a thrown failure becomes a device's result; anything that is no device's fault is thrown on. */
export function failureCode(error: unknown): { readonly code: ResultCode; readonly error: NetlatchError } {
  if (error instanceof NetlatchError && isResultCode(error.code)) return { code: error.code, error }
  throw error
}
