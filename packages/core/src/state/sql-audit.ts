import type { Insertable, Kysely, Selectable } from 'kysely'
import { chainStart, hashEntry } from './audit-chain.ts'
import { pick, prepared } from './prepared-query.ts'
import type { Program } from './programs.ts'
import type { StateDatabase } from './schema.ts'
import type { AuditEntry, AuditFact, AuditQuery, AuditVerdict } from './state-store.ts'

type Db = Kysely<StateDatabase>

const auditColumns = [
  'workspace',
  'seq',
  'at',
  'user',
  'host',
  'program',
  'action',
  'device',
  'credential',
  'username',
  'secret_id',
  'ground',
  'run',
  'result',
  'previous',
  'hash',
] as const

const insertEntry = prepared((db, row: Insertable<StateDatabase['audit']>) =>
  db.insertInto('audit').values(pick(row, auditColumns)),
)

const upsertHead = prepared((db, row: Insertable<StateDatabase['audit_heads']>) =>
  db
    .insertInto('audit_heads')
    .values(pick(row, ['workspace', 'seq', 'hash']))
    .onConflict((conflict) => conflict.column('workspace').doUpdateSet(pick(row, ['seq', 'hash']))),
)

/** Appends one entry, in the transaction of what it tells about. */
export async function appendAudit(
  db: Db,
  workspace: string,
  { user, host, program }: Program,
  fact: AuditFact,
  now: number,
): Promise<void> {
  const head = await selectHead(db, workspace)
  const entry = { ...fact, seq: (head?.seq ?? 0) + 1, at: new Date(now), user, host, program }
  const previous = head?.hash ?? chainStart
  const hash = hashEntry(workspace, entry, previous)
  const { seq, action, device, credential, username, secretId: secret_id, ground, runId: run, result } = entry
  const what = { action, device, credential, username, secret_id, ground, run, result }
  await insertEntry(db, { workspace, seq, at: now, user, host, program, ...what, previous, hash })
  await upsertHead(db, { workspace, seq, hash })
}

export async function selectAudit(db: Db, workspace: string, query: AuditQuery): Promise<readonly AuditEntry[]> {
  let rows = db.selectFrom('audit').selectAll().where('workspace', '=', workspace)
  if (query.device !== undefined) rows = rows.where('device', '=', query.device)
  if (query.credential !== undefined) rows = rows.where('credential', '=', query.credential)
  if (query.since !== undefined) rows = rows.where('at', '>=', query.since.getTime())
  const found = await rows
    .orderBy('seq', 'desc')
    .limit(query.limit ?? 100)
    .execute()
  return found.map(toEntry)
}

const pageSize = 1_000

/** One page at a time: the trail may be long. */
export async function verifyChain(
  readPage: <T>(work: (db: Db) => Promise<T>) => Promise<T>,
  workspace: string,
  expectHead?: string,
): Promise<AuditVerdict> {
  let seq = 0
  let previous = chainStart
  let sawExpected = expectHead === undefined
  // Entries that are appended meanwhile belong to the next verification.
  const { end, stray } = await readPage(async (db) => {
    const head = await selectHead(db, workspace)
    return { end: head, stray: head && (await selectStray(db, workspace, head.seq)) }
  })
  for (;;) {
    const rows = await readPage((db) => selectPage(db, workspace, seq, end?.seq))
    for (const row of rows) {
      if (Number(row.seq) !== seq + 1) return { intact: false, seq: seq + 1, found: 'missing' }
      seq += 1
      if (row.previous !== previous || row.hash !== hashEntry(workspace, toEntry(row), previous))
        return { intact: false, seq, found: 'changed' }
      previous = row.hash
      sawExpected ||= row.hash === expectHead
    }
    if (rows.length < pageSize) break
  }
  if (seq < (end?.seq ?? 0)) return { intact: false, seq: seq + 1, found: 'missing' }
  if (seq > 0 && end?.hash !== previous) return { intact: false, seq, found: 'changed' }
  if (stray !== undefined) return { intact: false, seq: stray, found: 'added' }
  if (!sawExpected) return { intact: false, seq, found: 'replaced' }
  return { intact: true, entries: seq, head: previous }
}

/** Without a head everything is read: then it was the head that was removed. */
function selectPage(db: Db, workspace: string, after: number, upTo: number | undefined) {
  let page = db.selectFrom('audit').selectAll().where('workspace', '=', workspace).where('seq', '>', after)
  if (upTo !== undefined) page = page.where('seq', '<=', upTo)
  return page.orderBy('seq').limit(pageSize).execute()
}

/** The first entry that no writer of ours counted: appended entries move the head with them. */
async function selectStray(db: Db, workspace: string, head: number): Promise<number | undefined> {
  const found = await db
    .selectFrom('audit')
    .select('seq')
    .where('workspace', '=', workspace)
    .where((row) => row.or([row('seq', '<', 1), row('seq', '>', head)]))
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return found && Number(found.seq)
}

const selectHeads = prepared((db, { workspace }: { readonly workspace: string }) =>
  db.selectFrom('audit_heads').select(['seq', 'hash']).where('workspace', '=', workspace),
)

async function selectHead(db: Db, workspace: string): Promise<{ seq: number; hash: string } | undefined> {
  const [head] = await selectHeads(db, { workspace })
  return head && { seq: Number(head.seq), hash: head.hash }
}

function toEntry(row: Selectable<StateDatabase['audit']>): AuditEntry {
  return {
    seq: Number(row.seq),
    at: new Date(Number(row.at)),
    user: row.user,
    host: row.host,
    program: row.program,
    action: row.action as AuditEntry['action'],
    device: row.device,
    credential: row.credential,
    username: row.username,
    secretId: row.secret_id,
    ground: row.ground,
    runId: row.run,
    result: row.result,
    hash: row.hash,
  }
}
