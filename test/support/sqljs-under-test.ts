import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { SqlEngine } from '../../packages/core/src/state/sql-engine.ts'
import { SqlStateStore } from '../../packages/core/src/state/sql-state-store.ts'
import { ensureSqliteFile } from '../../packages/core/src/state/sqlite-file.ts'
import { openSqljsEngine, writeNewSqljsFile } from '../../packages/core/src/state/sqljs-engine.ts'
import { temporaryFolder } from './sqlite-under-test.ts'
import type { StoreUnderTest } from './state-store-conformance.ts'

const program = { id: 'only', program: 'netlatch', user: 'operator', host: 'netops-1', pid: process.pid }

/** A file of sql.js. It lets in one program, so the stores of a test are several users of that one's engine. */
export async function sqljsUnderTest(): Promise<StoreUnderTest> {
  const folder = await temporaryFolder()
  const path = join(folder, 'state.db')
  await ensureSqliteFile(path, (draft) => writeNewSqljsFile(draft, { program }))
  let users = 0
  let opened: Promise<SqlEngine> | undefined

  const enter = (): Promise<SqlEngine> => {
    users += 1
    opened ??= openSqljsEngine(path, { program })
    return opened
  }
  const leave = async (): Promise<void> => {
    users -= 1
    if (users > 0) return
    const last = opened
    opened = undefined
    await (await last)?.[Symbol.asyncDispose]()
  }

  return {
    async open({ workspace, clock }) {
      const engine = await enter()
      const shared: SqlEngine = {
        read: (work) => engine.read(work),
        write: (work, options) => engine.write(work, options),
        version: () => engine.version(),
        versionOfOthers: () => engine.versionOfOthers(),
        [Symbol.asyncDispose]: leave,
      }
      return new SqlStateStore(shared, { workspace, program }, clock)
    },
    async execute(statement) {
      const engine = await enter()
      await engine.write(async (db) => {
        await sql.raw(statement).execute(db)
      })
      await leave()
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
