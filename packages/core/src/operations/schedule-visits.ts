import { createSchedule, type Schedule } from '../credentials/discovery-schedule.ts'
import type { DeviceResult } from '../progress.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import type { VisitOptions } from './visit-options.ts'

export interface VisitScheduleInput<R extends DeviceResult> {
  readonly targets: readonly PlannedDevice[]
  readonly knowledge: Knowledge
  readonly vault: OpenVault
  readonly options: Pick<VisitOptions<R>, 'order' | 'mayLearn' | 'retryRejected' | 'maxWaitMs'>
}

/** The order of logins for these devices, on everything that is known before the first of them. */
export function scheduleVisits<R extends DeviceResult>(netlatch: Netlatch, input: VisitScheduleInput<R>): Schedule {
  const { targets, knowledge, vault, options } = input
  const candidates = new Map(targets.map((target) => [target.device, target.candidates]))
  return createSchedule({
    devices: targets.map(({ device }) => device),
    credentials: vault.credentials,
    candidatesOf: (device) => candidates.get(device) ?? [],
    order: options.order,
    charge: knowledge.charge,
    secretIdOf: knowledge.secretIdOf,
    known: knowledge.known,
    deviceNamed: (name) => netlatch.inventory.byName.get(name),
    perSite: netlatch.workspace.settings.limits.perSite,
    ...(options.mayLearn && { mayLearn: options.mayLearn }),
    ...(options.retryRejected && { retryRejected: true }),
    ...(options.maxWaitMs !== undefined && { maxWaitMs: options.maxWaitMs }),
    now: netlatch.now().getTime(),
  })
}
