import type { Insertable, Kysely } from 'kysely'
import type { AccountCharge, Ground } from '../safety/attempt.ts'
import type { StateDatabase } from './schema.ts'
import { ofAccount, readTimes } from './sql-ledger-slice.ts'
import type { AccountKey } from './state-store.ts'

type Db = Kysely<StateDatabase>

/**
 * What counts for one account counts for another as well from now on: its failures, proofs and logins in flight. Copies, so
 * that nothing is forgotten where the caller gets no further, and so that doing it twice changes nothing. Where `to` has
 * counts of its own, both stay.
 */
export async function carryOverIn(db: Db, workspace: string, from: AccountKey, to: AccountCharge): Promise<void> {
  const carry: Carry = { db, workspace, from, to: { realm: to.realm, username: to.username } }
  await copyPairs(carry)
  await chargeLive(carry, to)
  // Where each device counts for itself, nothing else is asked.
  if (to.policy.kind === 'device') return
  await copyHomes(carry)
  await copyOpenedDevices(carry)
  await copyCells(carry)
  await copyOpenFailures(carry)
}

interface Carry {
  readonly db: Db
  readonly workspace: string
  readonly from: AccountKey
  readonly to: AccountKey
}

async function copyPairs({ db, workspace, from, to }: Carry): Promise<void> {
  const rows = await db.selectFrom('pair_failures').selectAll().where(ofAccount(workspace, from)).execute()
  const there = await db.selectFrom('pair_failures').selectAll().where(ofAccount(workspace, to)).execute()
  const known = new Map(there.map((row) => [row.device, row.failures]))
  for (const row of rows) {
    const failures = mergeTimes(row.failures, known.get(row.device))
    await db
      .insertInto('pair_failures')
      .values({ ...row, ...to, failures })
      .onConflict((conflict) =>
        conflict.columns(['workspace', 'realm', 'username', 'device']).doUpdateSet({ failures }),
      )
      .execute()
  }
}

async function copyHomes({ db, workspace, from, to }: Carry): Promise<void> {
  const rows = await db.selectFrom('homes').selectAll().where(ofAccount(workspace, from)).execute()
  const there = await db.selectFrom('homes').selectAll().where(ofAccount(workspace, to)).execute()
  const known = new Map(there.map((row) => [row.secret_id, row]))
  for (const row of rows) {
    const other = known.get(row.secret_id)
    const quarantines = [row.quarantined_at, other?.quarantined_at].flatMap((at) => (at == null ? [] : Number(at)))
    const merged = {
      last_ok_at: Math.max(Number(row.last_ok_at), Number(other?.last_ok_at ?? 0)),
      failures: mergeTimes(row.failures, other?.failures),
      quarantined_at: quarantines.length > 0 ? Math.min(...quarantines) : null,
    }
    await db
      .insertInto('homes')
      .values({ ...row, ...to, ...merged })
      .onConflict((conflict) => conflict.columns(['workspace', 'realm', 'username', 'secret_id']).doUpdateSet(merged))
      .execute()
  }
}

/** As many rows as devices: copied inside the database. */
async function copyOpenedDevices({ db, workspace, from, to }: Carry): Promise<void> {
  await db
    .insertInto('opened_devices')
    .columns(['workspace', 'realm', 'username', 'secret_id', 'device', 'site', 'platform', 'opened_at'])
    .expression((source) =>
      source
        .selectFrom('opened_devices')
        .select(({ val }) => [
          'workspace',
          val(to.realm).as('realm'),
          val(to.username).as('username'),
          'secret_id',
          'device',
          'site',
          'platform',
          'opened_at',
        ])
        .where(ofAccount(workspace, from)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function copyCells({ db, workspace, from, to }: Carry): Promise<void> {
  const rows = await db.selectFrom('cells').selectAll().where(ofAccount(workspace, from)).execute()
  const there = await db.selectFrom('cells').selectAll().where(ofAccount(workspace, to)).execute()
  const known = new Map(there.map((row) => [cellKey(row), row]))
  for (const row of rows) {
    const other = known.get(cellKey(row))
    // The larger one and not the sum: what was carried over before is in it.
    const larger = (column: 'ok' | 'fails' | 'fails_in_a_row') =>
      Math.max(Number(row[column]), Number(other?.[column] ?? 0))
    const tally = { ok: larger('ok'), fails: larger('fails'), fails_in_a_row: larger('fails_in_a_row') }
    await db
      .insertInto('cells')
      .values({ ...row, ...to, ...tally })
      .onConflict((conflict) =>
        conflict.columns(['workspace', 'realm', 'username', 'secret_id', 'site', 'platform']).doUpdateSet(tally),
      )
      .execute()
  }
}

function cellKey({ secret_id, site, platform }: Insertable<StateDatabase['cells']>): string {
  return JSON.stringify([secret_id, site, platform])
}

async function copyOpenFailures({ db, workspace, from, to }: Carry): Promise<void> {
  const rows = await db.selectFrom('open_failures').selectAll().where(ofAccount(workspace, from)).execute()
  for (const row of rows)
    await db
      .insertInto('open_failures')
      .values({ ...row, ...to })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

/** A login in flight may still fail: then on both. */
async function chargeLive({ db, workspace, from, to }: Carry, charge: AccountCharge): Promise<void> {
  const live = await db.selectFrom('grant_charges').selectAll().where(ofAccount(workspace, from)).execute()
  for (const row of live) {
    const all = await db
      .selectFrom('grant_charges')
      .select(['realm', 'username', 'position'])
      .where('workspace', '=', workspace)
      .where('attempt', '=', row.attempt)
      .execute()
    if (all.some(({ realm, username }) => realm === to.realm && username === to.username)) continue
    const position = Math.max(...all.map((each) => Number(each.position))) + 1
    const { policy, secrets } = charge
    const ground = groundUnder(charge, row.ground as Ground)
    await db
      .insertInto('grant_charges')
      .values({ ...row, ...to, position, secrets, policy: JSON.stringify(policy), ground })
      .execute()
  }
}

function groundUnder({ policy }: AccountCharge, ground: Ground): Ground {
  if (policy.threshold === 'none') return 'free'
  return policy.kind === 'device' ? 'device' : ground
}

/** Each time as often as the list that has it more often: two failures may be of one millisecond. */
function mergeTimes(one: string, other: string | undefined): string {
  const [mine, theirs] = [readTimes(one), readTimes(other)]
  const often = (times: readonly number[], time: number) => times.filter((each) => each === time).length
  const missing = [...new Set(mine)].flatMap((time) =>
    Array.from<number>({ length: Math.max(0, often(mine, time) - often(theirs, time)) }).fill(time),
  )
  return JSON.stringify([...theirs, ...missing].toSorted((a, b) => a - b))
}
