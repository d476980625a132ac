import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'

/** Loads the build that carries its WebAssembly with it, when a database is opened and not before. */
export async function loadSqljs(): Promise<SqlJsStatic> {
  const { default: initSqlJs } = await import('sql.js/dist/sql-wasm-inline.js')
  return initSqlJs()
}

/** A database in memory, in the shape of node:sqlite's. */
export class SqljsDatabase implements SqliteDatabase {
  readonly #sqljs: SqlJsStatic
  #database: Database

  /** `bytes`: a database file; an empty database without. */
  constructor(sqljs: SqlJsStatic, bytes?: Uint8Array) {
    this.#sqljs = sqljs
    this.#database = open(sqljs, bytes)
  }

  /** sql.js has no word for it; a second `begin` is the one thing that only a transaction refuses. */
  get isTransaction(): boolean {
    try {
      this.#database.run('begin')
    } catch {
      return true
    }
    this.#database.run('rollback')
    return false
  }

  prepare(sql: string): SqliteStatement {
    return new SqljsStatement(() => this.#database, sql)
  }

  commit(): void {
    withCode(() => this.#database.run('commit'))
  }

  /** The whole file. Not inside a transaction. */
  export(): Uint8Array {
    return withCode(() => this.#database.export())
  }

  /** Goes back to what a file held. Prepared statements go on with that. */
  replace(bytes: Uint8Array): void {
    const next = open(this.#sqljs, bytes)
    this.#database.close()
    this.#database = next
  }

  close(): void {
    this.#database.close()
  }
}

function open(sqljs: SqlJsStatic, bytes?: Uint8Array): Database {
  return withCode(() => {
    const database = new sqljs.Database(bytes)
    // A setting of the connection, which the file does not keep.
    database.run('pragma foreign_keys = on')
    return database
  })
}

class SqljsStatement implements SqliteStatement {
  readonly #sql: string
  readonly #current: () => Database
  #prepared: { readonly database: Database; readonly statement: Statement }

  constructor(current: () => Database, sql: string) {
    this.#sql = sql
    this.#current = current
    this.#prepared = prepare(current(), sql)
  }

  get #statement(): Statement {
    const database = this.#current()
    if (this.#prepared.database !== database) this.#prepared = prepare(database, this.#sql)
    return this.#prepared.statement
  }

  columns(): readonly unknown[] {
    return this.#statement.getColumnNames()
  }

  all(...parameters: readonly unknown[]): readonly unknown[] {
    return this.#play(parameters, (statement) => {
      const rows: unknown[] = []
      while (statement.step()) rows.push(statement.getAsObject())
      return rows
    })
  }

  run(...parameters: readonly unknown[]): { readonly changes: number } {
    return this.#play(parameters, (statement) => {
      while (statement.step());
      return { changes: this.#current().getRowsModified() }
    })
  }

  iterate(...parameters: readonly unknown[]): Iterable<unknown> {
    return this.all(...parameters)
  }

  free(): void {
    if (this.#prepared.database === this.#current()) this.#prepared.statement.free()
  }

  #play<T>(parameters: readonly unknown[], work: (statement: Statement) => T): T {
    const statement = this.#statement
    return withCode(() => {
      try {
        statement.bind(parameters as SqlValue[])
        return work(statement)
      } finally {
        // Also after an error: a statement that is not at its end keeps its transaction open.
        statement.reset()
      }
    })
  }
}

function prepare(database: Database, sql: string) {
  return { database, statement: withCode(() => database.prepare(sql)) }
}

/** sql.js hands on SQLite's messages without the codes; https://sqlite.org/rescode.html */
const codes: Readonly<Record<string, number>> = {
  'out of memory': 7,
  'attempt to write a readonly database': 8,
  'disk I/O error': 10,
  'database disk image is malformed': 11,
  'database or disk is full': 13,
  'file is not a database': 26,
}

function withCode<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const errcode = codes[message]
    throw errcode === undefined ? error : Object.assign(new Error(message, { cause: error }), { errcode })
  }
}
