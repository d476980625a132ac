import type { Insertable, Kysely, Selectable } from 'kysely'
import { pick, prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'
import type { SnapshotQuery, SnapshotRecord } from './state-store.ts'

type Db = Kysely<StateDatabase>

export async function selectSnapshots(
  db: Db,
  workspace: string,
  device: string | undefined,
  options: SnapshotQuery,
): Promise<readonly SnapshotRecord[]> {
  let query = db.selectFrom('snapshots').selectAll().where('workspace', '=', workspace)
  if (device !== undefined) query = query.where('device', '=', device)
  if (options.configuration !== undefined) query = query.where('configuration', '=', options.configuration)
  if (options.held !== undefined) query = query.where('held_because', options.held ? 'is not' : 'is', null)
  if (options.limit !== undefined) query = query.limit(options.limit)
  const rows = await query.orderBy('captured_at', 'desc').orderBy('id', 'desc').execute()
  return rows.map(toSnapshotRecord)
}

/** The latest capture of each device that was not held, or that is good. */
export async function selectLastSnapshots(
  db: Db,
  workspace: string,
  configuration: SnapshotRecord['configuration'],
  { proven = false }: { readonly proven?: boolean } = {},
): Promise<ReadonlyMap<string, SnapshotRecord>> {
  const rows = await db
    .selectFrom('snapshots')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('configuration', '=', configuration)
    .where('held_because', 'is', null)
    .where(({ eb, selectFrom }) =>
      eb(
        'id',
        '=',
        selectFrom('snapshots as later')
          .select('later.id')
          .whereRef('later.workspace', '=', 'snapshots.workspace')
          .whereRef('later.device', '=', 'snapshots.device')
          .whereRef('later.configuration', '=', 'snapshots.configuration')
          .where('later.held_because', 'is', null)
          .$if(proven, (query) => query.where('later.unproven_because', 'is', null))
          .orderBy('later.captured_at', 'desc')
          .orderBy('later.id', 'desc')
          .limit(1),
      ),
    )
    .execute()
  return new Map(rows.map((row) => [row.device, toSnapshotRecord(row)]))
}

interface SeenAgain {
  readonly workspace: string
  readonly id: string
  readonly seen_at: number
  readonly unproven_because: string | null
}

const putSeenAt = prepared((db, row: SeenAgain) =>
  db
    .updateTable('snapshots')
    .set(pick(row, ['seen_at', 'unproven_because']))
    .where('workspace', '=', row.workspace)
    .where('id', '=', row.id),
)

export async function updateSeenAt(
  db: Db,
  workspace: string,
  id: string,
  { at, unprovenBecause = null }: { readonly at: Date; readonly unprovenBecause?: string | null },
): Promise<void> {
  await putSeenAt(db, { workspace, id, seen_at: at.getTime(), unproven_because: unprovenBecause })
}

const columns = [
  'workspace',
  'id',
  'device',
  'configuration',
  'captured_at',
  'seen_at',
  'bytes',
  'sections',
  'run',
  'sha256',
  'path',
  'commit_id',
  'held_because',
  'unproven_because',
  'blob',
] as const

const putSnapshot = prepared((db, row: Insertable<StateDatabase['snapshots']>) =>
  db.insertInto('snapshots').values(pick(row, columns)),
)

export async function insertSnapshot(db: Db, workspace: string, snapshot: SnapshotRecord): Promise<void> {
  const { id, device, configuration, bytes, sections, sha256 } = snapshot
  await putSnapshot(db, {
    ...{ workspace, id, device, configuration, bytes, sections, sha256 },
    captured_at: snapshot.capturedAt.getTime(),
    seen_at: snapshot.seenAt.getTime(),
    run: snapshot.runId,
    path: snapshot.path ?? null,
    commit_id: snapshot.commit ?? null,
    held_because: snapshot.heldBecause ?? null,
    unproven_because: snapshot.unprovenBecause ?? null,
    blob: snapshot.blob ?? null,
  })
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
    seenAt: new Date(Number(row.seen_at)),
    bytes: Number(row.bytes),
    sections: Number(row.sections),
    runId: row.run,
    sha256: row.sha256,
    ...(row.path !== null && { path: row.path }),
    ...(row.commit_id !== null && { commit: row.commit_id }),
    ...(row.held_because !== null && { heldBecause: row.held_because }),
    ...(row.unproven_because !== null && { unprovenBecause: row.unproven_because }),
    ...(row.blob !== null && { blob: row.blob }),
  }
}
