import { accountBudget } from '../safety/account-budget.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'

/** A login server's account that failed logins have brought to the end of its budget. */
export interface AccountAtRisk {
  readonly username: string
  /** `` when none is declared. */
  readonly realm: string
  readonly failed: number
  readonly allowed: number
  readonly threshold: number | 'none'
  readonly lastFailureAt?: Date
}

/** Accounts that Netlatch tries no more until a person decides; worst first. Connects to nothing. */
export async function accountsAtRisk(netlatch: Netlatch): Promise<readonly AccountAtRisk[]> {
  const { known, charges } = await gatherKnowledge(netlatch, await netlatch.vaultIfUnlocked())
  const atRisk = charges.flatMap(({ realm, username, policy }): AccountAtRisk[] => {
    const standing = known.accounts.find((each) => each.realm === realm && each.username === username)
    const { total } = accountBudget(policy)
    if (policy.kind === 'device' || !standing || standing.failed === 0 || standing.failed < total) return []
    const { failed, lastFailureAt } = standing
    return [
      { username, realm, failed, allowed: total, threshold: policy.threshold, ...(lastFailureAt && { lastFailureAt }) },
    ]
  })
  return atRisk.toSorted((a, b) => b.failed - a.failed || (a.username < b.username ? -1 : 1))
}
