import { mayLearn } from '../credentials/may-learn.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import { loginCode } from './device-record.ts'
import { openDeviceSession } from './device-session.ts'
import type { DiscoveryPlan } from './discovery-plan.ts'
import type { Netlatch } from './netlatch.ts'
import { type DiscoveryOptions, gatherFor, openedBefore } from './plan-discovery.ts'
import { type VisitOptions, visitDevices, type WorkFacts } from './visit-devices.ts'

export interface DiscoverOptions
  extends DiscoveryOptions,
    RunOptions,
    Pick<VisitOptions<DeviceResult>, 'finish' | 'concurrency' | 'timeoutMs' | 'save'> {
  readonly selection?: string
  /** Go on to the next candidate where a login is not privileged. @default false */
  readonly requirePrivileged?: boolean
  /** Stay for the windows of the attempt budget, 40 minutes at most. @default true */
  readonly wait?: boolean
}

/**
 * Finds the credential that opens each device of the plan: logs in, reads the prompt, leaves; no command is run. First come
 * the results of the devices that the plan leaves out, then the others as they end.
 */
export async function* discoverCredentials(
  netlatch: Netlatch,
  plan: DiscoveryPlan,
  options: DiscoverOptions = {},
): AsyncGenerator<DeviceResult, void, undefined> {
  yield* plan.skipped
  if (plan.toTest.length + plan.refused.length === 0) return
  const knowledge = await gatherFor(netlatch)
  const { requirePrivileged, wait, selection = 'all', ...run } = options
  yield* visitDevices(netlatch, plan.toTest, knowledge, {
    ...run,
    operation: 'discover',
    selection,
    foregone: plan.refused,
    order: 'confidence',
    mayLearn: (device, credential) => !options.credentials && mayLearn(device, credential),
    ...(wait === false && { maxWaitMs: 0 }),
    ...(requirePrivileged && { isEnough: (facts: WorkFacts) => facts.privilege === 'privileged' }),
    resultElsewhere: (record) => {
      const isNew = record.openedAt !== undefined && record.openedAt > plan.madeAt
      return isNew && (!requirePrivileged || record.privilege === 'privileged')
        ? openedBefore(record, netlatch.now())
        : undefined
    },
    work: async (opened) => {
      await using session = await openDeviceSession(netlatch, opened)
      const { privilege } = session
      return { facts: { code: loginCode(privilege), privilege } }
    },
  })
}
