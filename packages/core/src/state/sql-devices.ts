import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Privilege } from '../model.ts'
import type { ResultCode } from '../result-codes.ts'
import { pick, prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'
import { inChunks } from './sql-chunks.ts'
import type { CredentialStats, DeviceRecord } from './state-store.ts'

type Db = Kysely<StateDatabase>

export async function selectDevices(
  db: Db,
  workspace: string,
  names?: readonly string[],
): Promise<ReadonlyMap<string, DeviceRecord>> {
  const all = db.selectFrom('device_credentials').selectAll().where('workspace', '=', workspace)
  const rows = names ? await inChunks(names, (some) => all.where('device', 'in', some).execute()) : await all.execute()
  return new Map(rows.map((row) => [row.device, toDeviceRecord(row)]))
}

const deviceKey = ['workspace', 'device'] as const
/** How the last test ended. */
const resultColumns = ['code', 'message', 'tested_at'] as const
/** What the last login that succeeded found out. */
const loginColumns = [
  'credential',
  'credential_rev',
  'secret_id',
  'privilege',
  'opened_at',
  'platform',
  'methods',
] as const

/** A login that succeeded, or a result of somebody who knew of the last one. */
const knowsAll = sql<boolean>`(excluded.opened_at = excluded.tested_at
  or coalesce(excluded.opened_at, 0) >= coalesce(device_credentials.opened_at, 0))`
const isLater = sql<boolean>`(${knowsAll} or excluded.tested_at > device_credentials.tested_at)`

/** Another program may have opened the device meanwhile: a failure must not take back what it found. */
const putDevice = prepared((db, row: Insertable<StateDatabase['device_credentials']>) =>
  db
    .insertInto('device_credentials')
    .values(pick(row, [...deviceKey, ...loginColumns, ...resultColumns]))
    .onConflict((conflict) =>
      conflict.columns(deviceKey).doUpdateSet({
        ...Object.fromEntries(loginColumns.map((column) => [column, newWhere(knowsAll, column)])),
        ...Object.fromEntries(resultColumns.map((column) => [column, newWhere(isLater, column)])),
      }),
    ),
)

function newWhere(condition: RawBuilder<boolean>, column: string) {
  return sql`case when ${condition} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`device_credentials.${column}`)} end`
}

export async function upsertDevice(db: Db, workspace: string, record: DeviceRecord): Promise<void> {
  await putDevice(db, {
    workspace,
    device: record.device,
    credential: record.credential,
    credential_rev: record.credentialRev ?? null,
    secret_id: record.secretId ?? null,
    privilege: record.privilege,
    code: record.code,
    message: record.message,
    tested_at: record.testedAt.getTime(),
    opened_at: record.openedAt?.getTime() ?? null,
    platform: record.platform ?? null,
    methods: record.methods ? JSON.stringify(record.methods) : null,
  })
}

function toDeviceRecord(row: Selectable<StateDatabase['device_credentials']>): DeviceRecord {
  return {
    device: row.device,
    credential: row.credential,
    ...(row.credential_rev !== null && { credentialRev: Number(row.credential_rev) }),
    ...(row.secret_id !== null && { secretId: row.secret_id }),
    privilege: row.privilege as Privilege,
    code: row.code as ResultCode,
    message: row.message,
    testedAt: new Date(Number(row.tested_at)),
    ...(row.opened_at !== null && { openedAt: new Date(Number(row.opened_at)) }),
    ...(row.platform !== null && { platform: row.platform }),
    ...(row.methods !== null && { methods: JSON.parse(row.methods) as readonly string[] }),
  }
}

export async function selectCredentialStats(db: Db, workspace: string): Promise<readonly CredentialStats[]> {
  const rows = await db
    .selectFrom('credential_stats')
    .selectAll()
    .where('workspace', '=', workspace)
    .orderBy('credential')
    .execute()
  return rows.map((row) => ({
    credential: row.credential,
    successes: Number(row.successes),
    failures: Number(row.failures),
    lastUsedAt: new Date(Number(row.last_used_at)),
    successRate: row.success_rate,
  }))
}

/** Weight of the newest attempt in the success rate; the first one stands for itself. */
const newestWeight = 0.1

interface Use {
  readonly workspace: string
  readonly credential: string
  readonly success: number
  readonly failure: number
  readonly weighted: number
  readonly at: number
}

const addUse = prepared((db, { workspace, credential, success, failure, weighted, at }: Use) =>
  db
    .insertInto('credential_stats')
    .values({
      workspace,
      credential,
      successes: success,
      failures: failure,
      last_used_at: at,
      success_rate: success,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'credential']).doUpdateSet((row) => ({
        successes: row('credential_stats.successes', '+', success),
        failures: row('credential_stats.failures', '+', failure),
        last_used_at: at,
        success_rate: row(row('credential_stats.success_rate', '*', 1 - newestWeight), '+', row.val(weighted)),
      })),
    ),
)

/** Counts one attempt whose secret was sent. */
export async function countAttempt(
  db: Db,
  workspace: string,
  attempt: { readonly credential: string; readonly succeeded: boolean; readonly at: number },
): Promise<void> {
  const { credential, at } = attempt
  const success = attempt.succeeded ? 1 : 0
  await addUse(db, { workspace, credential, success, failure: 1 - success, weighted: newestWeight * success, at })
}
