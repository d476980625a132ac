import { deviceResult } from '../device-result.ts'
import type { Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import { openHostKeyDesk } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { obstacleTo } from './obstacle-to.ts'
import { type DiscoveryOptions, resolutionRequest } from './plan-discovery.ts'

export interface PlannedVisits {
  readonly targets: readonly PlannedDevice[]
  /** Devices that nothing can be done on, with their results. */
  readonly foregone: readonly DeviceResult[]
  readonly knowledge: Knowledge
}

/** The candidates of devices that are to be worked on, in the order of resolution. Unlocks the vault. */
export async function planVisits(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: Pick<DiscoveryOptions, 'credentials' | 'includeFallback' | 'retryRejected'> & { readonly askedFor?: string },
): Promise<PlannedVisits> {
  const knowledge = await gatherKnowledge(netlatch, await netlatch.vault())
  const hostKeys = await openHostKeyDesk(netlatch)
  const request = { ...resolutionRequest(options), ...(options.askedFor && { askedFor: options.askedFor }) }
  const targets: PlannedDevice[] = []
  const foregone: DeviceResult[] = []
  for (const device of devices) {
    const testedAt = netlatch.now()
    const resolution = knowledge.resolve(device, request)
    const obstacle = obstacleTo(device, resolution, hostKeys)
    if (obstacle) foregone.push(deviceResult(device, { ...obstacle, testedAt }))
    else targets.push({ device, candidates: resolution.candidates })
  }
  return { targets, foregone, knowledge }
}
