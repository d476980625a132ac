/**
 * The part of the attempt ledger's state that one decision reads and changes. A store loads a {@link LedgerSlice} by key
 * inside one transaction, hands it to the pure rules (attempt-ledger.ts, settlement.ts) and writes back what they return.
 * Nothing here grows with the number of devices: whatever does (opened devices, cells, pairs, rejections) is asked for by key.
 *
 * Times are milliseconds of the store's clock, which never runs backwards.
 */
import type { AccountPolicy, AttemptRequest, Ground } from './attempt.ts'

/** A username in a realm; both as in {@link AttemptRequest}. */
export interface Account {
  readonly realm: string
  readonly username: string
}

/** What a slice is loaded by. A request and a live grant both say it. */
export type SliceKey = Pick<AttemptRequest, 'device' | 'site' | 'platform' | 'secretId' | 'purpose'> & {
  readonly charges: readonly Account[]
}

/** Everything one decision about one secret on one device looks at. */
export interface LedgerSlice {
  readonly device: DeviceTally
  /** Live grants of this device, whatever their account. */
  readonly deviceInFlight: number
  /** This device refused this secret before, and no success or release came after. */
  readonly rejected: boolean
  /** The secret is quarantined for whatever account: it is used nowhere. */
  readonly quarantined: boolean
  /** One per charge, in the order of the request. */
  readonly accounts: readonly AccountSlice[]
}

export interface AccountSlice {
  readonly account: Account
  /** Live grants charged to the account. Their number is bounded by `maxInFlight`, except where no threshold counts. */
  readonly inFlight: readonly LiveCharge[]
  /** Failures on unknown ground that no success has cleared, oldest first. */
  readonly open: readonly OpenFailure[]
  /** Of this account on the slice's device. */
  readonly pair: PairTally
  /** One per secret of this account that has ever worked and was not released since. */
  readonly homes: readonly HomeSlice[]
  /** Of the slice's secret, where the slice's device stands. */
  readonly cell: CellTally
}

/** One charge of a live grant, as the other decisions about the account see it. */
export interface LiveCharge {
  readonly grantId: string
  readonly secretId: string
  readonly ground: Ground
}

/** Failures on one device, of all accounts. Stored by device. */
export interface DeviceTally {
  readonly device: string
  /** Oldest first; those older than the window are dropped whenever the tally is written. */
  readonly failures: readonly number[]
}

/** Failures of one account on one device since its last success there. Stored by device and account. */
export interface PairTally {
  readonly device: string
  readonly account: Account
  readonly failures: readonly number[]
}

/** A secret that has worked for an account. Stored by account and secret. */
export interface HomeTally {
  readonly account: Account
  readonly secretId: string
  readonly purpose: 'login' | 'enable'
  readonly lastOkAt: number
  /** Times of the failures since the last success, oldest first. */
  readonly failures: readonly number[]
  readonly quarantinedAt?: number
}

/** A home with what the store knows of it and of the slice's device. All four are `exists` queries on {@link OpenedDevice}. */
export interface HomeSlice extends HomeTally {
  /** This secret has opened the slice's device, and still counts there. */
  readonly openedThisDevice: boolean
  /** It has opened a device of the slice's site. */
  readonly openedThisSite: boolean
  /** It has opened a device of the slice's platform, anywhere. */
  readonly openedThisPlatform: boolean
  /** It has opened any device that still counts: somewhere to verify it. */
  readonly openedAnything: boolean
}

/** A device that a home has opened. Stored by account, secret and device; indexed by site and by platform. */
export interface OpenedDevice {
  readonly account: Account
  readonly secretId: string
  readonly device: string
  readonly site: string
  readonly platform: string
  readonly openedAt: number
}

/** How a secret fared among alike devices. Stored by account, secret, site and platform. */
export interface CellTally {
  readonly account: Account
  readonly secretId: string
  readonly site: string
  readonly platform: string
  readonly ok: number
  readonly fails: number
  /** Failures since the last success in the cell. */
  readonly failsInARow: number
}

/** A failed try on unknown ground. Stored by grant and account; looked up by account, and by device when it opens. */
export interface OpenFailure {
  readonly grantId: string
  readonly account: Account
  readonly secretId: string
  readonly device: string
  readonly site: string
  readonly platform: string
  readonly failedAt: number
  /** The try was made with good confidence: then its failure says more about the secret than about the choice. */
  readonly wasLikely: boolean
  /** Who opened the device later, with another username. */
  readonly openedBy?: Opener
  /**
   * Set by the store on loading, never written: this failure's secret and the opener's have both opened devices of one
   * common cell (`cells` of both with `ok > 0` and the same site and platform).
   */
  readonly sharesCellWithOpener?: boolean
}

export interface Opener {
  readonly account: Account
  readonly secretId: string
  /** The device's own tags named the credential that opened it. */
  readonly namedByTag: boolean
}

/** A grant that has not ended. Stored until `finish` or its deadline; a store looks it up by id, device, account and deadline. */
export interface LiveGrant extends Omit<SliceKey, 'charges'> {
  readonly id: string
  readonly charges: readonly GrantedCharge[]
  readonly wasLikely: boolean
  readonly namedByTag: boolean
  readonly reservedAt: number
  /** From here on the grant counts as failed, whatever comes later. */
  readonly deadline: number
}

export interface GrantedCharge extends Account {
  readonly policy: AccountPolicy
  readonly secrets: number
  readonly ground: Ground
}

/**
 * What a settled grant changes, to be written in the transaction that read the slice. `put` lists replace whole rows by
 * the keys named at their types. The store itself ends the grant: a grant ends once, and only a live one is settled.
 */
export interface LedgerChanges {
  readonly device?: DeviceTally
  readonly pairs: readonly PairTally[]
  readonly homes: readonly HomeTally[]
  readonly cells: readonly CellTally[]
  /** Devices that a home opened now. */
  readonly opened: readonly OpenedDevice[]
  /** Devices that refused a secret that had opened them: they no longer count for that home. */
  readonly closed: readonly Pick<OpenedDevice, 'account' | 'secretId' | 'device'>[]
  readonly openFailures: readonly OpenFailure[]
  /** Open failures that are settled: delete them by grant and account. */
  readonly clearedFailures: readonly Pick<OpenFailure, 'grantId' | 'account'>[]
  /** Write the opener on the open failures of this device whose account has another username. */
  readonly openedBy?: { readonly device: string; readonly opener: Opener }
  /** The negative memory of this secret on this device: set, lifted, or left as it is. */
  readonly rejection?: { readonly device: string; readonly secretId: string; readonly rejected: boolean }
}
