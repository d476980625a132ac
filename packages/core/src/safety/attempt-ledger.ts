import {
  accountBudget,
  deviceFailureLimit,
  deviceSpacingMs,
  freshnessMs,
  grantLifetimeMs,
  likelyConfidence,
  pairFailureLimit,
  windowMs,
} from './account-budget.ts'
import { accountOf } from './account-of.ts'
import type { AccountCharge, AttemptRequest, Ground, RefusalReason } from './attempt.ts'
import { isExcusable, isExplained, standsOnKnownGround } from './ground.ts'
import type { AccountSlice, HomeSlice, LedgerSlice, LiveGrant } from './ledger-state.ts'

/** Leave to send one secret once, still without an id; or the reason against it. */
export type Judgement =
  | { readonly granted: true; readonly grant: Omit<LiveGrant, 'id'> }
  | {
      readonly granted: false
      readonly reason: RefusalReason
      /** Absent when only a person or the end of another attempt can change the answer. */
      readonly retryAt?: number
    }

type Refusal = Extract<Judgement, { granted: false }>

/**
 * Whether this secret may be sent to this device now. Every account that could count the failure has to agree. Before
 * asking, a store settles the grants that are past their deadline (`expire` in settlement.ts).
 */
export function judge(slice: LedgerSlice, request: AttemptRequest, now: number): Judgement {
  const refusal = refusalByMemory(slice, request) ?? refusalByDevice(slice, request, now)
  if (refusal) return refusal
  const charges: (AccountCharge & { readonly ground: Ground })[] = []
  for (const charge of request.charges) {
    const answer = judgeAccount(accountOf(slice, charge), charge, request, now)
    if (typeof answer !== 'string') return answer
    charges.push({ ...charge, ground: answer })
  }
  const { device, site, platform, secretId, purpose, confidence = 1, namedByTag = true } = request
  const where = { device, site, platform, secretId, purpose }
  const wasLikely = confidence >= likelyConfidence
  return {
    granted: true,
    grant: { ...where, charges, wasLikely, namedByTag, reservedAt: now, deadline: now + grantLifetimeMs },
  }
}

/** Refusals that no waiting ends: a person, another secret or a success elsewhere does. */
function refusalByMemory(slice: LedgerSlice, request: AttemptRequest): Refusal | undefined {
  if (slice.quarantined) return refuse('quarantined')
  if (slice.rejected && !request.retryRejected) return refuse('rejected-before')
  if (countsFailures(request) && slice.accounts.some(({ pair }) => pair.failures.length >= pairFailureLimit))
    return refuse('pair-decision')
  return undefined
}

/** The device's own protection. Of several windows the one that ends last is named. */
function refusalByDevice(slice: LedgerSlice, request: AttemptRequest, now: number): Refusal | undefined {
  if (slice.deviceInFlight > 0) return refuse('device-busy')
  if (!countsFailures(request)) return undefined
  const recent = slice.device.failures.filter((at) => now - at < windowMs)
  const ends: [RefusalReason, number | undefined][] = [
    ['device-spacing', plus(recent.at(-1), deviceSpacingMs)],
    ['device-cap', plus(recent.at(-deviceFailureLimit), windowMs)],
    ...slice.accounts.map(({ pair }): [RefusalReason, number | undefined] => [
      'pair-window',
      plus(pair.failures.at(-1), windowMs),
    ]),
  ]
  let last: Refusal | undefined
  for (const [reason, end] of ends)
    if (end !== undefined && end > now && end > (last?.retryAt ?? 0)) last = refuse(reason, end)
  return last
}

/** The ground that the try stands on for one account, or the refusal. */
function judgeAccount(account: AccountSlice, charge: AccountCharge, request: AttemptRequest, now: number) {
  const { policy } = charge
  if (policy.threshold === 'none') return 'free'
  // Each device counts for itself, and its own limits have been asked.
  if (policy.kind === 'device') return 'device'
  const home = account.homes.find(({ secretId }) => secretId === request.secretId)
  if (home && home.failures.length > 0) return judgeVerification(account, home, charge)
  if (home && now - home.lastOkAt > freshnessMs) {
    if (home.openedThisDevice) return judgeRecheck(account, home)
    if (home.openedAnything && !request.nowhereToRecheck) return refuse('recheck-first')
    return judgeUnknownGround(account, home, charge, request, now)
  }
  if (home && standsOnKnownGround(account, home, charge)) return judgeKnownGround(account, home, charge)
  return judgeUnknownGround(account, home, charge, request, now)
}

