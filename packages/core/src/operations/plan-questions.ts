import type { Credential } from '../model.ts'
import { foldUsername } from '../safety/realms.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Netlatch } from './netlatch.ts'
import { gatherFor } from './plan-discovery.ts'

/** A username of which nobody has said who counts its failed logins, where the answer decides how far a run gets. */
export interface PlanQuestion {
  readonly username: string
  readonly secrets: number
  readonly credentials: readonly string[]
  readonly devices: number
}

/**
 * Asked for usernames without a realm that have several secrets, or a credential that no tag sets apart from others: its try
 * says little, and after one failure nobody knows whether a server counted it.
 */
export async function planQuestions(
  netlatch: Netlatch,
  planned: readonly PlannedDevice[],
): Promise<readonly PlanQuestion[]> {
  const { charge } = await gatherFor(netlatch)
  const usages = new Map<
    string,
    { credentials: Set<string>; devices: Set<string>; secrets: number; apart: Set<string> }
  >()
  for (const { device, candidates } of planned) {
    const best = candidates[0]?.credential
    const rivals = candidates.filter(({ credential }) => credential.priority === best?.priority)
    for (const { credential, reason } of candidates) {
      const [first] = charge(device, credential)
      if (!isOpen(credential, first.policy.kind)) continue
      const username = foldUsername(credential.username)
      const none = { credentials: new Set<string>(), devices: new Set<string>(), secrets: 0, apart: new Set<string>() }
      const usage = usages.get(username) ?? none
      usages.set(username, usage)
      usage.credentials.add(credential.name)
      usage.devices.add(device.name)
      usage.secrets = Math.max(usage.secrets, first.secrets)
      const isAlone = credential === best && rivals.length === 1
      if (isAlone || reason === 'pin' || reason === 'worked-before') usage.apart.add(credential.name)
    }
  }
  return [...usages]
    .filter(([, { secrets, credentials, apart }]) => secrets >= 2 || apart.size < credentials.size)
    .map(([username, { secrets, credentials, devices }]) => ({
      username,
      secrets,
      credentials: [...credentials].sort(),
      devices: devices.size,
    }))
    .sort((a, b) => b.devices - a.devices || (a.username < b.username ? -1 : 1))
}

function isOpen({ realm }: Credential, kind: string): boolean {
  return realm === undefined && kind === 'unknown'
}
