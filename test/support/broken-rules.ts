import { windowMs } from '../../packages/core/src/safety/account-budget.ts'
import { judge } from '../../packages/core/src/safety/attempt-ledger.ts'
import type { AccountSlice, LedgerSlice } from '../../packages/core/src/safety/ledger-state.ts'
import type { LedgerRules } from '../../packages/core/src/safety/memory-ledger.ts'
import { expire, settle } from '../../packages/core/src/safety/settlement.ts'

export const rules: LedgerRules = { judge, settle, expire }

/** The real rules, each spoilt in one place: a check that does not notice them checks nothing. */
export const brokenRules = {
  'logins in flight are not counted': {
    ...rules,
    judge: (slice, request, now) =>
      judge({ ...withAccounts(slice, (account) => ({ ...account, inFlight: [] })), deviceInFlight: 0 }, request, now),
  },
  'a success clears everything': {
    ...rules,
    settle(slice, grant, outcome, now) {
      const changes = settle(slice, grant, outcome, now)
      if (outcome !== 'ok') return changes
      const others = slice.accounts.flatMap(({ homes }) => homes).filter((home) => home.secretId !== grant.secretId)
      return {
        ...changes,
        homes: [...changes.homes, ...others].map((home) => ({ ...home, failures: [] })),
        pairs: changes.pairs.map((pair) => ({ ...pair, failures: [] })),
        clearedFailures: slice.accounts.flatMap(({ open }) => open),
      }
    },
  },
  'a crash is forgotten': { ...rules, expire: (slice, grant, now) => settle(slice, grant, 'unsent', now) },
  'a proven secret is charged to the device only': {
    ...rules,
    settle(slice, grant, outcome, now) {
      const changes = settle(slice, grant, outcome, now)
      const isProven = grant.charges.every(({ ground }) => ground !== 'unknown')
      return outcome !== 'ok' && isProven ? { ...changes, homes: [] } : changes
    },
  },
  'time refills the budget': {
    ...rules,
    judge(slice, request, now) {
      const isRecent = (failure: { readonly failedAt: number }) => now - failure.failedAt < windowMs
      return judge(
        withAccounts(slice, (account) => ({ ...account, open: account.open.filter(isRecent) })),
        request,
        now,
      )
    },
  },
} as const satisfies Record<string, LedgerRules>

function withAccounts(slice: LedgerSlice, change: (account: AccountSlice) => AccountSlice): LedgerSlice {
  return { ...slice, accounts: slice.accounts.map(change) }
}
