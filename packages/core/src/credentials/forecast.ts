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
import { siteOf } from '../safety/device-site.ts'
import type { Account, AccountSlice, HomeTally, LedgerChanges, LiveGrant, OpenFailure } from '../safety/ledger-state.ts'
import { createMemoryLedger, type MemoryLedger, type Reservation } from '../safety/memory-ledger.ts'
import { expire, nothing, settle } from '../safety/settlement.ts'
import type { AccountStanding, DeviceRecord, Home } from '../state/state-store.ts'

/** What the state knows before the first login; see StateStore for the parts. */
export interface KnownState {
  readonly homes: readonly Home[]
  readonly devices: ReadonlyMap<string, DeviceRecord>
  readonly rejections: ReadonlyMap<string, ReadonlySet<string>>
  readonly accounts: readonly AccountStanding[]
}

export const nothingKnown: KnownState = { homes: [], devices: new Map(), rejections: new Map(), accounts: [] }

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
}

export type Refusal = Extract<Verdict, { granted: false }>

/** Refusals that the end of another login lifts: the candidate keeps its turn. */
export function isPassing(
  reason: RefusalReason,
): reason is 'account-busy' | 'verify-first' | 'recheck-first' | 'device-busy' {
  return ['account-busy', 'verify-first', 'recheck-first', 'device-busy'].includes(reason)
}

export function createForecast(
  state: KnownState,
  deviceNamed: (name: string) => Device | undefined,
  now: number,
): Forecast {
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
  seed(ledger.tables, state, deviceNamed, now)
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
  }
}

function seed(
  tables: MemoryLedger['tables'],
  state: KnownState,
  deviceNamed: (name: string) => Device | undefined,
  now: number,
): void {
  const homes = state.homes.map(
    ({ realm, username, secretId, purpose, lastOkAt, fails, quarantinedAt }): HomeTally => ({
      account: { realm, username },
      secretId,
      purpose,
      lastOkAt: lastOkAt.getTime(),
      failures: new Array<number>(fails).fill(now),
      ...(quarantinedAt && { quarantinedAt: quarantinedAt.getTime() }),
    }),
  )
  const bySecret = Map.groupBy(homes, ({ secretId }) => secretId)
  const recorded = [...state.devices.values()]
    .filter((record) => record.openedAt !== undefined && record.secretId !== undefined)
    .sort((a, b) => (a.openedAt?.getTime() ?? 0) - (b.openedAt?.getTime() ?? 0))
    .flatMap(({ device, secretId = '' }) => (bySecret.get(secretId) ?? []).map((home) => ({ home, device })))
  const listed = state.homes.flatMap(({ devices }, index) =>
    devices.toReversed().flatMap((device) => ({ home: homes[index] as HomeTally, device })),
  )
  const opened = [...recorded, ...listed].flatMap(({ home, device: name }) => {
    const device = deviceNamed(name)
    const wasRejected = state.rejections.get(name)?.has(home.secretId) ?? false
    if (!device || wasRejected) return []
    const { account, secretId, lastOkAt } = home
    return [{ account, secretId, device: name, site: siteOf(device), platform: device.platform, openedAt: lastOkAt }]
  })
  const openFailures = state.accounts.flatMap(({ realm, username, failed, lastFailureAt }) => {
    const ofHomes = state.homes.filter((home) => home.realm === realm && home.username === username)
    const count = failed - Math.max(0, ...ofHomes.map(({ fails }) => fails))
    return suppose(count, { realm, username }, {}, lastFailureAt?.getTime() ?? now)
  })
  tables.apply({ ...nothing, homes, opened, openFailures })
  for (const [device, secretIds] of state.rejections)
    for (const secretId of secretIds) tables.apply({ ...nothing, rejection: { device, secretId, rejected: true } })
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
