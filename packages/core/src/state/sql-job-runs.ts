import type { Kysely } from 'kysely'
import type { StateDatabase } from './schema.ts'
import type { JobRunEnd, JobRunRecord, StateStore } from './state-store.ts'

type Db = Kysely<StateDatabase>

export async function insertJobRun(
  db: Db,
  workspace: string,
  { runId: run, job, batch, digest, devices }: Parameters<StateStore['startJobRun']>[0],
  now: number,
): Promise<void> {
  const nothingYet = { succeeded: 0, failed: 0, not_started: 0, retries: 0, saved: 0, stopped_because: null }
  await db
    .insertInto('job_runs')
    .values({
      workspace,
      run,
      job,
      batch: batch ?? null,
      digest,
      devices,
      ...nothingYet,
      started_at: now,
      finished_at: null,
    })
    .execute()
}

export async function endJobRun(db: Db, workspace: string, run: string, end: JobRunEnd, now: number): Promise<void> {
  const { succeeded, failed, notStarted, retries, saved, stoppedBecause = null } = end
  await db
    .updateTable('job_runs')
    .set({
      ...{ succeeded, failed, retries, saved },
      not_started: notStarted,
      stopped_because: stoppedBecause,
      finished_at: now,
    })
    .where('workspace', '=', workspace)
    .where('run', '=', run)
    .execute()
}

export async function selectJobRuns(
  db: Db,
  workspace: string,
  { job, limit = 100 }: { readonly job?: string; readonly limit?: number },
): Promise<readonly JobRunRecord[]> {
  let query = db.selectFrom('job_runs').selectAll().where('workspace', '=', workspace)
  if (job !== undefined) query = query.where((where) => where.or([where('job', '=', job), where('batch', '=', job)]))
  const rows = await query.orderBy('started_at', 'desc').orderBy('run', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    runId: row.run,
    job: row.job,
    ...(row.batch !== null && { batch: row.batch }),
    digest: row.digest,
    devices: Number(row.devices),
    succeeded: Number(row.succeeded),
    failed: Number(row.failed),
    notStarted: Number(row.not_started),
    retries: Number(row.retries),
    saved: Number(row.saved),
    ...(row.stopped_because !== null && { stoppedBecause: row.stopped_because }),
    startedAt: new Date(Number(row.started_at)),
    ...(row.finished_at !== null && { finishedAt: new Date(Number(row.finished_at)) }),
  }))
}
