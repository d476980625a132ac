import type { Kysely, Selectable } from 'kysely'
import type { StateDatabase } from './schema.ts'
import type { SnapshotRecord } from './state-store.ts'

type Db = Kysely<StateDatabase>

export async function selectSnapshots(
  db: Db,
  workspace: string,
  device: string | undefined,
  options: { readonly limit?: number; readonly held?: boolean },
): Promise<readonly SnapshotRecord[]> {
  let query = db.selectFrom('snapshots').selectAll().where('workspace', '=', workspace)
  if (device !== undefined) query = query.where('device', '=', device)
  if (options.held !== undefined) query = query.where('held_because', options.held ? 'is not' : 'is', null)
  if (options.limit !== undefined) query = query.limit(options.limit)
  const rows = await query.orderBy('captured_at', 'desc').orderBy('id', 'desc').execute()
  return rows.map(toSnapshotRecord)
}

export async function insertSnapshot(db: Db, workspace: string, snapshot: SnapshotRecord): Promise<void> {
  await db
    .insertInto('snapshots')
    .values({
      workspace,
      id: snapshot.id,
      device: snapshot.device,
      configuration: snapshot.configuration,
      captured_at: snapshot.capturedAt.getTime(),
      bytes: snapshot.bytes,
      sections: snapshot.sections,
      run: snapshot.runId,
      sha256: snapshot.sha256,
      path: snapshot.path ?? null,
      commit_id: snapshot.commit ?? null,
      held_because: snapshot.heldBecause ?? null,
      blob: snapshot.blob ?? null,
    })
    .execute()
}

export async function deleteSnapshot(db: Db, workspace: string, id: string): Promise<void> {
  await db.deleteFrom('snapshots').where('workspace', '=', workspace).where('id', '=', id).execute()
}

function toSnapshotRecord(row: Selectable<StateDatabase['snapshots']>): SnapshotRecord {
  return {
    id: row.id,
    device: row.device,
    configuration: row.configuration as SnapshotRecord['configuration'],
    capturedAt: new Date(Number(row.captured_at)),
    bytes: Number(row.bytes),
    sections: Number(row.sections),
    runId: row.run,
    sha256: row.sha256,
    ...(row.path !== null && { path: row.path }),
    ...(row.commit_id !== null && { commit: row.commit_id }),
    ...(row.held_because !== null && { heldBecause: row.held_because }),
    ...(row.blob !== null && { blob: row.blob }),
  }
}
