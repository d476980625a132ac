import { isExcusable } from '../safety/ground.ts'
import type { Account, HomeSlice, LedgerSlice } from '../safety/ledger-state.ts'
import type { LedgerTables } from '../safety/ledger-tables.ts'
import type { Charges } from '../safety/realms.ts'
import type { Doubts } from './confidence.ts'

/** Secrets that never worked for an account and were rejected for it without an excuse, each with its account. */
export class DoubtfulSecrets {
  readonly #tables: LedgerTables
  #keys: ReadonlySet<string>

  constructor(tables: LedgerTables) {
    this.#tables = tables
    this.#keys = doubtfulKeys(tables)
  }

  /** Looks again. True when others are doubtful now. */
  update(): boolean {
    const keys = doubtfulKeys(this.#tables)
    const hasChanged = [...keys].join() !== [...this.#keys].join()
    this.#keys = keys
    return hasChanged
  }

  /** What the ledger says against a secret where it is charged so. */
  against(charges: Charges, secretId: string): Doubts {
    return {
      neverWorked: this.#keys.size > 0 && charges.some((charge) => this.#keys.has(secretKey(charge, secretId))),
      isLocal: charges[0].policy.kind === 'device',
    }
  }
}

function doubtfulKeys(tables: LedgerTables): ReadonlySet<string> {
  const doubtful = [...tables.openFailures()].filter((failure) => !isExcusable(failure))
  const secrets = new Set(doubtful.map(({ account, secretId }) => secretKey(account, secretId)))
  if (secrets.size > 0) for (const { account, secretId } of tables.homes()) secrets.delete(secretKey(account, secretId))
  return secrets
}

function secretKey({ realm, username }: Account, secretId: string): string {
  return JSON.stringify([realm, username, secretId])
}

/** Whether anything changed that may give other devices of the same accounts another turn. */
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
    (before.quarantinedAt === undefined) !== (home.quarantinedAt === undefined) ||
    before.openedThisPlatform !== home.openedThisPlatform ||
    before.openedAnything !== home.openedAnything
  )
}
