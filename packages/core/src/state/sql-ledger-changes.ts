import type { Insertable, Kysely } from 'kysely'
import type {
  Account,
  CellTally,
  HomeTally,
  LedgerChanges,
  OpenedDevice,
  Opener,
  OpenFailure,
  PairTally,
} from '../safety/ledger-state.ts'
import { pick, prepared } from './prepared-query.ts'
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
    await deleteOpened(db, { workspace, ...account, secretId, device })
  for (const { account, grantId } of changes.clearedFailures)
    await deleteOpenFailure(db, { workspace, ...account, grantId })
  for (const failure of changes.openFailures) await insertOpenFailure(db, workspace, failure)
  if (changes.openedBy) await noteOpener(db, workspace, changes.openedBy.device, changes.openedBy.opener)
  if (changes.rejection) await putRejection(db, workspace, changes.rejection, now)
}

type OfAccount = Account & { readonly workspace: string }

const deleteOpened = prepared((db, key: OfAccount & { readonly secretId: string; readonly device: string }) =>
  db
    .deleteFrom('opened_devices')
    .where(ofAccount(key.workspace, key))
    .where('secret_id', '=', key.secretId)
    .where('device', '=', key.device),
)

const deleteOpenFailure = prepared((db, key: OfAccount & { readonly grantId: string }) =>
  db.deleteFrom('open_failures').where(ofAccount(key.workspace, key)).where('attempt', '=', key.grantId),
)

const upsertDevice = prepared((db, row: Insertable<StateDatabase['device_failures']>) =>
  db
    .insertInto('device_failures')
    .values(pick(row, ['workspace', 'device', 'failures']))
    .onConflict((conflict) => conflict.columns(['workspace', 'device']).doUpdateSet(pick(row, ['failures']))),
)

async function putDevice(db: Db, workspace: string, device: string, failures: readonly number[]): Promise<void> {
  await upsertDevice(db, { workspace, device, failures: JSON.stringify(failures) })
}

const deletePair = prepared((db, key: OfAccount & { readonly device: string }) =>
  db.deleteFrom('pair_failures').where(ofAccount(key.workspace, key)).where('device', '=', key.device),
)

const upsertPair = prepared((db, row: Insertable<StateDatabase['pair_failures']>) =>
  db
    .insertInto('pair_failures')
    .values(pick(row, ['workspace', 'realm', 'username', 'device', 'failures']))
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'realm', 'username', 'device']).doUpdateSet(pick(row, ['failures'])),
    ),
)

async function putPair(db: Db, workspace: string, { account, device, failures }: PairTally): Promise<void> {
  const key = { workspace, ...account, device }
  if (failures.length === 0) await deletePair(db, key)
  else await upsertPair(db, { ...key, failures: JSON.stringify(failures) })
}

const homeKey = ['workspace', 'realm', 'username', 'secret_id'] as const
const homeValues = ['purpose', 'last_ok_at', 'failures', 'quarantined_at'] as const

const upsertHome = prepared((db, row: Insertable<StateDatabase['homes']>) =>
  db
    .insertInto('homes')
    .values(pick(row, [...homeKey, ...homeValues]))
    .onConflict((conflict) => conflict.columns(homeKey).doUpdateSet(pick(row, homeValues))),
)

async function putHome(db: Db, workspace: string, home: HomeTally): Promise<void> {
  await upsertHome(db, {
    workspace,
    ...home.account,
    secret_id: home.secretId,
    purpose: home.purpose,
    last_ok_at: home.lastOkAt,
    failures: JSON.stringify(home.failures),
    quarantined_at: home.quarantinedAt ?? null,
  })
}

const cellKey = [...homeKey, 'site', 'platform'] as const
const cellValues = ['ok', 'fails', 'fails_in_a_row'] as const

const upsertCell = prepared((db, row: Insertable<StateDatabase['cells']>) =>
  db
    .insertInto('cells')
    .values(pick(row, [...cellKey, ...cellValues]))
    .onConflict((conflict) => conflict.columns(cellKey).doUpdateSet(pick(row, cellValues))),
)

async function putCell(db: Db, workspace: string, cell: CellTally): Promise<void> {
  const { account, secretId: secret_id, site, platform, ok, fails, failsInARow: fails_in_a_row } = cell
  await upsertCell(db, { workspace, ...account, secret_id, site, platform, ok, fails, fails_in_a_row })
}

const openedKey = [...homeKey, 'device'] as const
const openedValues = ['site', 'platform', 'opened_at'] as const

const upsertOpened = prepared((db, row: Insertable<StateDatabase['opened_devices']>) =>
  db
    .insertInto('opened_devices')
    .values(pick(row, [...openedKey, ...openedValues]))
    .onConflict((conflict) => conflict.columns(openedKey).doUpdateSet(pick(row, openedValues))),
)

async function putOpened(db: Db, workspace: string, opened: OpenedDevice): Promise<void> {
  const { account, secretId: secret_id, device, site, platform, openedAt: opened_at } = opened
  await upsertOpened(db, { workspace, ...account, secret_id, device, site, platform, opened_at })
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

const updateOpener = prepared(
  (db, values: OfAccount & { readonly device: string; readonly secretId: string; readonly namedByTag: number }) =>
    db
      .updateTable('open_failures')
      .set({
        opener_realm: values.realm,
        opener_username: values.username,
        opener_secret_id: values.secretId,
        opener_named_by_tag: values.namedByTag,
      })
      .where('workspace', '=', values.workspace)
      .where('device', '=', values.device)
      .where('username', '!=', values.username),
)

/** Tells the failures that other usernames had on this device who opened it. */
async function noteOpener(db: Db, workspace: string, device: string, opener: Opener): Promise<void> {
  const { account, secretId, namedByTag } = opener
  await updateOpener(db, { workspace, ...account, device, secretId, namedByTag: Number(namedByTag) })
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
