import type { AttemptOutcome } from '../model.ts'
import type { AttemptRequest } from './attempt.ts'
import { type Judgement, judge } from './attempt-ledger.ts'
import type { LedgerChanges, LedgerSlice, LiveGrant } from './ledger-state.ts'
import { createLedgerTables, type LedgerTables } from './ledger-tables.ts'
import { expire, isOverdue, settle } from './settlement.ts'

/**
 * A ledger in memory under the same rules as the stored one. The discovery schedule keeps one as its forecast of what the
 * store will answer; nothing is granted by it.
 */
export interface MemoryLedger {
  readonly tables: LedgerTables
  /** Live grants, oldest first. */
  grants(): Iterable<LiveGrant>
  preview(request: AttemptRequest, now: number): Judgement
  reserve(request: AttemptRequest, now: number): Reservation
  /** Ends a grant, once. False when it had ended before: nothing changed then. */
  finish(grantId: string, outcome: AttemptOutcome, now: number): boolean
  /** Settles the grants that are past their deadline. */
  expire(now: number): void
}

export type Reservation = { readonly granted: true; readonly grant: LiveGrant } | Extract<Judgement, { granted: false }>

/** The rules that a ledger runs on. */
export interface LedgerRules {
  judge(slice: LedgerSlice, request: AttemptRequest, now: number): Judgement
  settle(slice: LedgerSlice, grant: LiveGrant, outcome: AttemptOutcome, now: number): LedgerChanges
  expire(slice: LedgerSlice, grant: LiveGrant, now: number): LedgerChanges
}

export function createMemoryLedger(rules: LedgerRules = { judge, settle, expire }): MemoryLedger {
  const tables = createLedgerTables()
  const live = new Map<string, LiveGrant>()
  let reservations = 0
  let clock = 0

  /** The store's clock: it stands still when the caller's runs backwards. */
  function tick(now: number): number {
    clock = Math.max(clock, now)
    return clock
  }

  function end(grant: LiveGrant, changes: LedgerChanges): void {
    live.delete(grant.id)
    tables.removeGrant(grant)
    tables.apply(changes)
  }

  function expireOverdue(at: number): void {
    // All grants live equally long, and a Map keeps the order of insertion.
    for (const grant of live.values()) {
      if (!isOverdue(grant, at)) return
      end(grant, rules.expire(tables.load(grant), grant, at))
    }
  }

  return {
    tables,
    grants: () => live.values(),
    preview: (request, now) => rules.judge(tables.load(request), request, Math.max(clock, now)),

    reserve(request, now) {
      const at = tick(now)
      expireOverdue(at)
      const judgement = rules.judge(tables.load(request), request, at)
      if (!judgement.granted) return judgement
      reservations += 1
      const grant = { ...judgement.grant, id: String(reservations) }
      live.set(grant.id, grant)
      tables.addGrant(grant)
      return { granted: true, grant }
    },

    finish(grantId, outcome, now) {
      const at = tick(now)
      expireOverdue(at)
      const grant = live.get(grantId)
      if (!grant) return false
      end(grant, rules.settle(tables.load(grant), grant, outcome, at))
      return true
    },

    expire: (now) => expireOverdue(tick(now)),
  }
}
