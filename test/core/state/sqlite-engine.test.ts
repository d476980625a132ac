import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { stateMigrations } from '../../../packages/core/src/state/migrations.ts'
import type { SqlEngine } from '../../../packages/core/src/state/sql-engine.ts'
import { openSqliteEngine } from '../../../packages/core/src/state/sqlite-engine.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

describe('SQLite engine', () => {
  let folder: string
  let path: string
  const opened: SqlEngine[] = []

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, 'state.db')
  })
  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function open(migrations: Readonly<Record<string, Migration>> = stateMigrations): Promise<SqlEngine> {
    const program = { id: String(Math.random()), program: 'netlatch', user: 'operator', host: 'here', pid: process.pid }
    const engine = await openSqliteEngine(path, { program, migrations })
    opened.push(engine)
    return engine
  }

  const pin = (workspace: string) => ({ workspace, vault: 'v', fingerprint: 'f', epoch: 1, revs: '{}' })
  const save = (engine: SqlEngine, workspace: string) =>
    engine.write(async (db) => {
      await db.insertInto('vault_pins').values(pin(workspace)).execute()
    })
  const pins = (engine: SqlEngine) =>
    engine.read(async (db) =>
      (await db.selectFrom('vault_pins').select('workspace').execute()).map((row) => row.workspace),
    )

  function code(expected: string) {
    return (error: unknown) => error instanceof NetlatchError && error.code === expected
  }

  /** Frames of the write-ahead log that end a transaction: https://sqlite.org/fileformat2.html#the_write_ahead_log */
  async function commits(): Promise<number> {
    const log = await readFile(`${path}-wal`)
    const frameSize = 24 + log.readUInt32BE(8)
    const frames = Math.floor((log.length - 32) / frameSize)
    return Array.from({ length: frames }, (_, i) => log.readUInt32BE(32 + i * frameSize + 4)).filter((size) => size > 0)
      .length
  }

  describe('writing', () => {
    it('puts what one turn of the event loop brings into one commit', async () => {
      const engine = await open()
      const before = await commits()
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => save(engine, name)))
      assert.equal((await commits()) - before, 1)
      await save(engine, 'f')
      assert.equal((await commits()) - before, 2)
    })

    it('takes back what fails, and nothing of its neighbours', async () => {
      const engine = await open()
      const failing = engine.write(async (db) => {
        await db.insertInto('vault_pins').values(pin('half done')).execute()
        throw new Error('no')
      })
      const outcomes = await Promise.allSettled([save(engine, 'a'), failing, save(engine, 'a'), save(engine, 'b')])
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
      )
      assert.deepEqual(await pins(engine), ['a', 'b'])
    })

    it('ends before the database is closed, also where it was asked for at the same time', async () => {
      const engine = await open()
      opened.splice(0)
      const closing = engine[Symbol.asyncDispose]()
      await save(engine, 'late')
      await closing
      assert.deepEqual(await pins(await open()), ['late'])
    })

    it('reads one moment, whatever is written meanwhile', async () => {
      const [reader, writer] = [await open(), await open()]
      const counted = await reader.read(async (db) => {
        const before = await db.selectFrom('vault_pins').select('workspace').execute()
        await save(writer, 'a')
        return [before.length, (await db.selectFrom('vault_pins').select('workspace').execute()).length]
      })
      assert.deepEqual(counted, [0, 0])
      assert.deepEqual(await pins(reader), ['a'])
    })

    it('has a commit on the disk before it says so', async () => {
      const engine = await open()
      const setting = await engine.read(async (db) => {
        const { sql } = await import('kysely')
        const synchronous = await sql<{ synchronous: number }>`pragma synchronous`.execute(db)
        const keys = await sql<{ foreign_keys: number }>`pragma foreign_keys`.execute(db)
        const timeout = await sql<{ timeout: number }>`pragma busy_timeout`.execute(db)
        return [synchronous.rows[0]?.synchronous, keys.rows[0]?.foreign_keys, timeout.rows[0]?.timeout]
      })
      assert.deepEqual(setting, [2, 1, 10])
    })
  })

  describe('migrations', () => {
    const next = (up: Migration['up']): Readonly<Record<string, Migration>> => ({
      ...stateMigrations,
      '9999-next': { up },
    })

    it('run once when two programs start at the same time, on a new file and on an old one', async () => {
      await Promise.all([open(), open(), open()])
      let runs = 0
      const migrations = next(async (db) => {
        runs += 1
        await db.schema.createTable('added').addColumn('id', 'integer').execute()
      })
      await Promise.all([open(migrations), open(migrations), open(migrations)])
      assert.equal(runs, 1)
    })

    it('leave the old version as it was when they fail', async () => {
      await save(await open(), 'kept')
      const broken = next(async (db) => {
        await db.schema.createTable('added').addColumn('id', 'integer').execute()
        await db.deleteFrom('vault_pins').execute()
        throw new Error('half way')
      })
      await assert.rejects(open(broken), /half way/)
      const engine = await open()
      assert.deepEqual(await pins(engine), ['kept'])
      await save(engine, 'goes on')
      await open(next((db) => db.schema.createTable('added').addColumn('id', 'integer').execute()))
    })

    it('bring a file of the first schema up to date, and keep what was known of the vault', async () => {
      const first = Object.entries(stateMigrations).filter(([name]) => name.startsWith('0001-'))
      const old = await open(Object.fromEntries(first))
      await old.write(async (db) => {
        await sql`insert into vault_pins values ('workspace', 'v', 'f', 3, 9, '{"lab":2}')`.execute(db)
      })
      const pins = await (await open()).read((db) => db.selectFrom('vault_pins').selectAll().execute())
      assert.deepEqual(
        pins.map((row) => ({ ...row })),
        [{ workspace: 'workspace', vault: 'v', fingerprint: 'f', epoch: 3, revs: '{"lab":2}' }],
      )
    })

    it('are left to the newer program', async () => {
      const running = await open()
      await open(next(async () => {}))
      await assert.rejects(open(), code('STATE_NEWER'))
      await assert.rejects(save(running, 'x'), code('STATE_NEWER'), 'also under a program that was running before')
    })
  })
})
