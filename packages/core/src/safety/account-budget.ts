import type { AccountPolicy } from './attempt.ts'

/** How long failures weigh on a device and on an account's pair with it, and how long a second canary waits. */
export const windowMs = 15 * 60_000

/** A proof older than this is checked again, on one device, before the secret goes to others. */
export const freshnessMs = 15 * 60_000

/** From one failure on a device to the next login there, by whatever account. IOS `login block-for` counts them all. */
export const deviceSpacingMs = 150_000

/** Failures on one device within the window. */
export const deviceFailureLimit = 4

/** Failures of one account on one device since its last success there; more is a person's decision. */
export const pairFailureLimit = 2

/** From the reservation to the moment when a grant counts as failed. */
export const grantLifetimeMs = 60_000

/** How long a grant may be used. Shorter than its life by more than the way from the store's answer to the socket. */
export const sendWithinMs = 50_000

/** A try made with less confidence than this says little about the secret when it fails. */
export const likelyConfidence = 0.6

/** What failed logins of one account may come to before a success. */
export interface AccountBudget {
  /** In all. One below the threshold: nobody is locked out by Netlatch alone. */
  readonly total: number
  /** By secrets that never worked for the account. One place is left for the verification that follows. */
  readonly unproven: number
  /** Failed and in flight together where a secret is expected to work: the last place is the verification's. */
  readonly proven: number
}

export function accountBudget({ threshold }: Pick<AccountPolicy, 'threshold'>): AccountBudget {
  if (threshold === 'none')
    return { total: Number.POSITIVE_INFINITY, unproven: Number.POSITIVE_INFINITY, proven: Number.POSITIVE_INFINITY }
  const total = Math.max(1, threshold - 1)
  return { total, unproven: Math.max(1, threshold - 2), proven: Math.max(1, total - 1) }
}
