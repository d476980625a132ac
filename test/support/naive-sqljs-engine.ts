import { randomUUID } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import { Kysely } from 'kysely'
import type { StateDatabase } from '../../packages/core/src/state/schema.ts'
import type { SqlEngine } from '../../packages/core/src/state/sql-engine.ts'
import { sqliteDialect } from '../../packages/core/src/state/sqlite-dialect.ts'
import { loadSqljs, SqljsDatabase } from '../../packages/core/src/state/sqljs-database.ts'
import { writeSynced } from '../../packages/core/src/state/sqljs-file.ts'

/** What one writes first: load, change, save whole, without holding the file. Every single step is sound. */
export function openNaiveSqljsEngine(path: string): SqlEngine {
  async function play<T>(
    work: (db: Kysely<StateDatabase>) => Promise<T>,
    commit?: (database: SqljsDatabase) => Promise<void>,
  ) {
    const database = new SqljsDatabase(await loadSqljs(), await readFile(path))
    const dialect = sqliteDialect(database, { ...(commit && { commit: () => commit(database) }) })
    const db = new Kysely<StateDatabase>({ dialect })
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  const save = async (database: SqljsDatabase): Promise<void> => {
    database.commit()
    const draft = `${path}.${randomUUID()}`
    await writeSynced(draft, database.export())
    await rename(draft, path)
  }
  return {
    read: (work) => play(work),
    write: (work) => play((db) => db.transaction().execute(work), save),
    version: async () => 0,
    versionOfOthers: async () => 0,
    [Symbol.asyncDispose]: async () => {},
  }
}
