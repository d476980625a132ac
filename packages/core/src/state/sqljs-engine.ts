import { basename } from 'node:path'
import { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Program } from './programs.ts'
import type { StateDatabase } from './schema.ts'
import type { SqlEngine } from './sql-engine.ts'
import { busyWaitMs, sqliteDialect } from './sqlite-dialect.ts'
import { openEngine, type SqliteEngineOptions } from './sqlite-engine.ts'
import { marks } from './sqlite-marks.ts'
import { loadSqljs, SqljsDatabase } from './sqljs-database.ts'
import { WholeFile, writeSynced } from './sqljs-file.ts'

/**
 * SQLite without node:sqlite: sql.js keeps the whole file in memory, so this program holds the file for as long as the engine
 * is open, and every commit writes it whole. Throws STATE_BUSY when another program holds it for longer than `waitMs`, and
 * STATE_UNAVAILABLE for a file that sql.js would misread.
 */
export async function openSqljsEngine(path: string, options: SqliteEngineOptions): Promise<SqlEngine> {
  const { program, waitMs = busyWaitMs } = options
  const file = await WholeFile.hold(path, program, waitMs)
  try {
    const bytes = await file.read()
    const database = new SqljsDatabase(await loadSqljs(), bytes)
    const dialect = sqliteDialect(database, {
      commit: commitTo(file, database, bytes),
      close: async () => {
        database.close()
        await file.release()
      },
    })
    return await openEngine(new Kysely<StateDatabase>({ dialect }), {
      ...options,
      file: basename(path),
      mark: marks.sqljs,
      prepare: async () => {},
    })
  } catch (error) {
    await file.release()
    throw error
  }
}

/** Readers wait as long as a commit takes: nobody sees what is not on the disk. */
function commitTo(file: WholeFile, database: SqljsDatabase, opened: Uint8Array): () => Promise<void> {
  let saved = opened
  return async () => {
    database.commit()
    const bytes = database.export()
    try {
      await file.write(bytes)
      saved = bytes
    } catch (error) {
      // The memory must not know more than was promised.
      database.replace(saved)
      throw error
    }
  }
}

/** A state that lives as long as the program; nothing is written anywhere. */
export async function openMemoryEngine(options: SqliteEngineOptions): Promise<SqlEngine> {
  const db = new Kysely<StateDatabase>({ dialect: sqliteDialect(new SqljsDatabase(await loadSqljs())) })
  return openEngine(db, { ...options, file: ':memory:', mark: marks.sqljs, prepare: async () => {} })
}

/** Fills a new file, which nobody else knows yet. */
export async function writeNewSqljsFile(
  path: string,
  options: { readonly program: Program; readonly migrations?: Readonly<Record<string, Migration>> },
): Promise<void> {
  const database = new SqljsDatabase(await loadSqljs())
  const db = new Kysely<StateDatabase>({
    dialect: sqliteDialect(database, {
      close: async () => {
        const bytes = database.export()
        database.close()
        await writeSynced(path, bytes)
      },
    }),
  })
  const engine = await openEngine(db, { ...options, file: basename(path), mark: marks.sqljs, prepare: async () => {} })
  await engine[Symbol.asyncDispose]()
}
