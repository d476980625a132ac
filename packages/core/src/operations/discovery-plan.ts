import type { Candidate, Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { RealmKind } from '../safety/attempt.ts'
import type { Obstacle } from './obstacle-to.ts'

/** What a discovery would do, made before the first packet: no connection, no secret. */
export interface DiscoveryPlan {
  /** What others open after this is spared the visit. */
  readonly madeAt: Date
  readonly devices: number
  readonly toTest: readonly PlannedDevice[]
  /** Of `toTest`: devices whose known credential is tried first. */
  readonly known: number
  /** Of `toTest`: devices that no credential names; what opens their neighbours is tried. */
  readonly unnamed: number
  /** Left out on purpose: tested recently, not active, Telnet. */
  readonly skipped: readonly DeviceResult[]
  /** Cannot be tested now: host key unknown, no candidate. */
  readonly refused: readonly DeviceResult[]
  readonly credentials: readonly PlannedCredential[]
  /** Worst first. */
  readonly accounts: readonly PlannedAccount[]
  /** Names of the fallback credentials that are left out. */
  readonly leftOut: readonly string[]
  readonly concurrency: number
  readonly estimateMs: number
}

export interface PlannedDevice {
  readonly device: Device
  readonly candidates: readonly Candidate[]
  /** What becomes of it when its neighbours bring no candidate. */
  readonly otherwise?: Obstacle
}

export interface PlannedCredential {
  readonly credential: string
  readonly because: string
  readonly devices: number
  /** Devices on which it is the first choice. */
  readonly first: number
  readonly later: number
}

export interface PlannedAccount {
  readonly username: string
  /** `` when no realm is declared, `on-device` when each device counts for itself. */
  readonly realm: string
  readonly kind: RealmKind
  readonly devices: number
  /** Failed logins that count now. */
  readonly failed: number
  /** Failed logins in a row this run can add to the account at the worst (on each device, for `device`). */
  readonly worstCase: number
  /** Logins at once where the secret has worked before: what fails when somebody changes the password in that second. */
  readonly worstInFlight: number
  readonly allowed: number | 'none'
  readonly threshold: number | 'none'
  readonly thresholdIsAssumed: boolean
  /** Every secret of it has worked before. */
  readonly isProven: boolean
  /** The device on which it logs in alone, before the rest. */
  readonly canary?: string
}
