import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { checkStateFile, openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { marks } from '../../../packages/core/src/state/sqlite-marks.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'
import { TestClock } from '../../support/test-clock.ts'

const kept = 'test/data/state/first-light.db'

type Row = Readonly<Record<string, unknown>>

/** What the migrator keeps for itself. */
const bookkeeping = new Set(['migrations', 'migrations_lock'])

/** Columns that a later version has dropped. */
const dropped: Readonly<Record<string, readonly string[]>> = { vault_pins: ['edits'] }

function tablesOf(database: DatabaseSync): ReadonlyMap<string, readonly Row[]> {
  const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").all()
  const names = tables.map(({ name }) => String(name)).filter((name) => !bookkeeping.has(name))
  return new Map(names.map((name) => [name, database.prepare(`select * from ${name} order by rowid`).all()]))
}

/** The rows, with no more columns than before. */
function withColumnsOf(rows: readonly Row[], [first = {}]: readonly Row[]): readonly Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => column in first)))
}

function without(rows: readonly Row[], columns: readonly string[] = []): readonly Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column))))
}

describe('state of the first version', () => {
  let folder: string
  let path: string

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, 'state.db')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** sql.js never had a file of that time: it gets one as it would have written it. */
  async function place(scheme: 'sqlite' | 'sqljs'): Promise<void> {
    await copyFile(kept, path)
    if (scheme === 'sqlite') return
    using database = new DatabaseSync(path)
    database.exec(`pragma journal_mode = delete; pragma application_id = ${marks.sqljs}`)
  }

  const open = (scheme: string) =>
    openStateStore({
      url: `${scheme}:${path}`,
      workspace: 'workspace',
      clock: new TestClock(Date.UTC(2026, 0, 5, 9)),
      program: { program: 'netlatch', user: 'operator' },
    })

  it('has rows in every table', () => {
    // Immutable: a reader of a file in WAL mode would leave two more beside it.
    using before = new DatabaseSync(new URL(`${pathToFileURL(kept)}?immutable=1`), { readOnly: true })
    for (const [name, rows] of tablesOf(before)) assert.ok(rows.length > 0, name)
  })

  for (const scheme of ['sqlite', 'sqljs'] as const) {
    it(`is brought up to date with every row by ${scheme}`, async () => {
      await place(scheme)
      const tables = (() => {
        using before = new DatabaseSync(path, { readOnly: true })
        return tablesOf(before)
      })()
      await (await open(scheme))[Symbol.asyncDispose]()
      using after = new DatabaseSync(path, { readOnly: true })
      const migrated = tablesOf(after)
      for (const [name, rows] of tables)
        assert.deepEqual(withColumnsOf(migrated.get(name) ?? [], rows), without(rows, dropped[name]), name)
      const check = await checkStateFile(`${scheme}:${path}`)
      assert.deepEqual([check.schema, check.problems], [check.latest, []])
    })

    it(`means the same with ${scheme} as it did`, async () => {
      await place(scheme)
      await using store = await open(scheme)
      const audit = await store.verifyAudit()
      assert.deepEqual([audit.intact, audit.intact && audit.entries], [true, 9])
      const homes = await store.homes(['netops', 'branch', 'monitor'].map((username) => ({ realm: '', username })))
      assert.deepEqual(
        homes.map(({ username, devices, quarantinedAt }) => [username, devices, quarantinedAt !== undefined]),
        [
          // Its login in flight was a verification, which nobody ended.
          ['netops', ['sw-2', 'sw-1'], true],
          ['branch', ['far-1', 'sw-1'], false],
          ['monitor', ['sw-4'], true],
        ],
      )
      assert.deepEqual((await store.history('sw-2'))[0]?.outcome, 'unclear', 'the login in flight counts as failed')
      assert.equal((await store.devices()).get('sw-1')?.credential, 'core-admin')
      assert.equal((await store.snapshots(undefined, { held: true })).length, 1)
      assert.equal((await store.vaultPin())?.epoch, 2)
      assert.equal((await store.runs()).length, 2)
    })

    it(`is refused by ${scheme} where a newer program wrote it, and left as it was`, async () => {
      await place(scheme)
      {
        using newer = new DatabaseSync(path)
        newer.exec("insert into migrations (name, timestamp) values ('9999-later', ''); pragma user_version = 9999")
      }
      const before = await readFile(path)
      await assert.rejects(open(scheme), (error) => {
        assert.ok(error instanceof NetlatchError, String(error))
        assert.equal(error.code, 'STATE_NEWER')
        assert.match(error.message, /a newer Netlatch wrote it \(schema 9999-later\)\. Nothing was changed\. Update/)
        return true
      })
      assert.deepEqual(await readFile(path), before)
      assert.deepEqual(await readdir(folder), ['state.db'])
    })

    it(`is refused by ${scheme} when it is damaged, and left as it was`, async () => {
      await place(scheme)

      const bytes = await readFile(path)
      const broken = bytes.fill(0xff, 100, 8_192)
      await writeFile(path, broken)
      await assert.rejects(open(scheme), (error) => {
        assert.ok(error instanceof NetlatchError, String(error))
        assert.equal(error.code, 'STATE_UNAVAILABLE')
        assert.match(error.message, /state\.db: the file is damaged\. Restore it from a backup/)
        return true
      })
      assert.deepEqual(await readFile(path), broken)
    })
  }
})
