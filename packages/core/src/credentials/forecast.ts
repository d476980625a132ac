import type { AttemptOutcome, Device } from '../model.ts'
import {
  accountBudget,
  deviceFailureLimit,
  deviceSpacingMs,
  pairFailureLimit,
  windowMs,
} from '../safety/account-budget.ts'
import type { AttemptRequest, RefusalReason, Verdict } from '../safety/attempt.ts'
import { type Judgement, judge } from '../safety/attempt-ledger.ts'
import type { Account, AccountSlice, HomeTally, LedgerChanges, LiveGrant, OpenFailure } from '../safety/ledger-state.ts'
import { createMemoryLedger, type MemoryLedger, type Reservation } from '../safety/memory-ledger.ts'
import { expire, nothing, settle } from '../safety/settlement.ts'
import { type KnownState, takeOver } from './known-state.ts'

/**
 * What the stored ledger is expected to answer: the same rules on a copy in memory, so that choosing the next login costs no
 * query. Where other programs have moved the store on, its refusals are learned. The forecast grants nothing.
 */
export interface Forecast {
  readonly tables: MemoryLedger['tables']
  preview(request: AttemptRequest, now: number): Judgement
  /** Counts a login as in flight from now on, where the forecast grants it. */
  begin(request: AttemptRequest, now: number): Reservation
  end(grant: LiveGrant, outcome: AttemptOutcome, now: number): void
  /** Takes over what a refusal tells about the store. */
  learn(request: AttemptRequest, verdict: Refusal, now: number): void
  /** Takes over what the store says now, whoever brought it there. */
  refresh(known: KnownState): void
}

export type Refusal = Extract<Verdict, { granted: false }>

/** Refusals that the end of another login lifts: the candidate keeps its turn. */
export function isPassing(
  reason: RefusalReason,
): reason is 'account-busy' | 'verify-first' | 'recheck-first' | 'device-busy' {
  return ['account-busy', 'verify-first', 'recheck-first', 'device-busy'].includes(reason)
}

export function createForecast(known: KnownState, deviceNamed: (name: string) => Device | undefined): Forecast {
  // A grant of the forecast begins when the connection does, and ends with the login: it has no deadline of its own.
  const ledger = createMemoryLedger({
    judge(slice, request, at) {
      const judgement = judge(slice, request, at)
      return judgement.granted
        ? { granted: true, grant: { ...judgement.grant, deadline: Number.POSITIVE_INFINITY } }
        : judgement
    },
    settle,
    expire,
  })
  const refresh = (state: KnownState) => takeOver(ledger.tables, state, deviceNamed)
  refresh(known)
  return {
    tables: ledger.tables,
    preview: ledger.preview,
    begin: ledger.reserve,
    end(grant, outcome, at) {
      ledger.finish(grant.id, outcome, at)
    },
    learn(request, verdict, at) {
      ledger.tables.apply({ ...nothing, ...lesson(ledger, request, verdict, at) })
    },
    refresh,
  }
}

/** The least that must have happened for the store to answer so. */
function lesson(
  { tables }: MemoryLedger,
  request: AttemptRequest,
  { reason, retryAt }: Refusal,
  now: number,
): Partial<LedgerChanges> {
  const { device, secretId, purpose } = request
  const { accounts } = tables.load(request)
  const endsAt = retryAt?.getTime() ?? now + windowMs
  const own = accounts.map(
    ({ account, homes }): HomeTally =>
      homes.find((home) => home.secretId === secretId) ?? { account, secretId, purpose, lastOkAt: now, failures: [] },
  )
  const here = accounts.map(({ account }) => ({ account, secretId, device }))
  const pairs = (failures: readonly number[]) => accounts.map(({ account }) => ({ device, account, failures }))
  switch (reason) {
    case 'quarantined':
      return { homes: own.map((home) => ({ ...home, quarantinedAt: now })) }
    case 'rejected-before':
      return { rejection: { device, secretId, rejected: true } }
    case 'device-spacing':
      return { device: { device, failures: [endsAt - deviceSpacingMs] } }
    case 'device-cap':
      return { device: { device, failures: new Array<number>(deviceFailureLimit).fill(endsAt - windowMs) } }
    case 'pair-window':
      return { pairs: pairs([endsAt - windowMs]) }
    case 'pair-decision':
      return { pairs: pairs(new Array<number>(pairFailureLimit).fill(now)) }
    // Both are said of a device that the secret has not opened, or no longer: another one has to prove it.
    case 'verify-first':
      return { homes: accounts.flatMap((account) => failing(account, secretId, now)), closed: here }
    case 'recheck-first':
      return { homes: own.map((home) => ({ ...home, lastOkAt: 0 })), closed: here }
    case 'account-window':
      return { openFailures: accounts.flatMap(({ account }) => suppose(1, account, {}, endsAt - windowMs)) }
    case 'cell-closed':
      return { openFailures: accounts.flatMap(({ account }) => suppose(1, account, request, now)) }
    case 'account-decision':
      return {
        openFailures: accounts.flatMap(({ account }, index) => suppose(total(request, index), account, {}, now)),
      }
    case 'account-busy':
    case 'device-busy':
      return {}
  }
}

/** A failure that the forecast has not seen is on the secret itself where it has a home, else on any of the account's. */
function failing({ homes }: AccountSlice, secretId: string, now: number): HomeTally[] {
  const own = homes.filter((home) => home.secretId === secretId)
  return (own.length > 0 ? own : homes).map((home) => ({
    ...home,
    failures: home.failures.length > 0 ? home.failures : [now],
  }))
}

function total({ charges }: AttemptRequest, index: number): number {
  const policy = charges[index]?.policy
  return policy && policy.threshold !== 'none' ? accountBudget(policy).total : 0
}

/** Failures somewhere: where the store has not said where they were, no success of this run clears them. */
function suppose(
  count: number,
  account: Account,
  { secretId = '', device = '', site = '', platform = '' }: Partial<AttemptRequest>,
  failedAt: number,
): OpenFailure[] {
  const failure = { account, secretId, device, site, platform, failedAt, wasLikely: true }
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    ...failure,
    grantId: `supposed ${failedAt} ${index} ${device}`,
  }))
}
