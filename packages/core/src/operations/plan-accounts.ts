import { accountBudget } from '../safety/account-budget.ts'
import type { AccountCharge } from '../safety/attempt.ts'
import type { PlannedAccount, PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'

interface Usage {
  readonly charge: AccountCharge
  readonly devices: string[]
  readonly secretIds: Set<string>
}

/** Whether a run leaves the account clear of its lock; one that has failures already is for a person to look at. */
export function isAccountSafe({ failed, worstCase, threshold }: PlannedAccount): boolean {
  return threshold === 'none' || (failed === 0 && worstCase < threshold)
}

/**
 * What a run can do to each account at the worst. An account of kind `device` is counted per device; of the others, a proven
 * secret costs one recheck and one verification before it is quarantined, an unproven one its whole budget.
 */
export function planAccounts(
  planned: readonly PlannedDevice[],
  { charge, secretIdOf, known }: Knowledge,
): PlannedAccount[] {
  const usages = new Map<string, Usage>()
  for (const { device, candidates } of planned)
    for (const { credential } of candidates)
      for (const each of charge(device, credential)) {
        const key = JSON.stringify([each.realm, each.username])
        const usage = usages.get(key) ?? { charge: each, devices: [], secretIds: new Set<string>() }
        usages.set(key, usage)
        if (usage.devices.at(-1) !== device.name) usage.devices.push(device.name)
        usage.secretIds.add(secretIdOf(credential, device))
      }
  return [...usages.values()].map((usage) => plannedAccount(usage, known)).sort(byRisk)
}

function plannedAccount({ charge, devices, secretIds }: Usage, known: Knowledge['known']): PlannedAccount {
  const { realm, username, policy } = charge
  const isSame = (each: { readonly realm: string; readonly username: string }) =>
    each.realm === realm && each.username === username
  const homes = known.homes.filter((home) => isSame(home) && secretIds.has(home.secretId))
  const isProven = secretIds.size > 0 && homes.length === secretIds.size
  const { total } = accountBudget(policy)
  const failed = known.accounts.find(isSame)?.failed ?? 0
  const left = Math.max(0, total - failed)
  const perSecret = isProven ? 2 : total
  const canary = homes[0]?.devices[0] ?? devices[0]
  const isShared = policy.kind !== 'device'
  return {
    username,
    realm,
    kind: policy.kind,
    devices: devices.length,
    failed,
    worstCase: Math.min(left, isShared ? perSecret * secretIds.size : secretIds.size, devices.length * secretIds.size),
    worstInFlight: isProven && isShared ? Math.min(policy.maxInFlight, devices.length) : 1,
    allowed: total === Number.POSITIVE_INFINITY ? 'none' : total,
    threshold: policy.threshold,
    thresholdIsAssumed: policy.thresholdIsAssumed,
    isProven,
    ...(isShared && canary !== undefined && { canary }),
  }
}

function byRisk(a: PlannedAccount, b: PlannedAccount): number {
  return b.worstCase - a.worstCase || b.devices - a.devices || (a.username < b.username ? -1 : 1)
}
