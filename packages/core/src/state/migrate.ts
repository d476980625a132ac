import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { NetlatchError } from '../errors.ts'
import type { StateDatabase } from './schema.ts'

const migrationTable = 'migrations'

/**
 * Brings the schema up to date in one transaction, so that a failed step leaves the old version as it was, and programs that
 * start at once take turns. Reads only when there is nothing to do. Throws STATE_NEWER when a newer Netlatch wrote it.
 */
export async function migrate(
  db: Kysely<StateDatabase>,
  file: string,
  migrations: Readonly<Record<string, Migration>>,
  /** Runs last in the same transaction, and only if something was migrated. */
  mark: (db: Kysely<StateDatabase>) => Promise<void>,
): Promise<void> {
  if (!(await isBehind(db, file, migrations))) return
  await db.transaction().execute(async (transaction) => {
    // Somebody else may have done it while we waited for the lock.
    if (!(await isBehind(transaction, file, migrations))) return
    const migrator = new Migrator({
      db: transaction,
      provider: { getMigrations: async () => migrations },
      migrationTableName: migrationTable,
      migrationLockTableName: `${migrationTable}_lock`,
    })
    const { error } = await migrator.migrateToLatest()
    // Kysely hands it back instead of throwing: without this the transaction would commit what went before.
    if (error) throw error
    await mark(transaction)
  })
}

async function isBehind(
  db: Kysely<StateDatabase>,
  file: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === migrationTable)) return true
  const done = await sql<{ name: string }>`select name from ${sql.table(migrationTable)} order by name`.execute(db)
  const unknown = done.rows.filter(({ name }) => !Object.hasOwn(migrations, name)).at(-1)
  if (unknown) throw newerError(file, unknown.name)
  return done.rows.length < Object.keys(migrations).length
}

export function newerError(file: string, found: string): NetlatchError {
  return new NetlatchError(
    'STATE_NEWER',
    `${file}: a newer Netlatch wrote it (schema ${found}). Nothing was changed. Update Netlatch on this machine.`,
    { advice: 'update Netlatch on this machine' },
  )
}
