import type { AttemptRequest } from '../safety/attempt.ts'
import { isExcusable } from '../safety/ground.ts'
import type { AccountSlice, HomeSlice, LedgerSlice } from '../safety/ledger-state.ts'
import type { LedgerTables } from '../safety/ledger-tables.ts'
import type { Doubts } from './confidence.ts'

/** What the ledger says against a credential on devices like the request's. */
export function doubtsAbout(tables: LedgerTables, request: AttemptRequest): Doubts {
  const { accounts } = tables.load(request)
  const isDoubtful = ({ homes, open }: AccountSlice) =>
    homes.every((home) => home.secretId !== request.secretId) &&
    open.some((failure) => failure.secretId === request.secretId && !isExcusable(failure))
  return {
    neverWorked: accounts.some(isDoubtful),
    isLocal: request.charges[0].policy.kind === 'device',
  }
}

/** Whether anything changed that bears on other devices of the same accounts. */
export function hasChanged(before: LedgerSlice, after: LedgerSlice): boolean {
  return after.accounts.some((account, index) => {
    const earlier = before.accounts[index]
    return (
      earlier === undefined ||
      earlier.open.length !== account.open.length ||
      account.homes.some((home) => hasHomeChanged(earlier.homes, home))
    )
  })
}

function hasHomeChanged(earlier: readonly HomeSlice[], home: HomeSlice): boolean {
  const before = earlier.find(({ secretId }) => secretId === home.secretId)
  return (
    before === undefined ||
    before.failures.length > 0 !== home.failures.length > 0 ||
    (before.quarantinedAt === undefined) !== (home.quarantinedAt === undefined) ||
    before.openedThisPlatform !== home.openedThisPlatform ||
    before.openedAnything !== home.openedAnything
  )
}
