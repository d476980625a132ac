import type { Kysely } from 'kysely'
import type {
  CellTally,
  HomeTally,
  LedgerChanges,
  OpenedDevice,
  Opener,
  OpenFailure,
  PairTally,
} from '../safety/ledger-state.ts'
import type { StateDatabase } from './schema.ts'
import { ofAccount } from './sql-ledger-slice.ts'

type Db = Kysely<StateDatabase>

/** Writes what a settled grant changes; in the transaction that loaded its slice. */
export async function applyChanges(db: Db, workspace: string, changes: LedgerChanges, now: number): Promise<void> {
  if (changes.device) await putDevice(db, workspace, changes.device.device, changes.device.failures)
  for (const pair of changes.pairs) await putPair(db, workspace, pair)
  for (const home of changes.homes) await putHome(db, workspace, home)
  for (const cell of changes.cells) await putCell(db, workspace, cell)
  for (const opened of changes.opened) await putOpened(db, workspace, opened)
  for (const { account, secretId, device } of changes.closed)
    await db
      .deleteFrom('opened_devices')
      .where(ofAccount(workspace, account))
      .where('secret_id', '=', secretId)
      .where('device', '=', device)
      .execute()
  for (const { account, grantId } of changes.clearedFailures)
    await db.deleteFrom('open_failures').where(ofAccount(workspace, account)).where('attempt', '=', grantId).execute()
  for (const failure of changes.openFailures) await insertOpenFailure(db, workspace, failure)
  if (changes.openedBy) await noteOpener(db, workspace, changes.openedBy.device, changes.openedBy.opener)
  if (changes.rejection) await putRejection(db, workspace, changes.rejection, now)
}

async function putDevice(db: Db, workspace: string, device: string, failures: readonly number[]): Promise<void> {
  const row = { failures: JSON.stringify(failures) }
  await db
    .insertInto('device_failures')
    .values({ workspace, device, ...row })
    .onConflict((conflict) => conflict.columns(['workspace', 'device']).doUpdateSet(row))
    .execute()
}

async function putPair(db: Db, workspace: string, { account, device, failures }: PairTally): Promise<void> {
  const key = { workspace, ...account, device }
  if (failures.length === 0) {
    await db.deleteFrom('pair_failures').where(ofAccount(workspace, account)).where('device', '=', device).execute()
    return
  }
  const row = { failures: JSON.stringify(failures) }
  await db
    .insertInto('pair_failures')
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(['workspace', 'realm', 'username', 'device']).doUpdateSet(row))
    .execute()
}

async function putHome(db: Db, workspace: string, home: HomeTally): Promise<void> {
  const row = {
    purpose: home.purpose,
    last_ok_at: home.lastOkAt,
    failures: JSON.stringify(home.failures),
    quarantined_at: home.quarantinedAt ?? null,
  }
  await db
    .insertInto('homes')
    .values({ workspace, ...home.account, secret_id: home.secretId, ...row })
    .onConflict((conflict) => conflict.columns(['workspace', 'realm', 'username', 'secret_id']).doUpdateSet(row))
    .execute()
}

async function putCell(db: Db, workspace: string, cell: CellTally): Promise<void> {
  const row = { ok: cell.ok, fails: cell.fails, fails_in_a_row: cell.failsInARow }
  await db
    .insertInto('cells')
    .values({ workspace, ...cell.account, secret_id: cell.secretId, site: cell.site, platform: cell.platform, ...row })
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'realm', 'username', 'secret_id', 'site', 'platform']).doUpdateSet(row),
    )
    .execute()
}

async function putOpened(db: Db, workspace: string, opened: OpenedDevice): Promise<void> {
  const row = { site: opened.site, platform: opened.platform, opened_at: opened.openedAt }
  await db
    .insertInto('opened_devices')
    .values({ workspace, ...opened.account, secret_id: opened.secretId, device: opened.device, ...row })
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'realm', 'username', 'secret_id', 'device']).doUpdateSet(row),
    )
    .execute()
}

async function insertOpenFailure(db: Db, workspace: string, failure: OpenFailure): Promise<void> {
  await db
    .insertInto('open_failures')
    .values({
      workspace,
      ...failure.account,
      attempt: failure.grantId,
      secret_id: failure.secretId,
      device: failure.device,
      site: failure.site,
      platform: failure.platform,
      failed_at: failure.failedAt,
      was_likely: failure.wasLikely ? 1 : 0,
      ...openerColumns(failure.openedBy),
    })
    .execute()
}

/** Tells the failures that other usernames had on this device who opened it. */
async function noteOpener(db: Db, workspace: string, device: string, opener: Opener): Promise<void> {
  await db
    .updateTable('open_failures')
    .set(openerColumns(opener))
    .where('workspace', '=', workspace)
    .where('device', '=', device)
    .where('username', '!=', opener.account.username)
    .execute()
}

function openerColumns(opener: Opener | undefined) {
  return {
    opener_realm: opener?.account.realm ?? null,
    opener_username: opener?.account.username ?? null,
    opener_secret_id: opener?.secretId ?? null,
    opener_named_by_tag: opener ? Number(opener.namedByTag) : null,
  }
}

async function putRejection(
  db: Db,
  workspace: string,
  { device, secretId, rejected }: NonNullable<LedgerChanges['rejection']>,
  now: number,
): Promise<void> {
  if (rejected)
    await db
      .insertInto('rejections')
      .values({ workspace, device, secret_id: secretId, since: now })
      .onConflict((conflict) => conflict.columns(['workspace', 'device', 'secret_id']).doNothing())
      .execute()
  else
    await db
      .deleteFrom('rejections')
      .where('workspace', '=', workspace)
      .where('device', '=', device)
      .where('secret_id', '=', secretId)
      .execute()
}
