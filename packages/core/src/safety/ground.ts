import { accountOf } from './account-of.ts'
import type { AccountCharge, AttemptRequest } from './attempt.ts'
import type { AccountSlice, CellTally, HomeSlice, LedgerSlice, OpenFailure } from './ledger-state.ts'

/**
 * Whether a failure would count against this secret alone: it has opened the device before, or its neighbours, or the realm
 * says that one server counts. On all other ground a failure could be counted by a login server that nobody knows of.
 */
export function standsOnKnownGround(account: AccountSlice, home: HomeSlice, charge: AccountCharge): boolean {
  if (home.openedThisDevice) return true
  if (charge.policy.kind === 'strict') return false
  return charge.policy.kind === 'server' || opensNeighbours(account, home, charge)
}

/** It has opened devices of the site and of the platform, and nothing speaks against it here. */
function opensNeighbours(account: AccountSlice, home: HomeSlice, charge: AccountCharge): boolean {
  const isRival = (other: HomeSlice) =>
    charge.secrets > 1 &&
    other.secretId !== home.secretId &&
    other.purpose === home.purpose &&
    other.quarantinedAt === undefined &&
    other.openedThisSite
  return (
    home.openedThisSite &&
    home.openedThisPlatform &&
    !account.homes.some(isRival) &&
    !speaksAgainst(account.cell, charge.secrets > 1)
  )
}

/** What a request stands on for the accounts that count its failure in common. */
export interface Expectation {
  /** Known ground for all of them. */
  readonly isKnownGround: boolean
  /** The secret has opened this device or its neighbours: it will most likely open it. */
  readonly isAtHome: boolean
}

/** Undefined where no account is shared: every device counts for itself, or nothing does. */
export function expectationOf(slice: LedgerSlice, request: AttemptRequest): Expectation | undefined {
  const shared = request.charges.filter(({ policy }) => policy.threshold !== 'none' && policy.kind !== 'device')
  if (shared.length === 0) return undefined
  const grounds = shared.map((charge) => {
    const account = accountOf(slice, charge)
    const home = account.homes.find(({ secretId }) => secretId === request.secretId)
    if (!home) return { isKnownGround: false, isAtHome: false }
    const isTrusted = charge.policy.kind !== 'strict' && opensNeighbours(account, home, charge)
    const isAtHome = home.openedThisDevice || isTrusted
    return { isKnownGround: standsOnKnownGround(account, home, charge), isAtHome }
  })
  return {
    isKnownGround: grounds.every(({ isKnownGround }) => isKnownGround),
    isAtHome: grounds.every(({ isAtHome }) => isAtHome),
  }
}

/** With several secrets for one username a single rejection already says that another one lives here. */
function speaksAgainst(cell: CellTally, hasRivals: boolean): boolean {
  if (hasRivals && cell.failsInARow >= 2) return true
  return cell.ok === 0 && cell.fails >= (hasRivals ? 1 : 2)
}

/**
 * The failure counts no more: the device belongs to another username, this secret works elsewhere, and both have opened
 * devices of one common cell, so both ask the same login server. Never for a username with several secrets, where the
 * other device may have wanted the other secret.
 */
export function isExplained(failure: OpenFailure, account: AccountSlice, charge: AccountCharge): boolean {
  return (
    charge.secrets <= 1 &&
    charge.policy.kind !== 'strict' &&
    failure.openedBy !== undefined &&
    failure.sharesCellWithOpener === true &&
    account.homes.some(({ secretId }) => secretId === failure.secretId)
  )
}

/** The failure counts, but says little about the secret: it was a poor guess, or the device's tags were misleading. */
export function isExcusable(failure: OpenFailure): boolean {
  return failure.openedBy !== undefined && !(failure.openedBy.namedByTag && failure.wasLikely)
}
