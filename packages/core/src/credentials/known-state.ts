import type { Device } from '../model.ts'
import { siteOf } from '../safety/device-site.ts'
import type { HomeTally, OpenedDevice } from '../safety/ledger-state.ts'
import type { LedgerTables } from '../safety/ledger-tables.ts'
import { nothing } from '../safety/settlement.ts'
import type { AccountStanding, DeviceRecord, Home } from '../state/state-store.ts'

/** What the state knows at one moment; see StateStore for the parts. */
export interface KnownState {
  readonly homes: readonly Home[]
  readonly devices: ReadonlyMap<string, DeviceRecord>
  readonly rejections: ReadonlyMap<string, ReadonlySet<string>>
  readonly accounts: readonly AccountStanding[]
}

export const nothingKnown: KnownState = { homes: [], devices: new Map(), rejections: new Map(), accounts: [] }

type DeviceNamed = (name: string) => Device | undefined

/**
 * Brings tables to what the store says. Failures are as the store has them, also where that is fewer; what has opened which
 * device, and what was rejected, only grows. Logins in flight stay as they are.
 */
export function takeOver(tables: LedgerTables, known: KnownState, deviceNamed: DeviceNamed): void {
  const current = new Map([...tables.homes()].map((home) => [homeKey(home.account, home.secretId), home]))
  const lastFailures = new Map(known.accounts.map((each) => [homeKey(each, ''), each.lastFailureAt?.getTime()]))
  const homes = known.homes.map((home) =>
    tallyOf(home, current.get(homeKey(home, home.secretId)), lastFailures.get(homeKey(home, ''))),
  )
  const accounts = new Set(known.accounts.map((account) => homeKey(account, '')))
  const clearedFailures = [...tables.openFailures()].filter(({ account }) => accounts.has(homeKey(account, '')))
  const openFailures = known.accounts.flatMap(({ open }) => open)
  const cells = known.accounts.flatMap((account) => account.cells)
  tables.apply({ ...nothing, homes, cells, clearedFailures, openFailures })
  const opened = openedDevices(known, homes, deviceNamed)
  tables.apply({ ...nothing, opened: newlyOpened(tables, homes, opened) })
  for (const [device, secretIds] of known.rejections)
    for (const secretId of secretIds) tables.apply({ ...nothing, rejection: { device, secretId, rejected: true } })
  for (const { device, secretId } of opened)
    tables.apply({ ...nothing, rejection: { device, secretId, rejected: false } })
}

/** The store tells how many failures there are, and when the account's last one was. */
function tallyOf(home: Home, current: HomeTally | undefined, lastFailureAt: number | undefined): HomeTally {
  const { realm, username, secretId, purpose, fails, quarantinedAt } = home
  const lastOkAt = Math.max(home.lastOkAt.getTime(), current?.lastOkAt ?? 0)
  const failures =
    current?.failures.length === fails ? current.failures : new Array<number>(fails).fill(lastFailureAt ?? lastOkAt)
  return {
    account: { realm, username },
    ...{ secretId, purpose, lastOkAt, failures },
    ...(quarantinedAt && { quarantinedAt: quarantinedAt.getTime() }),
  }
}

/** Earliest first. */
function openedDevices(
  { homes: named, devices, rejections }: KnownState,
  homes: readonly HomeTally[],
  deviceNamed: DeviceNamed,
): readonly OpenedDevice[] {
  const bySecret = Map.groupBy(homes, ({ secretId }) => secretId)
  const recorded = [...devices.values()]
    .filter((record) => record.openedAt !== undefined && record.secretId !== undefined)
    .sort((a, b) => (a.openedAt?.getTime() ?? 0) - (b.openedAt?.getTime() ?? 0))
    .flatMap(({ device, secretId = '' }) => (bySecret.get(secretId) ?? []).map((home) => ({ home, device })))
  const listed = named.flatMap(({ devices: some }, index) =>
    some.toReversed().flatMap((device) => ({ home: homes[index] as HomeTally, device })),
  )
  return [...recorded, ...listed].flatMap(({ home, device: name }) => {
    const device = deviceNamed(name)
    const wasRejected = rejections.get(name)?.has(home.secretId) ?? false
    if (!device || wasRejected) return []
    const { account, secretId, lastOkAt } = home
    return [{ account, secretId, device: name, site: siteOf(device), platform: device.platform, openedAt: lastOkAt }]
  })
}

function newlyOpened(
  tables: LedgerTables,
  homes: readonly HomeTally[],
  opened: readonly OpenedDevice[],
): readonly OpenedDevice[] {
  const known = new Set(
    homes.flatMap((home) =>
      tables.devicesOf(home).map(({ device }) => `${homeKey(home.account, home.secretId)} ${device}`),
    ),
  )
  return opened.filter(({ account, secretId, device }) => !known.has(`${homeKey(account, secretId)} ${device}`))
}

function homeKey({ realm, username }: { readonly realm: string; readonly username: string }, secretId: string): string {
  return JSON.stringify([realm, username, secretId])
}