/** A failure is open on the secret: one device that it has opened decides whether the secret or the other device is at fault. */
function judgeVerification(account: AccountSlice, home: HomeSlice, charge: AccountCharge): Ground | Refusal {
  if (!home.openedAnything || home.failures.length + 1 > accountBudget(charge.policy).total)
    return refuse('account-decision')
  if (!home.openedThisDevice) return refuse('verify-first')
  return inFlightOn(account, home) > 0 ? refuse('account-busy') : 'verification'
}

/** Proof goes stale: the secret may have been changed since. One login finds that out, whatever the account could bear. */
function judgeRecheck(account: AccountSlice, home: HomeSlice): Ground | Refusal {
  return inFlightOn(account, home) > 0 ? refuse('account-busy') : 'recheck'
}

function judgeKnownGround(account: AccountSlice, home: HomeSlice, charge: AccountCharge): Ground | Refusal {
  const room = home.openedThisDevice
    ? charge.policy.maxInFlight - account.inFlight.filter(({ ground }) => countsOnAccount(ground)).length
    : accountBudget(charge.policy).proven - inFlightOn(account, home)
  return room < 1 ? refuse('account-busy') : 'known'
}

/**
 * Canaries and pioneers, one rule: alone in flight, with room on every secret of the account that the failure could
 * count against, and within what never-proven tries may cost.
 */
function judgeUnknownGround(
  account: AccountSlice,
  home: HomeSlice | undefined,
  charge: AccountCharge,
  request: AttemptRequest,
  now: number,
): Ground | Refusal {
  if (isCellClosed(account, charge, request)) return refuse('cell-closed')
  if (account.inFlight.some(({ ground }) => ground === 'unknown')) return refuse('account-busy')
  const budget = accountBudget(charge.policy)
  const [dead, alive] = partition(account.homes, (other) => isDead(other, charge, request))
  if (alive.some((other) => other.failures.length > 0)) return refuse('verify-first')
  const room = (other: HomeSlice) => (dead.includes(other) ? 1 : budget.proven) - inFlightOn(account, other)
  if (account.homes.some((other) => room(other) < 1)) return refuse('account-busy')

  const open = account.open.filter((failure) => !isExplained(failure, account, charge))
  const failedAt = [...open.map((failure) => failure.failedAt), ...dead.flatMap((other) => other.failures)]
  if (failedAt.length < budget.unproven) return 'unknown'
  const limit = charge.secrets >= 3 ? budget.unproven : budget.total
  const isNews =
    home !== undefined || open.every((failure) => failure.secretId !== request.secretId || isExcusable(failure))
  if (failedAt.length + 1 > limit || !isNews) return refuse('account-decision')
  const end = Math.max(...failedAt) + windowMs
  return now < end ? refuse('account-window', end) : 'unknown'
}

/** The secret has failed among alike devices, and nothing says that the device was to blame. */
function isCellClosed(account: AccountSlice, charge: AccountCharge, request: AttemptRequest): boolean {
  if (charge.policy.kind === 'server') return false
  if (charge.secrets > 1 && account.cell.failsInARow >= 2) return true
  return account.open.some(
    (failure) =>
      failure.secretId === request.secretId &&
      failure.site === request.site &&
      failure.platform === request.platform &&
      !isExplained(failure, account, charge) &&
      !isExcusable(failure),
  )
}

/**
 * A home that no login can verify any more: quarantined, replaced by the only secret that the vault has now, or left
 * without a device. Its failures stay on the account's counter.
 */
function isDead(home: HomeSlice, charge: AccountCharge, request: AttemptRequest): boolean {
  const replaced = charge.secrets <= 1 && home.purpose === request.purpose && home.secretId !== request.secretId
  return replaced || home.quarantinedAt !== undefined || !home.openedAnything
}

/** Logins in flight whose failure would be charged to this home. */
function inFlightOn(account: AccountSlice, home: HomeSlice): number {
  return account.inFlight.filter(
    ({ secretId, ground }) => countsOnAccount(ground) && (ground === 'unknown' || secretId === home.secretId),
  ).length
}

function countsOnAccount(ground: Ground): boolean {
  return ground !== 'device' && ground !== 'free'
}

function countsFailures(request: AttemptRequest): boolean {
  return request.charges.some(({ policy }) => policy.threshold !== 'none')
}

function refuse(reason: RefusalReason, retryAt?: number): Refusal {
  return { granted: false, reason, ...(retryAt !== undefined && { retryAt }) }
}

function plus(at: number | undefined, durationMs: number): number | undefined {
  return at === undefined ? undefined : at + durationMs
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
