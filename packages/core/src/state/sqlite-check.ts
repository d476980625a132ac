import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Dialect, Kysely, sql } from 'kysely'
import { NetlatchError } from '../errors.ts'
import { stateMigrations } from './migrations.ts'
import type { StateDatabase } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { describeSqliteError } from './sqlite-errors.ts'
import { type Mark, marks, refuseForeignMark } from './sqlite-marks.ts'
import { loadNodeSqlite } from './sqlite-module.ts'
import type { StateFileCheck } from './state-store.ts'

type Db = Kysely<StateDatabase>

const latest = Object.keys(stateMigrations).length

/**
 * Looks at a database file without changing it: nothing is created, nothing is migrated. Throws STATE_UNAVAILABLE when it cannot
 * be opened at all.
 */
export async function checkSqliteFile(path: string): Promise<StateFileCheck> {
  const bytes = await sizeOf(path)
  if (bytes === undefined) return emptyCheck(path)
  const { DatabaseSync } = loadNodeSqlite()
  const open = async () => sqliteDialect(new DatabaseSync(path, { readOnly: true }))
  return { ...(await checkDatabase(path, marks.nodeSqlite, open)), bytes, engine: 'node:sqlite' }
}

/** Of a file that is not there. */
export function emptyCheck(path: string): StateFileCheck {
  return { path, bytes: 0, engine: 'node:sqlite', schema: 0, latest, problems: [] }
}

/** The part that every SQLite library can do. */
export async function checkDatabase(
  path: string,
  mark: Mark,
  open: () => Promise<Dialect>,
): Promise<Pick<StateFileCheck, 'path' | 'schema' | 'latest' | 'problems'>> {
  let db: Db | undefined
  try {
    db = new Kysely<StateDatabase>({ dialect: await open() })
    const [owner] = (await sql<{ application_id: number }>`pragma application_id`.execute(db)).rows
    refuseForeignMark(basename(path), Number(owner?.application_id ?? 0), mark)
    const found = await sql<{ user_version: number }>`pragma user_version`.execute(db)
    const schema = Number(found.rows[0]?.user_version ?? 0)
    const integrity = await integrityProblems(db)
    const ledger = integrity.length === 0 && schema === latest ? await ledgerProblems(db) : []
    return { path, schema, latest, problems: [...integrity, ...ledger] }
  } catch (error) {
    const described = describeSqliteError(path, error)
    if (described instanceof NetlatchError) throw described
    throw new NetlatchError('STATE_UNAVAILABLE', `${path}: it cannot be read as a database.`, { cause: error })
  } finally {
    await db?.destroy()
  }
}

/** Undefined where there is no file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new NetlatchError('STATE_UNAVAILABLE', `${path}: it cannot be opened.`, { cause: error })
  }
}

async function integrityProblems(db: Db): Promise<readonly string[]> {
  const pages = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db)
  const references = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
  return [
    ...pages.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...new Set(references.rows.map(({ table }) => `${table} refers to rows that are not there`)),
  ]
}

/** What the ledger's own steps never leave behind. */
async function ledgerProblems(db: Db): Promise<readonly string[]> {
  const counted = await Promise.all([
    count(
      'charges of logins that have ended',
      sql<Counted>`
      select count(*) as number from grant_charges left join attempts
        on attempts.workspace = grant_charges.workspace and attempts.id = grant_charges.attempt
      where attempts.id is null or attempts.outcome is not null`,
    ),
    count(
      'logins in flight that no account is charged with',
      sql<Counted>`
      select count(*) as number from attempts where outcome is null and not exists (select 1 from grant_charges
        where grant_charges.workspace = attempts.workspace and grant_charges.attempt = attempts.id)`,
    ),
    count(
      'logins that ended without an outcome, or the other way round',
      sql<Counted>`
      select count(*) as number from attempts where (outcome is null) <> (finished_at is null)`,
    ),
    count(
      'devices opened by a secret that never worked',
      sql<Counted>`
      select count(*) as number from opened_devices where not exists (select 1 from homes
        where homes.workspace = opened_devices.workspace and homes.realm = opened_devices.realm
          and homes.username = opened_devices.username and homes.secret_id = opened_devices.secret_id)`,
    ),
    // A tail that was cut off with a head that fits leaves the chain whole, and the logins that it told of.
    count(
      'logins more or fewer than the audit trail tells of',
      sql<Counted>`
      select abs((select count(*) from attempts where outcome is not null)
        - (select count(*) from audit where action in ('login', 'enable'))) as number`,
    ),
    count(
      'logins later than the clock of the store',
      sql<Counted>`
      select count(*) as number from attempts where reserved_at > (select max(clock) from store)`,
    ),
  ])
  return counted.flatMap((problem) => problem ?? [])

  async function count(what: string, query: ReturnType<typeof sql<Counted>>): Promise<string | undefined> {
    const { rows } = await query.execute(db)
    const number = Number(rows[0]?.number ?? 0)
    return number > 0 ? `${number} ${what}` : undefined
  }
}

interface Counted {
  readonly number: number
}
