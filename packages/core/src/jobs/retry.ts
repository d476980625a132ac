import type { DeviceResult } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'

/**
 * What may be tried again, by class. Nothing that a login server or a device said about a secret is in any of them, nor a jump
 * host's failure, which may be a refused login of its own.
 */
export const retryClasses = {
  unreachable: ['DNS_FAILED', 'UNREACHABLE', 'REFUSED', 'TIMED_OUT'],
  busy: ['DEVICE_BUSY'],
  'connection-lost': ['SESSION_LOST'],
  'command-timeout': ['COMMAND_TIMED_OUT'],
  'command-error': ['COMMAND_ERROR'],
  expectation: ['EXPECTATION_FAILED'],
} as const satisfies Readonly<Record<string, readonly ResultCode[]>>

export type RetryClass = keyof typeof retryClasses

export const retryClassNames = Object.keys(retryClasses) as readonly RetryClass[]

/** Words by which people name a failed login; a job that wants to repeat one is refused. */
export const loginFailure =
  /auth|login|credential|password|secret|enable|quarantine|deferred|no_candidate|extra_prompt|factor|decision/i

export interface Retry {
  /** Tries in all, the first one included. */
  readonly attempts: number
  readonly on: readonly RetryClass[]
  /** Before the second try; doubled before each further one. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** Share of the wait that is left to chance, 0–1. */
  readonly jitter: number
}

/** Whether another try may follow: never when a secret was refused, or might have been. */
export function mayRetry(retry: Retry | undefined, result: DeviceResult, tries: number): boolean {
  if (!retry || tries >= retry.attempts) return false
  if (result.attempts.some(({ outcome }) => outcome === 'rejected' || outcome === 'unclear')) return false
  return retry.on.some((name) => (retryClasses[name] as readonly ResultCode[]).includes(result.code))
}

/** How long to wait before the next try; `chance` is a number from 0 to 1. */
export function backoffMs(retry: Retry, tries: number, chance: number): number {
  const whole = Math.min(retry.maxBackoffMs, retry.backoffMs * 2 ** (tries - 1))
  return Math.round(whole * (1 - retry.jitter * chance))
}
