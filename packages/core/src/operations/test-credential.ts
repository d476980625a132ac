import { NetlatchError } from '../errors.ts'
import type { Attempt, Device } from '../model.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import { loginCode } from './device-record.ts'
import { openDeviceSession } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import type { DiscoveryOptions } from './plan-discovery.ts'
import { planVisits } from './plan-visits.ts'
import { findDevice } from './select-targets.ts'
import { type VisitOptions, visitDevices } from './visit-devices.ts'

export interface TestOptions
  extends RunOptions,
    Pick<DiscoveryOptions, 'credentials' | 'includeFallback' | 'retryRejected'>,
    Pick<VisitOptions<DeviceResult>, 'finish' | 'timeoutMs'> {
  /** Only this one, a fallback credential too. @default the device's candidates, in their order */
  readonly credential?: string
  /** Keep what comes out as what is known of the device. @default false */
  readonly update?: boolean
}

/** Logs in to one device now, whenever it was tested last; within the attempt budget as always. */
export async function testCredential(
  netlatch: Netlatch,
  name: string,
  options: TestOptions = {},
): Promise<DeviceResult> {
  const device = findDevice(netlatch, name)
  const results = await Array.fromAsync(testLogins(netlatch, [device], { ...options, selection: `name:${name}` }))
  return results[0] as DeviceResult
}

export interface TestLoginsOptions extends TestOptions, Pick<VisitOptions<DeviceResult>, 'concurrency'> {
  /** As people wrote it, for the record of the run. @default 'all' */
  readonly selection?: string
}

/** The same for many devices, given as they end. */
export async function* testLogins(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: TestLoginsOptions = {},
): AsyncGenerator<DeviceResult, void, undefined> {
  const { credential, update = false, selection = 'all', ...run } = options
  if (credential !== undefined && !netlatch.credentials.some((each) => each.name === credential))
    throw new NetlatchError('NOT_FOUND', `There is no credential ${credential} in the vault.`, {
      advice: 'netlatch vault list',
    })
  const asked = credential === undefined ? {} : { askedFor: credential, credentials: [credential] }
  const { targets, foregone, knowledge } = await planVisits(netlatch, devices, { ...run, ...asked })
  yield* visitDevices(netlatch, targets, knowledge, {
    ...run,
    operation: 'test',
    selection,
    order: 'resolution',
    foregone,
    maxWaitMs: 0,
    save: update,
    work: async (opened) => {
      await using session = await openDeviceSession(netlatch, opened)
      return { facts: { code: loginCode(session.privilege), privilege: session.privilege } }
    },
  })
}

/** The logins that were sent to a device, latest first. @default limit 20 */
export async function loginHistory(
  netlatch: Netlatch,
  name: string,
  options: { readonly limit?: number } = {},
): Promise<readonly Attempt[]> {
  findDevice(netlatch, name)
  const state = await netlatch.state()
  return state.history(name, { limit: options.limit ?? 20 })
}
