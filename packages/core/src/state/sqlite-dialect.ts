import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import { Mutex } from './mutex.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
import { isBusy } from './sqlite-errors.ts'

/** How long another program's lock is waited for, in all. */
export const busyWaitMs = 10_000

export interface SqliteDialectOptions {
  /** How long another program's lock is waited for, in milliseconds. @default 10000 */
  readonly waitMs?: number
  /** Ends a transaction that may have written: what a caller is told after this is on the disk. @default SQLite's `commit` */
  readonly commit?: () => Promise<void>
  /** @default closes the database */
  readonly close?: () => Promise<void>
}

/**
 * Kysely over one SQLite connection. It differs from Kysely's own dialect where that one is wrong for several
 * programs on one file: transactions begin as `BEGIN IMMEDIATE`, so that what they read cannot change before they write;
 * migrations run inside a transaction; a lock is waited for without holding up the event loop or this program's readers.
 */
export function sqliteDialect(database: SqliteDatabase, options: SqliteDialectOptions = {}): Dialect {
  const connection = new SqliteConnection(database, options.waitMs ?? busyWaitMs)
  return {
    createDriver: () => new SqliteDriver(database, connection, options),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TransactionalSqliteAdapter(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/**
 * Runs a query of an open transaction now, before what waits for its turn in Kysely: its way to the one connection there is costs as
 * much again. Undefined where that has to wait.
 */
export function runAtOnce<R>(adapter: DialectAdapter, query: CompiledQuery<R>): readonly R[] | undefined {
  if (!(adapter instanceof TransactionalSqliteAdapter)) return undefined
  try {
    return adapter.connection.run<R>(query).rows
  } catch (error) {
    // Waited for in Kysely's way.
    if (isBusy(error)) return undefined
    throw error
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  readonly connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super()
    this.connection = connection
  }

  override get supportsTransactionalDdl(): boolean {
    return true
  }
  // There is one connection. The driver's mutex guards it, not Kysely's, because only ours can be left during a wait.
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection
  readonly #waitMs: number
  readonly #mutex = new Mutex()
  readonly #commit: () => Promise<unknown>
  readonly #close: () => Promise<void>
  #isReadOnly = false

  constructor(
    database: SqliteDatabase,
    connection: SqliteConnection,
    { waitMs = busyWaitMs, commit, close }: SqliteDialectOptions,
  ) {
    this.#connection = connection
    this.#waitMs = waitMs
    this.#commit = commit ?? (() => this.#connection.executeQuery(commitQuery))
    this.#close = close ?? (async () => database.close())
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#mutex.acquire()
    return this.#connection
  }

  /** Throws SQLite's own `database is locked` after the wait; the engine knows how to say it. */
  async beginTransaction(_: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const isReadOnly = settings.accessMode === 'read only'
    const begin = CompiledQuery.raw(isReadOnly ? 'begin' : 'begin immediate')
    await retryWhileBusy(
      () => this.#connection.run(begin),
      this.#waitMs,
      async (pauseMs) => {
        // Nothing is open now: let this program's readers in.
        this.#mutex.release()
        await sleep(pauseMs)
        await this.#mutex.acquire()
      },
    )
    this.#isReadOnly = isReadOnly
  }

  async commitTransaction(): Promise<void> {
    await (this.#isReadOnly ? this.#connection.executeQuery(commitQuery) : this.#commit())
  }

  async rollbackTransaction(): Promise<void> {
    // After some errors (disk full, I/O) SQLite has rolled back by itself, and a second rollback would hide the error.
    if (this.#connection.inTransaction) await this.#connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(): Promise<void> {
    this.#mutex.release()
  }

  async destroy(): Promise<void> {
    this.#connection.forget()
    await this.#close()
  }
}

/** SQLite itself waits 10 ms at a time (busy_timeout), which holds up the event loop; the pauses between are ours. */
async function retryWhileBusy<T>(
  run: () => T,
  waitMs: number,
  pause: (pauseMs: number) => Promise<unknown>,
): Promise<T> {
  const deadline = performance.now() + waitMs
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
    try {
      return run()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await pause(pauseMs * (0.5 + Math.random() / 2))
  }
}

const commitQuery = CompiledQuery.raw('commit')
const cachedStatements = 200

class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase
  readonly #waitMs: number
  readonly #statements = new Map<string, { readonly statement: SqliteStatement; readonly returnsRows: boolean }>()

  constructor(database: SqliteDatabase, waitMs: number) {
    this.#database = database
    this.#waitMs = waitMs
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** Reading meets a lock only while another program recovers or removes the write-ahead log. */
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return retryWhileBusy(() => this.run<R>(query), this.#waitMs, sleep)
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = this.#prepare(query.sql)
    const { parameters } = query
    if (returnsRows) return { rows: statement.all(...parameters) as R[] }
    const { changes } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const row of this.#prepare(query.sql).statement.iterate(...query.parameters)) yield { rows: [row as R] }
  }

  /** Drops the prepared statements; they keep a closed database's file open until they are collected. */
  forget(): void {
    this.#statements.clear()
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    const oldest = this.#statements.keys().next()
    if (this.#statements.size >= cachedStatements && !oldest.done) {
      this.#statements.get(oldest.value)?.statement.free?.()
      this.#statements.delete(oldest.value)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}
