import type { Insertable, Kysely } from 'kysely'
import type { Attempt, AttemptOutcome } from '../model.ts'
import type { AccountPolicy, AttemptRequest, Ground } from '../safety/attempt.ts'
import type { GrantedCharge, LiveGrant } from '../safety/ledger-state.ts'
import { pick, prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'

type Db = Kysely<StateDatabase>

/** A live grant with what history and audit say about it. */
export interface StoredGrant extends LiveGrant {
  readonly credential: string
  readonly runId: string | null
}

const insertAttempt = prepared((db, row: Insertable<StateDatabase['attempts']>) =>
  db
    .insertInto('attempts')
    .values(
      pick(row, [
        'workspace',
        'id',
        'device',
        'site',
        'platform',
        'credential',
        'username',
        'purpose',
        'secret_id',
        'ground',
        'was_likely',
        'named_by_tag',
        'reserved_at',
        'deadline',
        'finished_at',
        'outcome',
        'run',
      ]),
    ),
)

const insertCharge = prepared((db, row: Insertable<StateDatabase['grant_charges']>) =>
  db
    .insertInto('grant_charges')
    .values(
      pick(row, [
        'workspace',
        'realm',
        'username',
        'attempt',
        'position',
        'device',
        'secret_id',
        'ground',
        'secrets',
        'policy',
      ]),
    ),
)

export async function insertGrant(
  db: Db,
  workspace: string,
  grant: LiveGrant,
  { credential, runId }: Pick<AttemptRequest, 'credential' | 'runId'>,
): Promise<void> {
  const [first] = grant.charges
  await insertAttempt(db, {
    workspace,
    id: grant.id,
    device: grant.device,
    site: grant.site,
    platform: grant.platform,
    credential,
    username: first?.username ?? '',
    purpose: grant.purpose,
    secret_id: grant.secretId,
    ground: first?.ground ?? 'unknown',
    was_likely: grant.wasLikely ? 1 : 0,
    named_by_tag: grant.namedByTag ? 1 : 0,
    reserved_at: grant.reservedAt,
    deadline: grant.deadline,
    finished_at: null,
    outcome: null,
    run: runId ?? null,
  })
  for (const [position, { realm, username, ground, secrets, policy }] of grant.charges.entries())
    await insertCharge(db, {
      workspace,
      realm,
      username,
      attempt: grant.id,
      position,
      device: grant.device,
      secret_id: grant.secretId,
      ground,
      secrets,
      policy: JSON.stringify(policy),
    })
}

interface GrantKey {
  readonly workspace: string
  readonly id: string
}

const selectLiveAttempt = prepared((db, { workspace, id }: GrantKey) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('outcome', 'is', null),
)

const selectCharges = prepared((db, { workspace, id }: GrantKey) =>
  db
    .selectFrom('grant_charges')
    .select(['realm', 'username', 'ground', 'secrets', 'policy'])
    .where('workspace', '=', workspace)
    .where('attempt', '=', id)
    .orderBy('position'),
)

/** Null when it has ended. */
export async function loadGrant(db: Db, workspace: string, id: string): Promise<StoredGrant | null> {
  const [row] = await selectLiveAttempt(db, { workspace, id })
  if (!row) return null
  const charges = await selectCharges(db, { workspace, id })
  return {
    id,
    device: row.device,
    site: row.site,
    platform: row.platform,
    secretId: row.secret_id,
    purpose: row.purpose as LiveGrant['purpose'],
    wasLikely: row.was_likely !== 0,
    namedByTag: row.named_by_tag !== 0,
    reservedAt: Number(row.reserved_at),
    deadline: Number(row.deadline),
    charges: charges.map(
      (charge): GrantedCharge => ({
        realm: charge.realm,
        username: charge.username,
        ground: charge.ground as Ground,
        secrets: Number(charge.secrets),
        policy: JSON.parse(charge.policy) as AccountPolicy,
      }),
    ),
    credential: row.credential,
    runId: row.run,
  }
}

const updateOutcome = prepared(
  (db, { workspace, id, outcome, now }: GrantKey & { readonly outcome: AttemptOutcome; readonly now: number }) =>
    db
      .updateTable('attempts')
      .set({ outcome, finished_at: now })
      .where('workspace', '=', workspace)
      .where('id', '=', id),
)

const deleteCharges = prepared((db, { workspace, id }: GrantKey) =>
  db.deleteFrom('grant_charges').where('workspace', '=', workspace).where('attempt', '=', id),
)

/** The row becomes history. */
export async function endGrant(
  db: Db,
  workspace: string,
  id: string,
  outcome: AttemptOutcome,
  now: number,
): Promise<void> {
  await updateOutcome(db, { workspace, id, outcome, now })
  await deleteCharges(db, { workspace, id })
}

const selectOverdue = prepared(
  (db, { workspace, now, limit }: { readonly workspace: string; readonly now: number; readonly limit: number }) =>
    db
      .selectFrom('attempts')
      .select('id')
      .where('workspace', '=', workspace)
      .where('outcome', 'is', null)
      .where('deadline', '<=', now)
      .orderBy('deadline')
      .orderBy('id')
      .limit(limit),
)

/** Live grants that are past their deadline, oldest first. */
export async function overdueGrants(db: Db, workspace: string, now: number, limit: number): Promise<readonly string[]> {
  const rows = await selectOverdue(db, { workspace, now, limit })
  return rows.map(({ id }) => id)
}

export async function selectHistory(
  db: Db,
  workspace: string,
  device: string,
  { limit, now }: { readonly limit: number; readonly now: number },
): Promise<readonly Attempt[]> {
  const rows = await db
    .selectFrom('attempts')
    .select(['credential', 'username', 'purpose', 'outcome', 'reserved_at', 'deadline', 'finished_at'])
    .where('workspace', '=', workspace)
    .where('device', '=', device)
    .orderBy('reserved_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    device,
    credential: row.credential,
    username: row.username,
    purpose: row.purpose as Attempt['purpose'],
    // Past its deadline it counts as unclear, also before a write has come along and said so.
    outcome: (row.outcome ?? (Number(row.deadline) <= now ? 'unclear' : 'in-flight')) as Attempt['outcome'],
    at: new Date(Number(row.reserved_at)),
    ...(row.finished_at !== null && { durationMs: Number(row.finished_at) - Number(row.reserved_at) }),
  }))
}
