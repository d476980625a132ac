import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { IdSource } from './new-id.ts'
import type { Program } from './programs.ts'
import { SqlStateStore } from './sql-state-store.ts'
import { checkSqliteFile } from './sqlite-check.ts'
import { openSqliteEngine } from './sqlite-engine.ts'
import { ensureSqliteFile } from './sqlite-file.ts'
import type { StateFileCheck, StateStore } from './state-store.ts'
import { type Clock, systemClock } from './store-clock.ts'

export interface OpenStateStoreOptions {
  /** `sqlite:<path>`; a relative path is taken from the current folder. Created when missing. */
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
  const path = sqlitePath(options.url)
  const program: Program = {
    host: hostname(),
    pid: process.pid,
    ...options.program,
    id: new IdSource().next(clock.wall()),
  }
  const settings = { program, ...(options.waitMs !== undefined && { waitMs: options.waitMs }) }
  await ensureSqliteFile(path, async (draft) => {
    await (await openSqliteEngine(draft, settings))[Symbol.asyncDispose]()
  })
  return new SqlStateStore(await openSqliteEngine(path, settings), { workspace, program }, clock)
}

/** What is stored there, without changing it. Throws STATE_UNAVAILABLE. */
export async function checkStateFile(url: string): Promise<StateFileCheck> {
  return checkSqliteFile(sqlitePath(url))
}

function sqlitePath(url: string): string {
  const [, path] = /^sqlite:(?:\/\/)?(.+)$/.exec(url) ?? []
  if (path === undefined)
    throw new NetlatchError(
      'INPUT_INVALID',
      `state: \`${url.replace(/:\/\/.*@/, '://…@')}\` is not a database this version knows. Write sqlite:<path>.`,
      {
        advice: 'state: sqlite:.netlatch/state.db',
      },
    )
  return resolve(path)
}
