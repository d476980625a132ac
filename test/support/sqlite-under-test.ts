import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStateStore } from '../../packages/core/src/state/open-state-store.ts'
import type { StoreUnderTest } from './state-store-conformance.ts'

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'netlatch-state-'))
}

/** A SQLite file in a folder of its own. */
export async function sqliteUnderTest(): Promise<StoreUnderTest> {
  const folder = await temporaryFolder()
  const path = join(folder, 'state.db')
  return {
    open: (options) =>
      openStateStore({ url: `sqlite:${path}`, program: { program: 'netlatch', user: 'operator' }, ...options }),
    async execute(statement) {
      using database = new DatabaseSync(path)
      database.exec(statement)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
