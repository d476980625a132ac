import type { KnownState } from '../../../packages/core/src/credentials/forecast.ts'
import type { DeviceRecord } from '../../../packages/core/src/state/state-store.ts'
import type { Fleet } from './fleet.ts'
import { type Outcome, secretIdOf } from './simulate.ts'

/** What a state would know after a run. */
export function knowledgeAfter({ ledger, opened, rejections, endedAt }: Outcome, fleet: Fleet): KnownState {
  const { tables } = ledger
  const homes = [...tables.homes()].map(({ account, secretId, purpose, lastOkAt, failures, quarantinedAt }) => ({
    ...account,
    secretId,
    purpose,
    lastOkAt: new Date(lastOkAt),
    fails: failures.length,
    inFlight: 0,
    ...(quarantinedAt !== undefined && { quarantinedAt: new Date(quarantinedAt) }),
    devices: tables
      .devicesOf({ account, secretId })
      .slice(0, 32)
      .map(({ device }) => device),
  }))
  const byName = new Map(fleet.credentials.map((credential) => [credential.name, credential]))
  const devices = new Map(
    [...opened].map(([device, name]) => {
      const credential = byName.get(name)
      const at = new Date(endedAt)
      const record: DeviceRecord = {
        ...{ device, credential: name, privilege: 'unknown', code: 'OPENED', message: '', testedAt: at, openedAt: at },
        ...(credential && { secretId: secretIdOf(fleet, credential) }),
      }
      return [device, record] as const
    }),
  )
  return { homes, devices, rejections, accounts: [] }
}
