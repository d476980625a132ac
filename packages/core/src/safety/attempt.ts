/** What the attempt ledger is asked and what it answers. The rules are in attempt-ledger.ts, the storage behind StateStore. */

/** How failed logins of an account are counted. */
export type RealmKind = 'unknown' | 'server' | 'device' | 'strict'

export interface AccountPolicy {
  readonly kind: RealmKind
  /** Failed logins in a row that lock the account. @default 3, marked `assumed` */
  readonly threshold: number | 'none'
  readonly thresholdIsAssumed: boolean
  /** Logins at once where the secret has worked before. @default 16 */
  readonly maxInFlight: number
}

/** Whose counter a login is charged to: a username in a realm. Usernames are folded: lower case, no DOMAIN\ or @domain. */
export interface AccountCharge {
  /** `tacacs-core`, or `` when no realm is declared. */
  readonly realm: string
  readonly username: string
  readonly policy: AccountPolicy
  /** How many different secrets of the request's purpose the vault holds for this username in this realm. */
  readonly secrets: number
}

export interface AttemptRequest {
  readonly device: string
  /** The device's site, else its /24 or /64. */
  readonly site: string
  readonly platform: string
  readonly credential: string
  readonly purpose: 'login' | 'enable'
  /** Keyed fingerprint of purpose, username and secret; never the secret. */
  readonly secretId: string
  /** The first is the account that is asked first on the device; a second one when the credential's realm is another. */
  readonly charges: readonly [AccountCharge, ...AccountCharge[]]
  /** How likely it opens the device, 0–1, when it was chosen. @default 1 */
  readonly confidence?: number
  /** Whether the device's own tags named the credential. @default true */
  readonly namedByTag?: boolean
  /** Asks again what the device refused before. Lifts no budget. @default false */
  readonly retryRejected?: boolean
  /**
   * No device that this secret has opened can be asked now (gone from the inventory, unreachable): stale proof then
   * stands like no proof, instead of waiting for a recheck that cannot come. @default false
   */
  readonly nowhereToRecheck?: boolean
  readonly runId?: string
}

/** The ground a try stands on; it decides what the try is charged to. */
export type Ground = 'device' | 'verification' | 'recheck' | 'known' | 'unknown' | 'free'

/** Permission to send one secret once. */
export interface Grant {
  readonly id: string
  readonly ground: Ground
  /** From now, on the monotonic clock. Later than this nothing may be written. */
  readonly validForMs: number
}

export type RefusalReason =
  | 'quarantined'
  | 'rejected-before'
  | 'device-busy'
  | 'device-spacing'
  | 'device-cap'
  | 'pair-window'
  | 'pair-decision'
  | 'verify-first'
  | 'recheck-first'
  | 'account-busy'
  | 'cell-closed'
  | 'account-window'
  | 'account-decision'

export type Verdict = { readonly granted: true; readonly grant: Grant } | Refused

export interface Refused {
  readonly granted: false
  readonly reason: RefusalReason
  /** When it can be asked again; absent when only a person or another attempt's end can change it. */
  readonly retryAt?: Date
}
