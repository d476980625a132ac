import type { AccountCharge, AttemptRequest } from './attempt.ts'
import type { AccountSlice, CellTally, HomeSlice, LedgerSlice, OpenFailure } from './ledger-state.ts'

/**
 * Whether the secret is expected to open the device: it has done so before, or it opens the device's neighbours and
 * nothing speaks against it. On all other ground a failure could be counted by a login server that nobody knows of.
 */
export function standsOnKnownGround(account: AccountSlice, home: HomeSlice, charge: AccountCharge): boolean {
  if (home.openedThisDevice) return true
  if (charge.policy.kind === 'strict') return false
  if (charge.policy.kind === 'server') return true
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

/** Whether a request stands on known ground for every account that could count its failure, whatever their budgets. */
export function expectsToOpen(slice: LedgerSlice, request: AttemptRequest): boolean {
  return request.charges.every((charge, index) => {
    if (charge.policy.threshold === 'none') return true
    const account = slice.accounts[index]
    const home = account?.homes.find(({ secretId }) => secretId === request.secretId)
    return charge.policy.kind !== 'device' && account && home && standsOnKnownGround(account, home, charge)
  })
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
