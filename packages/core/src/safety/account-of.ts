import type { Account, AccountSlice, LedgerSlice } from './ledger-state.ts'

/** The slice of a charged account. Its absence is a store that loaded the wrong slice. */
export function accountOf(slice: LedgerSlice, { realm, username }: Account): AccountSlice {
  const found = slice.accounts.find(({ account }) => account.realm === realm && account.username === username)
  if (!found) throw new TypeError(`The slice holds no account ${username} of realm "${realm}".`)
  return found
}
