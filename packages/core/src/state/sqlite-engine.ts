import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { CompiledQuery, Kysely, sql, type Transaction } from 'kysely'
import type { Migration } from 'kysely/migration'
import { NetlatchError } from '../errors.ts'
import { migrate, newerError } from './migrate.ts'
import { stateMigrations } from './migrations.ts'
import { listPrograms, type Program, registerProgram, unregisterProgram } from './programs.ts'
import type { StateDatabase } from './schema.ts'
import type { SqlEngine, WriteOptions } from './sql-engine.ts'
import { busyWaitMs, sqliteDialect } from './sqlite-dialect.ts'
import { describeSqliteError, isBusy } from './sqlite-errors.ts'
import { type Mark, marks, refuseForeignMark } from './sqlite-marks.ts'
import { loadNodeSqlite } from './sqlite-module.ts'
import { WriteBatch } from './write-batch.ts'

export interface SqliteEngineOptions {
  readonly program: Program
  /** @default 10000 */
  readonly waitMs?: number
  /** @default all of this version */
  readonly migrations?: Readonly<Record<string, Migration>>
}

/** Opens one connection to a file that exists; see open-state-store.ts for what comes before. */
export async function openSqliteEngine(path: string, options: SqliteEngineOptions): Promise<SqlEngine> {
  const { waitMs = busyWaitMs } = options
  const file = basename(path)
  const db = new Kysely<StateDatabase>({ dialect: sqliteDialect(connect(path, file), { waitMs }) })
  return openEngine(db, { ...options, file, mark: marks.nodeSqlite, prepare: () => prepare(db, file) })
}

export interface OpenEngineOptions extends SqliteEngineOptions {
  /** Its name in messages. */
  readonly file: string
  readonly mark: Mark
  /** Settings of the connection, before the first transaction. */
  readonly prepare: () => Promise<void>
}

/** Checks whose database it is and brings its schema up to date; closes it where that fails. */
export async function openEngine(db: Kysely<StateDatabase>, options: OpenEngineOptions): Promise<SqlEngine> {
  const { file, mark, waitMs = busyWaitMs, migrations = stateMigrations } = options
  const schemaVersion = Object.keys(migrations).length
  const engine = new SqliteEngine(db, { file, program: options.program, schemaVersion, waitMs })
  try {
    await checkMark(db, file, mark)
    await options.prepare()
    await migrate(db, file, migrations, async (transaction) => {
      await sql`pragma application_id = ${sql.lit(mark)}`.execute(transaction)
      // One number that every write can check cheaply, also when a newer program migrates the file under our feet.
      await sql`pragma user_version = ${sql.lit(schemaVersion)}`.execute(transaction)
    })
    return engine
  } catch (error) {
    await db.destroy()
    throw await engine.describe(error, 'Nothing was sent.')
  }
}

function connect(path: string, file: string): DatabaseSync {
  const { DatabaseSync } = loadNodeSqlite()
  try {
    const database = new DatabaseSync(path)
    // First of all: what follows can meet a lock already.
    database.exec('pragma busy_timeout = 10')
    return database
  } catch (error) {
    throw describeSqliteError(file, error)
  }
}

async function checkMark(db: Kysely<StateDatabase>, file: string, mark: Mark): Promise<void> {
  const found = await sql<{ application_id: number }>`pragma application_id`.execute(db)
  const tables = await sql<{ tables: number }>`select count(*) as tables from sqlite_master`.execute(db)
  // An empty database is nobody's yet.
  if (tables.rows[0]?.tables !== 0) refuseForeignMark(file, found.rows[0]?.application_id ?? 0, mark)
}

/** These go through Kysely, because each of them may have to wait for another program. */
async function prepare(db: Kysely<StateDatabase>, file: string): Promise<void> {
  const mode = await sql<{ journal_mode: string }>`pragma journal_mode = wal`.execute(db)
  if (mode.rows[0]?.journal_mode !== 'wal')
    throw new NetlatchError(
      'STATE_UNAVAILABLE',
      `${file}: this file system cannot share a database between programs (no write-ahead log). Move \`state:\` to a local disk.`,
    )
  await sql`pragma synchronous = full`.execute(db)
  await sql`pragma foreign_keys = on`.execute(db)
}

interface EngineSettings {
  readonly file: string
  readonly program: Program
  readonly schemaVersion: number
  readonly waitMs: number
}

const schemaVersion = CompiledQuery.raw('pragma user_version') as CompiledQuery<{ readonly user_version: number }>
const dataVersion = CompiledQuery.raw('pragma data_version') as CompiledQuery<{ readonly data_version: number }>

class SqliteEngine implements SqlEngine {
  readonly #db: Kysely<StateDatabase>
  readonly #settings: EngineSettings
  readonly #batch: WriteBatch
  #registered = false
  #version = 0
  #seen = ''

  constructor(db: Kysely<StateDatabase>, settings: EngineSettings) {
    this.#db = db
    this.#settings = settings
    this.#batch = new WriteBatch(
      (work) => this.#transaction(work),
      (error, ifBusy) => this.describe(error, ifBusy),
    )
  }

  async read<T>(work: (db: Kysely<StateDatabase>) => Promise<T>): Promise<T> {
    try {
      return await this.#db.transaction().setAccessMode('read only').execute(work)
    } catch (error) {
      throw await this.describe(error, 'Nothing was sent.')
    }
  }

  write<T>(work: (db: Transaction<StateDatabase>) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    return this.#batch.submit(work, options.ifBusy ?? 'Nothing was written.')
  }

  /** `data_version` tells of other connections, `total_changes` of this one. */
  async version(): Promise<number> {
    const { rows } = await sql<{ seen: string }>`
      select data_version || '/' || total_changes() as seen from pragma_data_version`.execute(this.#db)
    const seen = rows[0]?.seen ?? ''
    if (seen !== this.#seen) this.#version += 1
    this.#seen = seen
    return this.#version
  }

  async versionOfOthers(): Promise<number> {
    const { rows } = await this.#db.executeQuery(dataVersion)
    return rows[0]?.data_version ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#batch.idle()
    // A row that stays behind is harmless: the next program sees that its process has ended.
    if (this.#registered) await this.write((db) => unregisterProgram(db, this.#settings.program)).catch(() => undefined)
    await this.#batch.idle()
    await this.#db.destroy()
  }

  async #transaction(work: (db: Transaction<StateDatabase>) => Promise<void>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const { rows } = await db.executeQuery(schemaVersion)
      const found = rows[0]?.user_version ?? 0
      if (found !== this.#settings.schemaVersion) throw newerError(this.#settings.file, String(found))
      if (!this.#registered) await registerProgram(db, this.#settings.program)
      await work(db)
    })
    this.#registered = true
  }

  /** Puts SQLite's errors into words; reads who else is there when the lock was not to be had. */
  async describe(error: unknown, ifBusy: string): Promise<unknown> {
    if (!isBusy(error)) return describeSqliteError(this.#settings.file, error)
    const { file, program, waitMs } = this.#settings
    const others = await listPrograms(this.#db, program).catch(() => [])
    const who = others.map((other) => `${other.program} (pid ${other.pid}, host ${other.host})`).join(', ')
    return new NetlatchError(
      'STATE_BUSY',
      `${file} is in use by ${who || 'another program'} and did not answer in ${waitMs / 1000} s. ${ifBusy}`,
      { cause: error, advice: 'run again when the other program is done' },
    )
  }
}
