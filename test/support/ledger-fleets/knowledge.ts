import type { KnownState } from '../../../packages/core/src/credentials/known-state.ts'
import type { Account } from '../../../packages/core/src/safety/ledger-state.ts'
import type { MemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import type { AccountStanding, DeviceRecord } from '../../../packages/core/src/state/state-store.ts'
import { type Fleet, secretIdOf } from './fleet.ts'
import type { Outcome } from './simulate.ts'

/** What a state would know after a run, or in its midst. */
export function knowledgeAfter(
  { ledger, opened, rejections, endedAt }: Pick<Outcome, 'ledger' | 'opened' | 'rejections' | 'endedAt'>,
  fleet: Fleet,
): KnownState {
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
  return { homes, devices, rejections, accounts: standings(ledger) }
}

function standings({ tables }: MemoryLedger): readonly AccountStanding[] {
  const byAccount = <T extends { readonly account: Account }>(all: Iterable<T>) =>
    Map.groupBy(all, ({ account }) => JSON.stringify([account.realm, account.username]))
  const [open, cells, homes] = [byAccount(tables.openFailures()), byAccount(tables.cells()), byAccount(tables.homes())]
  return [...new Set([...open.keys(), ...cells.keys()])].map((key) => {
    const [realm = '', username = ''] = JSON.parse(key) as string[]
    const ofHomes = homes.get(key) ?? []
    const failures = open.get(key) ?? []
    const times = [...failures.map(({ failedAt }) => failedAt), ...ofHomes.flatMap((home) => home.failures)]
    return {
      ...{ realm, username, open: failures, cells: cells.get(key) ?? [], inFlight: 0 },
      failed: failures.length + Math.max(0, ...ofHomes.map((home) => home.failures.length)),
      ...(times.length > 0 && { lastFailureAt: new Date(Math.max(...times)) }),
    }
  })
}
