import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { migrate } from '../../../packages/core/src/state/migrate.ts'
import { stateMigrations } from '../../../packages/core/src/state/migrations.ts'
import type { StateDatabase } from '../../../packages/core/src/state/schema.ts'
import { sqliteDialect } from '../../../packages/core/src/state/sqlite-dialect.ts'
import { loadSqljs, SqljsDatabase } from '../../../packages/core/src/state/sqljs-database.ts'
import { WriteBatch } from '../../../packages/core/src/state/write-batch.ts'

describe('writes that share a commit', () => {
  let db: Kysely<StateDatabase>
  let batch: WriteBatch
  let commits = 0
  /** What the next commits come to; the database takes the changes back then, as it does on a full disk. */
  const broken: Error[] = []
  let beforeCommit = async () => {}

  beforeEach(async () => {
    const database = new SqljsDatabase(await loadSqljs())
    const commit = async () => {
      await beforeCommit()
      const error = broken.shift()
      if (error) throw error
      database.commit()
      commits += 1
    }
    db = new Kysely({ dialect: sqliteDialect(database, { commit }) })
    await migrate(db, 'test', stateMigrations, async () => {})
    commits = 0
    broken.length = 0
    beforeCommit = async () => {}
    batch = new WriteBatch(
      (work) => db.transaction().execute(work),
      async (error, ifBusy) => new Error(`${String(error)} ${ifBusy}`),
      // As long as it takes: a busy machine must not part what belongs together here.
      { batchMs: 60_000 },
    )
  })
  afterEach(() => db.destroy())

  const save = (device: string, into = batch) =>
    into.submit(async (transaction) => {
      await transaction.insertInto('rejections').values({ workspace: 'w', device, secret_id: 's', since: 0 }).execute()
      return device
    }, 'Nothing was written.')
  const saved = async () =>
    (await db.selectFrom('rejections').select('device').orderBy('device').execute()).map(({ device }) => device)
  const outcomes = async (promises: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(promises)).map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))

  it('are told one by one, after one commit', async () => {
    assert.deepEqual(await outcomes(['a', 'b', 'c'].map((name) => save(name))), ['a', 'b', 'c'])
    assert.equal(commits, 1)
  })

  it('are told nothing before the commit', async () => {
    let told = false
    let toldBefore: boolean | undefined
    beforeCommit = async () => {
      await nextTurn()
      toldBefore = told
    }
    await save('a').then(() => {
      told = true
    })
    assert.equal(toldBefore, false)
  })

  it('all fail when the commit does, and none of them is there', async () => {
    broken.push(new Error('disk full'))
    const [a, b] = await outcomes([save('a'), save('b')])
    assert.deepEqual([a, b], Array(2).fill('Error: Error: disk full Nothing was written.'))
    assert.deepEqual(await saved(), [])
    assert.equal(await save('c'), 'c')
    assert.deepEqual(await saved(), ['c'])
  })

  it('do not suffer from a neighbour that fails, and it has its own error', async () => {
    const told = await outcomes([save('a'), save('a'), save('b')])
    assert.equal(told[0], 'a')
    assert.match(String(told[1]), /UNIQUE constraint failed/)
    assert.equal(told[2], 'b')
    assert.deepEqual(await saved(), ['a', 'b'])
  })

  it('have one answer when the lock is not to be had, those that came meanwhile too; later ones ask again', async () => {
    let refusals = 1
    const locked = new WriteBatch(
      async (work) => {
        await nextTurn()
        if (refusals-- > 0) throw new Error('database is locked')
        await db.transaction().execute(work)
      },
      async (error) => error,
    )
    const first = save('a', locked)
    await nextTurn()
    const told = await outcomes([first, save('b', locked)])
    assert.deepEqual(told, ['Error: database is locked', 'Error: database is locked'])
    assert.equal(await save('c', locked), 'c')
  })

  it('fail also where no words are found for the error', async () => {
    const speechless = new WriteBatch(
      async () => assert.fail('refused'),
      async () => assert.fail('no words'),
    )
    await assert.rejects(save('a', speechless), /no words/)
  })
})
