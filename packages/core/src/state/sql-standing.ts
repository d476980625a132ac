import type { Kysely } from 'kysely'
import type { AccountCharge } from '../safety/attempt.ts'
import { isExplained } from '../safety/ground.ts'
import type { Account, AccountSlice, CellTally, LiveCharge, SliceKey } from '../safety/ledger-state.ts'
import type { StateDatabase } from './schema.ts'
import { inChunks } from './sql-chunks.ts'
import { loadAccount, loadLiveCharges, ofAccount, readTimes } from './sql-ledger-slice.ts'
import type { AccountKey, AccountStanding, Home } from './state-store.ts'

type Db = Kysely<StateDatabase>

/** An account's slice can be loaded without a device; nothing matches then. */
const noDevice: SliceKey = { device: '', site: '', platform: '', secretId: '', purpose: 'login', charges: [] }

export async function selectStanding(
  db: Db,
  workspace: string,
  key: AccountKey | AccountCharge,
): Promise<AccountStanding> {
  const { realm, username } = key
  const account = await loadAccount(db, workspace, { realm, username }, noDevice)
  const open = account.open.filter((failure) => !('policy' in key && isExplained(failure, account, key)))
  const worst = Math.max(0, ...account.homes.map((home) => home.failures.length))
  const last = lastFailure(account)
  return {
    realm,
    username,
    failed: open.length + worst,
    inFlight: account.inFlight.length,
    ...(last !== undefined && { lastFailureAt: new Date(last) }),
    open: account.open,
    cells: await selectCells(db, workspace, account.account),
  }
}

async function selectCells(db: Db, workspace: string, account: Account): Promise<readonly CellTally[]> {
  const rows = await db.selectFrom('cells').selectAll().where(ofAccount(workspace, account)).execute()
  return rows.map(({ secret_id: secretId, site, platform, ok, fails, fails_in_a_row }) => ({
    ...{ account, secretId, site, platform },
    ...{ ok: Number(ok), fails: Number(fails), failsInARow: Number(fails_in_a_row) },
  }))
}

function lastFailure({ open, homes }: AccountSlice): number | undefined {
  const times = [...open.map(({ failedAt }) => failedAt), ...homes.flatMap(({ failures }) => failures)]
  return times.length > 0 ? Math.max(...times) : undefined
}

/** Devices that a home names for its verification. */
const devicesPerHome = 32

export async function selectHomes(db: Db, workspace: string, account: AccountKey): Promise<readonly Home[]> {
  const { realm, username } = account
  const rows = await db
    .selectFrom('homes')
    .selectAll()
    .where(ofAccount(workspace, account))
    .orderBy('secret_id')
    .execute()
  const live = rows.length > 0 ? await loadLiveCharges(db, workspace, account) : []
  const homes: Home[] = []
  for (const row of rows)
    homes.push({
      realm,
      username,
      secretId: row.secret_id,
      purpose: row.purpose as Home['purpose'],
      lastOkAt: new Date(Number(row.last_ok_at)),
      fails: readTimes(row.failures).length,
      inFlight: live.filter((charge) => countsFor(charge, row.secret_id)).length,
      ...(row.quarantined_at !== null && { quarantinedAt: new Date(Number(row.quarantined_at)) }),
      devices: await selectOpened(db, workspace, account, row.secret_id),
    })
  return homes
}

/** A login on unknown ground could fail on any home of the account. */
function countsFor({ ground, secretId }: LiveCharge, home: string): boolean {
  if (ground === 'device' || ground === 'free') return false
  return ground === 'unknown' || secretId === home
}

async function selectOpened(db: Db, workspace: string, account: Account, secretId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('opened_devices')
    .select('device')
    .where(ofAccount(workspace, account))
    .where('secret_id', '=', secretId)
    .orderBy('opened_at', 'desc')
    .orderBy('device')
    .limit(devicesPerHome)
    .execute()
  return rows.map(({ device }) => device)
}

export async function selectRejections(
  db: Db,
  workspace: string,
  devices?: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const all = db.selectFrom('rejections').select(['device', 'secret_id']).where('workspace', '=', workspace)
  const rows = devices
    ? await inChunks(devices, (some) => all.where('device', 'in', some).execute())
    : await all.execute()
  const found = new Map<string, Set<string>>()
  for (const { device, secret_id } of rows) {
    const secrets = found.get(device)
    if (secrets) secrets.add(secret_id)
    else found.set(device, new Set([secret_id]))
  }
  return found
}
