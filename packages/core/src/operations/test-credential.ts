import { NetlatchError } from '../errors.ts'
import type { Attempt } from '../model.ts'
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
    Pick<DiscoveryOptions, 'credentials' | 'includeFallback'>,
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
  const { credential, update = false, ...run } = options
  const device = findDevice(netlatch, name)
  if (credential !== undefined && !netlatch.credentials.some((each) => each.name === credential))
    throw new NetlatchError('NOT_FOUND', `There is no credential ${credential} in the vault.`, {
      advice: 'netlatch vault list',
    })
  const asked = credential === undefined ? {} : { askedFor: credential, credentials: [credential] }
  const { targets, foregone, knowledge } = await planVisits(netlatch, [device], { ...run, ...asked })
  const visits = visitDevices(netlatch, targets, knowledge, {
    ...run,
    operation: 'test',
    selection: `name:${name}`,
    order: 'resolution',
    foregone,
    maxWaitMs: 0,
    save: update,
    work: async (opened) => {
      await using session = await openDeviceSession(netlatch, opened)
      return { facts: { code: loginCode(session.privilege), privilege: session.privilege } }
    },
  })
  const results = await Array.fromAsync(visits)
  return results[0] as DeviceResult
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
