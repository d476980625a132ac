import { type Account, answeringServer, type Fleet, localThreshold, type SimulatedDevice } from './fleet.ts'

/** What the far side counted. */
export interface Damage {
  /** Accounts that were locked with a failure of ours in the streak. */
  serverLocks: number
  localLocks: number
  /** Devices that refused everybody for a while, after a failure of ours among others. */
  blocks: number
}

export function noDamage(): Damage {
  return { serverLocks: 0, localLocks: 0, blocks: 0 }
}

const lockMs = 15 * 60_000

/** One login, at the moment in which the far side decides. `refused`: the device takes nobody, and nothing was sent. */
export function logIn(
  fleet: Fleet,
  simulated: SimulatedDevice,
  login: { readonly username: string; readonly password: string; readonly ours: boolean },
  now: number,
  damage: Damage,
): 'ok' | 'rejected' | 'refused' {
  if (simulated.blockedUntil > now) return 'refused'
  const { username, password, ours } = login
  const server = answeringServer(fleet, simulated)
  const account = (server ? server.accounts : simulated.local).get(username)
  const isLocked = account !== undefined && account.lockedUntil > now
  const isMember = !server || simulated.group === undefined || simulated.group === username || account?.opensEverything
  if (account && !isLocked && account.password === password && isMember) {
    account.streak = 0
    account.ours = 0
    return 'ok'
  }
  // A right password on a device of another group counts too: the harsh reading.
  if (account && !isLocked && !fleet.neverLocks) countFailure(fleet, account, server !== undefined, ours, now, damage)
  if (!fleet.neverLocks) countOnDevice(fleet, simulated, ours, now, damage)
  return 'rejected'
}

function countFailure(
  { policy }: Fleet,
  account: Account,
  isServer: boolean,
  ours: boolean,
  now: number,
  damage: Damage,
): void {
  if (!policy.isForever && now - account.lastFailureAt > lockMs) Object.assign(account, { streak: 0, ours: 0 })
  account.streak += 1
  account.lastFailureAt = now
  if (ours) account.ours += 1
  if (account.streak < (isServer ? policy.threshold : localThreshold)) return
  account.lockedUntil = policy.isForever ? Number.POSITIVE_INFINITY : now + lockMs
  if (account.ours === 0) return
  if (isServer) damage.serverLocks += 1
  else damage.localLocks += 1
}

function countOnDevice(
  { policy }: Fleet,
  simulated: SimulatedDevice,
  ours: boolean,
  now: number,
  damage: Damage,
): void {
  simulated.failures = [...simulated.failures.filter(({ at }) => now - at < policy.blockMs), { at: now, ours }]
  if (simulated.failures.length < policy.blockAfter) return
  simulated.blockedUntil = now + policy.blockMs
  if (simulated.failures.some((failure) => failure.ours)) damage.blocks += 1
  simulated.failures = []
}
