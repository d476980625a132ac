import type { Kysely } from 'kysely'
import { isRunning } from './process-place.ts'
import type { StateDatabase } from './schema.ts'

/** Who uses a state store: for the audit trail, and for the message when somebody else waits. */
export interface Program {
  /** Of this opening, not of the process: a process may open a store twice. */
  readonly id: string
  /** `netlatch`, `n8n`, `VS Code`. */
  readonly program: string
  readonly user: string
  readonly host: string
  readonly pid: number
}

/** Part of the first write after opening: programs that only read leave no trace, and wait for nobody. */
export async function registerProgram(db: Kysely<StateDatabase>, program: Program): Promise<void> {
  const gone = (await listAll(db)).filter((other) => hasEnded(other, program.host)).map((other) => other.id)
  if (gone.length > 0) await db.deleteFrom('programs').where('id', 'in', gone).execute()
  await db
    .insertInto('programs')
    .values({ ...program, since: Date.now() })
    .onConflict((row) => row.column('id').doNothing())
    .execute()
}

export async function unregisterProgram(db: Kysely<StateDatabase>, program: Program): Promise<void> {
  await db.deleteFrom('programs').where('id', '=', program.id).execute()
}

/** The others that are still there, as far as this host can tell. */
export async function listPrograms(db: Kysely<StateDatabase>, self: Program): Promise<readonly Program[]> {
  return (await listAll(db)).filter((other) => other.id !== self.id && !hasEnded(other, self.host))
}

function listAll(db: Kysely<StateDatabase>): Promise<readonly Program[]> {
  return db.selectFrom('programs').select(['id', 'program', 'user', 'host', 'pid']).orderBy('since').execute()
}

function hasEnded(program: Program, thisHost: string): boolean {
  return program.host === thisHost && !isRunning(program.pid)
}
