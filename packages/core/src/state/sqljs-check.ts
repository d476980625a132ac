import { describeClaims, holdersOf } from './file-claims.ts'
import { checkDatabase, emptyCheck, sizeOf } from './sqlite-check.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { marks } from './sqlite-marks.ts'
import { loadSqljs, SqljsDatabase } from './sqljs-database.ts'
import { readWhole } from './sqljs-file.ts'
import type { StateFileCheck } from './state-store.ts'

/** As checkSqliteFile; a file that another program holds is looked at as it was saved last, which is always whole. */
export async function checkSqljsFile(path: string): Promise<StateFileCheck> {
  const bytes = await sizeOf(path)
  if (bytes === undefined) return { ...emptyCheck(path), engine: 'sql.js' }
  const holders = await holdersOf(path)
  const check = await checkDatabase(path, marks.sqljs, async () =>
    sqliteDialect(new SqljsDatabase(await loadSqljs(), await readWhole(path))),
  )
  return { ...check, bytes, engine: 'sql.js', ...(holders.length > 0 && { heldBy: describeClaims(holders) }) }
}
