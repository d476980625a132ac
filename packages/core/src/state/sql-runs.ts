import type { Insertable, Kysely } from 'kysely'
import type { DeviceResult } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import { pick, prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'
import type { RunRecord, StoredResult } from './state-store.ts'

type Db = Kysely<StateDatabase>

export async function insertRun(
  db: Db,
  workspace: string,
  run: Omit<RunRecord, 'startedAt' | 'finishedAt' | 'summary'>,
  now: number,
): Promise<void> {
  await db
    .insertInto('runs')
    .values({ workspace, ...run, started_at: now, finished_at: null, summary: null })
    .execute()
}

const resultKey = ['workspace', 'run', 'device'] as const
const resultValues = ['code', 'message', 'credential', 'at'] as const

const putResult = prepared((db, row: Insertable<StateDatabase['run_results']>) =>
  db
    .insertInto('run_results')
    .values(pick(row, [...resultKey, ...resultValues]))
    .onConflict((conflict) => conflict.columns(resultKey).doUpdateSet(pick(row, resultValues))),
)

export async function upsertResult(db: Db, workspace: string, run: string, result: DeviceResult): Promise<void> {
  const { device, code, message, credential, testedAt } = result
  await putResult(db, { workspace, run, device, code, message, credential, at: testedAt.getTime() })
}

export async function endRun(
  db: Db,
  workspace: string,
  id: string,
  summary: Readonly<Record<string, unknown>>,
  now: number,
): Promise<void> {
  await db
    .updateTable('runs')
    .set({ finished_at: now, summary: JSON.stringify(summary) })
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .execute()
}

export async function selectRuns(
  db: Db,
  workspace: string,
  options: { readonly operation?: string; readonly limit?: number },
): Promise<readonly RunRecord[]> {
  let query = db.selectFrom('runs').selectAll().where('workspace', '=', workspace)
  if (options.operation !== undefined) query = query.where('operation', '=', options.operation)
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(options.limit ?? 100)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    operation: row.operation,
    selection: row.selection,
    devices: Number(row.devices),
    startedAt: new Date(Number(row.started_at)),
    ...(row.finished_at !== null && { finishedAt: new Date(Number(row.finished_at)) }),
    ...(row.summary !== null && { summary: JSON.parse(row.summary) as Readonly<Record<string, unknown>> }),
  }))
}

export async function selectResults(db: Db, workspace: string, runId?: string): Promise<readonly StoredResult[]> {
  const run = runId ?? (await selectRuns(db, workspace, { limit: 1 }))[0]?.id
  if (run === undefined) return []
  const rows = await db
    .selectFrom('run_results')
    .select(['device', 'code', 'message', 'credential', 'at'])
    .where('workspace', '=', workspace)
    .where('run', '=', run)
    .orderBy('device')
    .execute()
  return rows.map((row) => ({ ...row, code: row.code as ResultCode, at: new Date(Number(row.at)) }))
}
