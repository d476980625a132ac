import type { AttemptOutcome, Candidate, Credential, Device } from '../model.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AttemptRequest, RefusalReason } from '../safety/attempt.ts'
import type { ChargeRule } from '../safety/realms.ts'
import type { Refusal } from './forecast.ts'
import type { KnownState } from './known-state.ts'

export interface ScheduleInput {
  /** The devices to open. */
  readonly devices: readonly Device[]
  /** All credentials of the vault, in its order. */
  readonly credentials: readonly Credential[]
  /** A device's candidates in the order of resolution. */
  readonly candidatesOf: (device: Device) => readonly Candidate[]
  /** `resolution` keeps each device's order; `confidence` learns from the run. See RankingInput. */
  readonly order: 'confidence' | 'resolution'
  /** Whose counters a login is charged to. */
  readonly charge: ChargeRule
  /** Keyed fingerprint of what would be sent; where that is known only on the way, a name that stands for it. */
  readonly secretIdOf: (credential: Credential, device: Device) => string
  /** @default nothing is known */
  readonly known?: KnownState
  /** Any device of the inventory: a recheck or verification may use one outside of `devices`. @default only those */
  readonly deviceNamed?: (name: string) => Device | undefined
  /** Whether a credential that is no candidate may be learned for a device. @default never */
  readonly mayLearn?: (device: Device, credential: Credential) => boolean
  /** Ask each device once more what it refused before this run. Lifts no budget. @default false */
  readonly retryRejected?: boolean
  /** Logins at once at one site. @default no limit */
  readonly perSite?: number
  /** How long the run stays for a window of the budget. @default 40 minutes */
  readonly maxWaitMs?: number
  /** The start in milliseconds; every later time is on the same clock. */
  readonly now: number
}

export interface ScheduledTry {
  readonly device: Device
  readonly credential: Credential
  /** `verify`: a failure is open on the secret. `recheck`: its proof is stale. Both run where it has worked before. */
  readonly reason: 'try' | 'verify' | 'recheck'
  /** The device is still to be opened: whatever the reason, this login serves it. */
  readonly isPending: boolean
  /** What to ask the store. */
  readonly request: AttemptRequest
}

/** What is likely to be tried soon. */
export type Upcoming = Pick<ScheduledTry, 'device' | 'credential'>

/** A device that was not opened, and why. */
export interface Leftover {
  readonly device: Device
  readonly reason: RefusalReason | 'no-candidate' | 'all-rejected' | 'not-reached'
  readonly credential?: Credential
  /** When the budget lets the next login through. */
  readonly retryAt?: number
}

/**
 * Says which credential to try on which device next. It asks nobody and knows no clock: the driver connects, reserves in
 * the store, logs in and tells what came of it. Every try ends with exactly one of `finished`, `refused`, `gaveUp` and `skipped`.
 */
export interface Schedule {
  /** Without `waitUntil` only the end of a login in flight can bring something new. */
  next(now: number): ScheduledTry | { readonly waitUntil?: number } | 'done'
  /**
   * Logins that only wait for one of their account to end, as the last `next` saw it: their connections may be opened meanwhile,
   * without a secret. Nothing is promised; what other logins bring may change the order.
   */
  upcoming(): readonly Upcoming[]
  /**
   * The secret was granted, and this became of it. `isEnough: false`: other candidates shall follow, because what it opened is not
   * enough, or because it cannot be used on this device at all.
   */
  finished(tried: ScheduledTry, outcome: AttemptOutcome, now: number, options?: { readonly isEnough?: boolean }): void
  /** The store said no: nothing was sent. */
  refused(tried: ScheduledTry, verdict: Refusal, now: number): void
  /** The device failed before any secret (unreachable, host key …) and is not asked again in this run. */
  gaveUp(tried: ScheduledTry, code: ResultCode, now: number): void
  /** The device needs no login any more: another program has opened it. */
  skipped(tried: ScheduledTry, now: number): void
  /** Takes over what other programs brought to the store since. */
  refresh(known: KnownState, now: number): void
  /** As `skipped`, for a device that is not being tried. False where it is being tried, or is done: nothing changes then. */
  withdraw(device: Device): boolean
  /** Devices that were neither opened nor given up nor withdrawn, in their order. */
  leftovers(): readonly Leftover[]
}
