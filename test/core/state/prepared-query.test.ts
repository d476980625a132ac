import assert from 'node:assert/strict'
import { DummyDriver, Kysely, PostgresAdapter, PostgresQueryCompiler, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import { describe, it } from 'mocha'
import { pick, prepared } from '../../../packages/core/src/state/prepared-query.ts'
import type { StateDatabase } from '../../../packages/core/src/state/schema.ts'

interface Asked {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** An engine that writes down what it is asked, and answers nothing. */
function engine(kind: 'sqlite' | 'postgres'): { readonly db: Kysely<StateDatabase>; readonly asked: readonly Asked[] } {
  const asked: Asked[] = []
  const db = new Kysely<StateDatabase>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => (kind === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
      createQueryCompiler: () => (kind === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
      createIntrospector: () => {
        throw new Error('not needed')
      },
    },
    log: ({ query }) => {
      asked.push({ sql: query.sql, parameters: query.parameters })
    },
  })
  return { db, asked }
}

describe('a prepared query', () => {
  let built = 0
  const upsert = prepared((db, row: { workspace: string; device: string; failures: string }) => {
    built += 1
    return db
      .insertInto('device_failures')
      .values(pick(row, ['workspace', 'device', 'failures']))
      .onConflict((conflict) => conflict.columns(['workspace', 'device']).doUpdateSet(pick(row, ['failures'])))
  })
  const row = { workspace: 'office', device: 'sw-1', failures: '[1]' }

  it('is built once, and runs with the values of each call, at each of their places', async () => {
    built = 0
    const { db, asked } = engine('sqlite')
    await upsert(db, row)
    await upsert(db, { ...row, device: 'sw-2', failures: '[2]' })
    assert.equal(built, 1)
    assert.equal(asked[0]?.sql, asked[1]?.sql)
    assert.deepEqual(asked[0]?.parameters, ['office', 'sw-1', '[1]', '[1]'])
    assert.deepEqual(asked[1]?.parameters, ['office', 'sw-2', '[2]', '[2]'])
  })

  it('is the same one inside a transaction', async () => {
    built = 0
    const { db } = engine('sqlite')
    await upsert(db, row)
    await db.transaction().execute((transaction) => upsert(transaction, row))
    assert.equal(built, 1)
  })

  it('speaks the SQL of each engine', async () => {
    const sqlite = engine('sqlite')
    const postgres = engine('postgres')
    await upsert(sqlite.db, row)
    await upsert(postgres.db, row)
    assert.match(sqlite.asked[0]?.sql ?? '', /values \(\?, \?, \?\)/)
    assert.match(postgres.asked[0]?.sql ?? '', /values \(\$1, \$2, \$3\)/)
    assert.deepEqual(sqlite.asked[0]?.parameters, postgres.asked[0]?.parameters)
  })

  it('does not run when a value is missing: nothing is compared with a stand-in', async () => {
    const { db, asked } = engine('sqlite')
    await assert.rejects(upsert(db, { workspace: 'office', device: 'sw-1' } as typeof row), /no failures/)
    assert.deepEqual(asked, [])
  })
})
