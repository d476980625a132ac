import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { Ground } from '../safety/attempt.ts'
import type {
  Account,
  AccountSlice,
  CellTally,
  HomeSlice,
  LedgerSlice,
  LiveCharge,
  OpenFailure,
  SliceKey,
} from '../safety/ledger-state.ts'
import { prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'

type Db = Kysely<StateDatabase>

type InWorkspace = { readonly workspace: string }
type OfAccount = InWorkspace & Account

const selectDevice = prepared((db, key: InWorkspace & { readonly device: string; readonly secretId: string }) =>
  db.selectNoFrom((from) => [
    from
      .selectFrom('device_failures')
      .select('failures')
      .where('workspace', '=', key.workspace)
      .where('device', '=', key.device)
      .as('failures'),
    from
      .selectFrom('grant_charges')
      .select(({ fn }) => fn.countAll().as('live'))
      .where('workspace', '=', key.workspace)
      .where('device', '=', key.device)
      .where('position', '=', 0)
      .as('live'),
    from
      .selectFrom('rejections')
      .select('since')
      .where('workspace', '=', key.workspace)
      .where('device', '=', key.device)
      .where('secret_id', '=', key.secretId)
      .as('rejected_since'),
    from
      .selectFrom('homes')
      .select(({ fn }) => fn.min('quarantined_at').as('since'))
      .where('workspace', '=', key.workspace)
      .where('secret_id', '=', key.secretId)
      .as('quarantined_since'),
  ]),
)

/** Loads what one decision looks at. Everything is asked for by key; see safety/ledger-state.ts. */
export async function loadSlice(db: Db, workspace: string, key: SliceKey): Promise<LedgerSlice> {
  const [onDevice] = await selectDevice(db, { workspace, device: key.device, secretId: key.secretId })
  const accounts: AccountSlice[] = []
  for (const { realm, username } of key.charges)
    accounts.push(await loadAccount(db, workspace, { realm, username }, key))
  return {
    device: { device: key.device, failures: readTimes(onDevice?.failures) },
    deviceInFlight: Number(onDevice?.live),
    rejected: onDevice?.rejected_since !== null,
    quarantined: onDevice?.quarantined_since !== null,
    accounts,
  }
}

const selectPair = prepared((db, key: OfAccount & { readonly device: string }) =>
  db
    .selectFrom('pair_failures')
    .select('failures')
    .where(ofAccount(key.workspace, key))
    .where('device', '=', key.device),
)

/** Of no particular device where `key` names none. */
export async function loadAccount(db: Db, workspace: string, account: Account, key: SliceKey): Promise<AccountSlice> {
  const [pair] = await selectPair(db, { workspace, ...account, device: key.device })
  return {
    account,
    inFlight: await loadLiveCharges(db, workspace, account),
    open: await loadOpenFailures(db, workspace, account),
    pair: { device: key.device, account, failures: readTimes(pair?.failures) },
    homes: await loadHomes(db, workspace, account, key),
    cell: await loadCell(db, workspace, account, key),
  }
}

const selectLiveCharges = prepared((db, account: OfAccount) =>
  db
    .selectFrom('grant_charges')
    .select(['attempt', 'secret_id', 'ground'])
    .where(ofAccount(account.workspace, account)),
)

export async function loadLiveCharges(db: Db, workspace: string, account: Account): Promise<readonly LiveCharge[]> {
  const rows = await selectLiveCharges(db, { workspace, ...account })
  return rows.map((row) => ({ grantId: row.attempt, secretId: row.secret_id, ground: row.ground as Ground }))
}

const selectOpenFailures = prepared((db, account: OfAccount) =>
  db
    .selectFrom('open_failures')
    .selectAll()
    .select((from) => from.exists(commonCell(from)).as('shares_cell'))
    .where(ofAccount(account.workspace, account))
    .orderBy('failed_at')
    .orderBy('attempt'),
)

export async function loadOpenFailures(db: Db, workspace: string, account: Account): Promise<readonly OpenFailure[]> {
  const rows = await selectOpenFailures(db, { workspace, ...account })
  return rows.map((row) => ({
    grantId: row.attempt,
    account,
    secretId: row.secret_id,
    device: row.device,
    site: row.site,
    platform: row.platform,
    failedAt: Number(row.failed_at),
    wasLikely: row.was_likely !== 0,
    ...(row.opener_username !== null && {
      openedBy: {
        account: { realm: row.opener_realm ?? '', username: row.opener_username },
        secretId: row.opener_secret_id ?? '',
        namedByTag: row.opener_named_by_tag !== 0,
      },
      sharesCellWithOpener: Boolean(row.shares_cell),
    }),
  }))
}

/** A cell in which this failure's secret and the opener's have both opened a device. */
function commonCell(from: ExpressionBuilder<StateDatabase, 'open_failures'>) {
  return from
    .selectFrom('cells as ours')
    .innerJoin('cells as theirs', (join) =>
      join
        .onRef('theirs.workspace', '=', 'ours.workspace')
        .onRef('theirs.site', '=', 'ours.site')
        .onRef('theirs.platform', '=', 'ours.platform'),
    )
    .select(sql.lit(1).as('one'))
    .whereRef('ours.workspace', '=', 'open_failures.workspace')
    .whereRef('ours.realm', '=', 'open_failures.realm')
    .whereRef('ours.username', '=', 'open_failures.username')
    .whereRef('ours.secret_id', '=', 'open_failures.secret_id')
    .whereRef('theirs.realm', '=', 'open_failures.opener_realm')
    .whereRef('theirs.username', '=', 'open_failures.opener_username')
    .whereRef('theirs.secret_id', '=', 'open_failures.opener_secret_id')
    .where('ours.ok', '>', 0)
    .where('theirs.ok', '>', 0)
}

const selectAccountHomes = prepared(
  (db, key: OfAccount & { readonly device: string; readonly site: string; readonly platform: string }) =>
    db
      .selectFrom('homes')
      .select(['secret_id', 'purpose', 'last_ok_at', 'failures', 'quarantined_at'])
      .select((from) => [
        from.exists(opened(from).where('device', '=', key.device)).as('this_device'),
        from.exists(opened(from).where('site', '=', key.site)).as('this_site'),
        from.exists(opened(from).where('opened_devices.platform', '=', key.platform)).as('this_platform'),
        from.exists(opened(from)).as('anything'),
      ])
      .where(ofAccount(key.workspace, key)),
)

async function loadHomes(db: Db, workspace: string, account: Account, key: SliceKey): Promise<readonly HomeSlice[]> {
  const { device, site, platform } = key
  const rows = await selectAccountHomes(db, { workspace, ...account, device, site, platform })
  return rows.map((row) => ({
    account,
    secretId: row.secret_id,
    purpose: row.purpose as HomeSlice['purpose'],
    lastOkAt: Number(row.last_ok_at),
    failures: readTimes(row.failures),
    ...(row.quarantined_at !== null && { quarantinedAt: Number(row.quarantined_at) }),
    openedThisDevice: Boolean(row.this_device),
    openedThisSite: Boolean(row.this_site),
    openedThisPlatform: Boolean(row.this_platform),
    openedAnything: Boolean(row.anything),
  }))
}

function opened(from: ExpressionBuilder<StateDatabase, 'homes'>) {
  return from
    .selectFrom('opened_devices')
    .select(sql.lit(1).as('one'))
    .whereRef('opened_devices.workspace', '=', 'homes.workspace')
    .whereRef('opened_devices.realm', '=', 'homes.realm')
    .whereRef('opened_devices.username', '=', 'homes.username')
    .whereRef('opened_devices.secret_id', '=', 'homes.secret_id')
}

const selectCell = prepared(
  (db, key: OfAccount & { readonly secretId: string; readonly site: string; readonly platform: string }) =>
    db
      .selectFrom('cells')
      .select(['ok', 'fails', 'fails_in_a_row'])
      .where(ofAccount(key.workspace, key))
      .where('secret_id', '=', key.secretId)
      .where('site', '=', key.site)
      .where('platform', '=', key.platform),
)

async function loadCell(db: Db, workspace: string, account: Account, key: SliceKey): Promise<CellTally> {
  const { secretId, site, platform } = key
  const [row] = await selectCell(db, { workspace, ...account, secretId, site, platform })
  return {
    account,
    secretId,
    site,
    platform,
    ok: Number(row?.ok ?? 0),
    fails: Number(row?.fails ?? 0),
    failsInARow: Number(row?.fails_in_a_row ?? 0),
  }
}

interface AccountColumns {
  rows: { workspace: string; realm: string; username: string }
}

/** `where` for the rows of one account; for every table that has these three columns. */
export function ofAccount(workspace: string, { realm, username }: Account) {
  return (where: Pick<ExpressionBuilder<AccountColumns, 'rows'>, 'and'>): Expression<SqlBool> =>
    where.and({ workspace, realm, username })
}

export function readTimes(text: string | null | undefined): readonly number[] {
  return text ? (JSON.parse(text) as readonly number[]) : []
}
