import { deviceResult } from '../device-result.ts'
import type { Candidate, Credential, Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import { openHostKeyDesk } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { type Obstacle, obstacleTo } from './obstacle-to.ts'
import { type DiscoveryOptions, resolutionRequest } from './plan-discovery.ts'

export interface PlannedVisits {
  readonly targets: readonly PlannedDevice[]
  /** Devices that nothing can be done on, with their results. */
  readonly foregone: readonly DeviceResult[]
  readonly knowledge: Knowledge
}

export interface PlanVisitsOptions extends Pick<DiscoveryOptions, 'credentials' | 'includeFallback' | 'retryRejected'> {
  readonly askedFor?: string
  /**
   * On each device only the credential that opened it last, with the secret that did: for whoever must not find out by trying. A
   * device without one is NOT_OPENED. @default false
   */
  readonly onlyOpened?: boolean
}

/** The candidates of devices that are to be worked on, in the order of resolution. Unlocks the vault. */
export async function planVisits(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: PlanVisitsOptions,
): Promise<PlannedVisits> {
  const knowledge = await gatherKnowledge(netlatch, await netlatch.vault())
  const hostKeys = await openHostKeyDesk(netlatch)
  const request = { ...resolutionRequest(options), ...(options.askedFor && { askedFor: options.askedFor }) }
  const targets: PlannedDevice[] = []
  const foregone: DeviceResult[] = []
  for (const device of devices) {
    const testedAt = netlatch.now()
    const resolution = knowledge.resolve(device, request)
    const candidates = options.onlyOpened
      ? resolution.candidates.filter(({ credential }) => openedLast(knowledge, device, credential))
      : resolution.candidates
    const obstacle = obstacleTo(device, resolution, hostKeys) ?? notOpened(candidates)
    if (obstacle) foregone.push(deviceResult(device, { ...obstacle, testedAt }))
    else targets.push({ device, candidates })
  }
  return { targets, foregone, knowledge }
}

function openedLast({ known, secretIdOf }: Knowledge, device: Device, credential: Credential): boolean {
  const record = known.devices.get(device.name)
  return record?.credential === credential.name && record.secretId === secretIdOf(credential, device)
}

function notOpened(candidates: readonly Candidate[]): Obstacle | undefined {
  return candidates.length === 0 ? { code: 'NOT_OPENED' } : undefined
}
