import type { Kysely } from 'kysely'
import type { AttemptOutcome } from '../model.ts'
import { sendWithinMs } from '../safety/account-budget.ts'
import type { AttemptRequest, Verdict } from '../safety/attempt.ts'
import { type Judgement, judge } from '../safety/attempt-ledger.ts'
import { expire, settle } from '../safety/settlement.ts'
import type { IdSource } from './new-id.ts'
import type { Program } from './programs.ts'
import type { StateDatabase } from './schema.ts'
import { appendAudit } from './sql-audit.ts'
import { countAttempt } from './sql-devices.ts'
import { endGrant, insertGrant, loadGrant, overdueGrants, type StoredGrant } from './sql-grants.ts'
import { applyChanges } from './sql-ledger-changes.ts'
import { loadSlice } from './sql-ledger-slice.ts'

type Db = Kysely<StateDatabase>

/** In whose name the ledger is kept. */
export interface LedgerScope {
  readonly workspace: string
  readonly program: Program
}

/** One request, judged and written down. All overdue grants have been settled in this transaction or before. */
export async function reserveIn(
  db: Db,
  { workspace }: LedgerScope,
  request: AttemptRequest,
  now: number,
  ids: IdSource,
): Promise<Verdict> {
  const judgement = judge(await loadSlice(db, workspace, request), request, now)
  if (!judgement.granted) return refusal(judgement)
  const grant = { ...judgement.grant, id: ids.next(now) }
  await insertGrant(db, workspace, grant, request)
  return granted(grant.id, judgement)
}

/** False when the grant has ended already. */
export async function finishIn(
  db: Db,
  scope: LedgerScope,
  grantId: string,
  outcome: AttemptOutcome,
  now: number,
): Promise<boolean> {
  const grant = await loadGrant(db, scope.workspace, grantId)
  if (!grant) return false
  const slice = await loadSlice(db, scope.workspace, grant)
  await applyChanges(db, scope.workspace, settle(slice, grant, outcome, now), now)
  await close(db, scope, grant, outcome, now)
  return true
}

/** Overdue grants that one transaction settles; a killed run may leave hundreds, and others want the lock. */
const overdueAtOnce = 32

/** Settles overdue grants as unclear. False when there are more. */
export async function expireIn(db: Db, scope: LedgerScope, now: number): Promise<boolean> {
  const overdue = await overdueGrants(db, scope.workspace, now, overdueAtOnce + 1)
  for (const id of overdue.slice(0, overdueAtOnce)) {
    const grant = await loadGrant(db, scope.workspace, id)
    if (!grant) continue
    const slice = await loadSlice(db, scope.workspace, grant)
    await applyChanges(db, scope.workspace, expire(slice, grant, now), now)
    await close(db, scope, grant, 'unclear', now)
  }
  return overdue.length <= overdueAtOnce
}

export async function previewIn(db: Db, workspace: string, request: AttemptRequest, now: number): Promise<Verdict> {
  const judgement = judge(await loadSlice(db, workspace, request), request, now)
  return judgement.granted ? granted('', judgement) : refusal(judgement)
}

async function close(
  db: Db,
  { workspace, program }: LedgerScope,
  grant: StoredGrant,
  outcome: AttemptOutcome,
  now: number,
): Promise<void> {
  await endGrant(db, workspace, grant.id, outcome, now)
  const { device, credential, secretId, runId } = grant
  if (outcome !== 'unsent') await countAttempt(db, workspace, { credential, succeeded: outcome === 'ok', at: now })
  const [first] = grant.charges
  await appendAudit(
    db,
    workspace,
    program,
    {
      action: grant.purpose,
      device,
      credential,
      username: first?.username ?? '',
      secretId,
      ground: first?.ground ?? null,
      runId,
      result: outcome,
    },
    now,
  )
}

function granted(id: string, { grant }: Extract<Judgement, { granted: true }>): Verdict {
  const ground = grant.charges[0]?.ground ?? 'unknown'
  return { granted: true, grant: { id, ground, validForMs: sendWithinMs } }
}

function refusal({ reason, retryAt }: Extract<Judgement, { granted: false }>): Verdict {
  return { granted: false, reason, ...(retryAt !== undefined && { retryAt: new Date(retryAt) }) }
}
