import type { AttemptOutcome } from '../model.ts'
import { accountBudget, windowMs } from './account-budget.ts'
import { accountOf } from './account-of.ts'
import type {
  AccountSlice,
  CellTally,
  GrantedCharge,
  HomeSlice,
  HomeTally,
  LedgerChanges,
  LedgerSlice,
  LiveGrant,
  OpenFailure,
} from './ledger-state.ts'

/** A settlement that changes nothing. */
export const nothing: LedgerChanges = {
  pairs: [],
  homes: [],
  cells: [],
  opened: [],
  closed: [],
  openFailures: [],
  clearedFailures: [],
}

/**
 * What the end of a grant changes. Only a live grant is settled: a store that was called late or twice does not ask. The
 * grant's own place in flight goes with the grant.
 */
export function settle(slice: LedgerSlice, grant: LiveGrant, outcome: AttemptOutcome, now: number): LedgerChanges {
  if (outcome === 'unsent') return nothing
  return outcome === 'ok' ? settleSuccess(slice, grant, now) : settleFailure(slice, grant, outcome, now)
}

/** Nobody told how the grant ended, and its deadline has passed: the secret may have been sent. */
export function expire(slice: LedgerSlice, grant: LiveGrant, now: number): LedgerChanges {
  return settle(slice, grant, 'unclear', now)
}

export function isOverdue(grant: Pick<LiveGrant, 'deadline'>, now: number): boolean {
  return now >= grant.deadline
}

/** A success clears what had ended before it was reserved: what failed meanwhile may have been counted after it. */
function settleSuccess(slice: LedgerSlice, grant: LiveGrant, now: number): LedgerChanges {
  const { device, site, platform, secretId, purpose, namedByTag, reservedAt } = grant
  const accounts = grant.charges.map((charge) => ({ charge, ...accountOf(slice, charge) }))
  const budgeted = accounts.filter(({ charge }) => isBudgeted(charge))
  const stays = (failedAt: number) => failedAt >= reservedAt
  const [opener] = accounts
  return {
    ...nothing,
    pairs: accounts.map(({ pair }) => ({ ...pair, failures: pair.failures.filter(stays) })),
    homes: budgeted.map(({ account, homes }) => {
      const home = homes.find((candidate) => candidate.secretId === secretId)
      if (!home) return { account, secretId, purpose, lastOkAt: now, failures: [] }
      return { ...tallyOf(home), lastOkAt: now, failures: home.failures.filter(stays) }
    }),
    cells: accounts.map(({ cell }) => ({ ...cell, ok: cell.ok + 1, failsInARow: 0 })),
    opened: budgeted.map(({ account }) => ({ account, secretId, device, site, platform, openedAt: now })),
    clearedFailures: budgeted.flatMap(({ charge, open }) =>
      open.filter((failure) => !stays(failure.failedAt) && isCleared(failure, grant, charge)),
    ),
    ...(opener &&
      purpose === 'login' && { openedBy: { device, opener: { account: opener.account, secretId, namedByTag } } }),
    ...(slice.rejected && { rejection: { device, secretId, rejected: false } }),
  }
}

/** Which open failures of an account one success proves harmless: those that the same counter must have counted. */
function isCleared(failure: OpenFailure, grant: LiveGrant, { policy }: GrantedCharge): boolean {
  if (policy.kind === 'server') return true
  // A second login server may stand behind any other device, even a neighbour.
  if (policy.kind === 'strict') return failure.device === grant.device
  return failure.site === grant.site && failure.platform === grant.platform
}

function settleFailure(
  slice: LedgerSlice,
  grant: LiveGrant,
  outcome: 'rejected' | 'unclear',
  now: number,
): LedgerChanges {
  const { device, secretId } = grant
  const accounts = grant.charges.map((charge) => ({ charge, slice: accountOf(slice, charge) }))
  const hasOpened = accounts.flatMap((each) =>
    each.slice.homes.filter((home) => home.secretId === secretId && home.openedThisDevice),
  )
  // A device that this secret has opened may have hung for its own reasons: only a clear no is remembered there.
  const isRemembered = outcome === 'rejected' || hasOpened.length === 0
  return {
    ...nothing,
    device: { device, failures: [...slice.device.failures.filter((at) => now - at < windowMs), now] },
    pairs: accounts.map(({ slice: { pair } }) => ({ ...pair, failures: [...pair.failures, now] })),
    homes: accounts.flatMap((each) => chargeHomes(each.slice, each.charge, grant, now)),
    cells: accounts.flatMap(({ slice: { cell }, charge }) => (provesCell(charge) ? [withFailure(cell)] : [])),
    openFailures: accounts.flatMap((each) => openFailure(each.slice, each.charge, grant, now)),
    ...(isRemembered && {
      closed: hasOpened.map(({ account }) => ({ account, secretId, device })),
      rejection: { device, secretId, rejected: true },
    }),
  }
}

/** On unknown ground the failure may count against every secret of the account; else against the one that was sent. */
function chargeHomes(account: AccountSlice, charge: GrantedCharge, grant: LiveGrant, now: number): HomeTally[] {
  if (!isBudgeted(charge)) return []
  const { total } = accountBudget(charge.policy)
  return account.homes
    .filter((home) => charge.ground === 'unknown' || home.secretId === grant.secretId)
    .map((home) => {
      const failures = [...home.failures, now]
      const isDisproved = charge.ground === 'verification' && home.secretId === grant.secretId
      const quarantinedAt = home.quarantinedAt ?? (isDisproved || failures.length >= total ? now : undefined)
      return { ...tallyOf(home), failures, ...(quarantinedAt !== undefined && { quarantinedAt }) }
    })
}

/** Failures that no home answers for stay open on the account; under `strict` all do. */
function openFailure(account: AccountSlice, charge: GrantedCharge, grant: LiveGrant, now: number): OpenFailure[] {
  if (!isBudgeted(charge)) return []
  const isAnsweredFor = charge.ground !== 'unknown' && account.homes.some((home) => home.secretId === grant.secretId)
  if (isAnsweredFor && charge.policy.kind !== 'strict') return []
  const { device, site, platform, secretId, wasLikely } = grant
  const failure = { grantId: grant.id, account: account.account, secretId, device, site, platform, wasLikely }
  return [{ ...failure, failedAt: now }]
}

/** Verifications and rechecks ask about the secret, not about the place. */
function provesCell({ ground }: GrantedCharge): boolean {
  return ground !== 'verification' && ground !== 'recheck'
}

function withFailure(cell: CellTally): CellTally {
  return { ...cell, fails: cell.fails + 1, failsInARow: cell.failsInARow + 1 }
}

function isBudgeted({ ground }: GrantedCharge): boolean {
  return ground !== 'device' && ground !== 'free'
}

function tallyOf({ account, secretId, purpose, lastOkAt, failures, quarantinedAt }: HomeSlice): HomeTally {
  return { account, secretId, purpose, lastOkAt, failures, ...(quarantinedAt !== undefined && { quarantinedAt }) }
}
