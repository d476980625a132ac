import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { parseStateAddress, type StateAddress } from '../workspace/state-address.ts'
import { IdSource } from './new-id.ts'
import type { Program } from './programs.ts'
import type { SqlEngine } from './sql-engine.ts'
import { SqlStateStore } from './sql-state-store.ts'
import { checkSqliteFile, emptyCheck } from './sqlite-check.ts'
import { openSqliteEngine, type SqliteEngineOptions } from './sqlite-engine.ts'
import { ensureSqliteFile } from './sqlite-file.ts'
import { checkSqljsFile } from './sqljs-check.ts'
import { openMemoryEngine, openSqljsEngine, writeNewSqljsFile } from './sqljs-engine.ts'
import type { StateFileCheck, StateStore } from './state-store.ts'
import { type Clock, systemClock } from './store-clock.ts'

export interface OpenStateStoreOptions {
  /**
   * `sqlite:<path>` for node:sqlite, `sqljs:<path>` for sql.js where that is missing; a relative path is taken from the current
   * folder, and created when missing. `sqlite::memory:` forgets everything at the end.
   */
  readonly url: string
  /** Keeps apart what several workspaces write to one store: the workspace's own path or name. */
  readonly workspace: string
  /** Who the audit trail names, and what others are told who wait for us. */
  readonly program: { readonly program: string; readonly user: string; readonly host?: string; readonly pid?: number }
  /** @default the system's clocks */
  readonly clock?: Clock
  /** How long another program's lock is waited for before STATE_BUSY, in milliseconds. @default 10000 */
  readonly waitMs?: number
}

/** Throws STATE_UNAVAILABLE (with what is wrong with the file), STATE_NEWER or STATE_BUSY. */
export async function openStateStore(options: OpenStateStoreOptions): Promise<StateStore> {
  const { workspace, clock = systemClock } = options
  const program: Program = {
    host: hostname(),
    pid: process.pid,
    ...options.program,
    id: new IdSource().next(clock.wall()),
  }
  const settings = { program, ...(options.waitMs !== undefined && { waitMs: options.waitMs }) }
  return new SqlStateStore(await openEngineAt(addressOf(options.url), settings), { workspace, program }, clock)
}

async function openEngineAt({ engine, path }: StateAddress, settings: SqliteEngineOptions): Promise<SqlEngine> {
  if (path === undefined) return openMemoryEngine(settings)
  if (engine === 'sqljs') {
    await ensureSqliteFile(path, (draft) => writeNewSqljsFile(draft, settings))
    return openSqljsEngine(path, settings)
  }
  await ensureSqliteFile(path, async (draft) => {
    await (await openSqliteEngine(draft, settings))[Symbol.asyncDispose]()
  })
  return openSqliteEngine(path, settings)
}

/** What is stored there, without changing it. Throws STATE_UNAVAILABLE. */
export async function checkStateFile(url: string): Promise<StateFileCheck> {
  const { engine, path } = addressOf(url)
  if (path === undefined) return emptyCheck(':memory:')
  return engine === 'sqljs' ? checkSqljsFile(path) : checkSqliteFile(path)
}

/** With the path made absolute. */
function addressOf(url: string): StateAddress {
  const address = parseStateAddress(url)
  if (!address) {
    // No more of it is shown: a server's address may hold a password in several places.
    const [scheme] = /^[a-z]+(?=:)/.exec(url) ?? ['this']
    throw new NetlatchError(
      'INPUT_INVALID',
      `state: ${scheme} is no database that this version knows. Write sqlite:<path>.`,
      {
        advice: 'state: sqlite:.netlatch/state.db',
      },
    )
  }
  return address.path === undefined ? address : { ...address, path: resolve(address.path) }
}
