import type { CreateTableBuilder, Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The schema's history, oldest first by name. A migration that has been released is never changed: the next one goes on
 * from it.
 */
export const stateMigrations: Readonly<Record<string, Migration>> = {
  '0001-first-light': {
    async up(db) {
      await createTable(db, 'store', { id: integer, clock: integer }, ['id'])
      await db.insertInto('store').values({ id: 1, clock: 0 }).execute()
      await createTable(
        db,
        'programs',
        { id: text, program: text, user: text, host: text, pid: integer, since: integer },
        ['id'],
      )
      await createHistory(db)
      await createAudit(db)
      await createLedger(db)
    },
  },
  // Branches of one vault each count for themselves: no count of edits tells an older file from another branch's.
  '0002-pin-without-edits': {
    async up(db) {
      await db.schema.alterTable('vault_pins').dropColumn('edits').execute()
    },
  },
  '0003-job-runs': {
    async up(db) {
      await createTable(
        db,
        'job_runs',
        {
          ...workspace,
          run: text,
          job: text,
          batch: optionalText,
          digest: text,
          devices: integer,
          succeeded: integer,
          failed: integer,
          not_started: integer,
          retries: integer,
          saved: integer,
          stopped_because: optionalText,
          started_at: integer,
          finished_at: optionalInteger,
        },
        ['workspace', 'run'],
      )
      await createIndex(db, 'job_runs', ['workspace', 'started_at'])
    },
  },
  // What was stored before counts as proven: the next run judges it anew.
  '0004-unproven-snapshots': {
    async up(db) {
      await db.schema.alterTable('snapshots').addColumn('unproven_because', 'text').execute()
    },
  },
}

type Column = 'text' | 'text?' | 'bigint' | 'bigint?' | 'double precision'
const text = 'text'
const optionalText = 'text?'
// Every engine stores it in 64 bits; a plain `integer` has 32 in PostgreSQL, too few for milliseconds.
const integer = 'bigint'
const optionalInteger = 'bigint?'
const real = 'double precision'

const workspace = { workspace: text } as const
const account = { workspace: text, realm: text, username: text } as const
const accountKey = ['workspace', 'realm', 'username']

/** A migration works on the schema of its own time, which has no type any more. */
type AnyDatabase = Kysely<unknown>

async function createHistory(db: AnyDatabase): Promise<void> {
  await createTable(
    db,
    'device_credentials',
    {
      ...workspace,
      device: text,
      credential: optionalText,
      credential_rev: optionalInteger,
      secret_id: optionalText,
      privilege: text,
      code: text,
      message: text,
      tested_at: integer,
      opened_at: optionalInteger,
      platform: optionalText,
      methods: optionalText,
    },
    ['workspace', 'device'],
  )
  await createTable(
    db,
    'credential_stats',
    {
      ...workspace,
      credential: text,
      successes: integer,
      failures: integer,
      last_used_at: integer,
      success_rate: real,
    },
    ['workspace', 'credential'],
  )
  await createTable(
    db,
    'runs',
    {
      ...workspace,
      id: text,
      operation: text,
      selection: text,
      devices: integer,
      started_at: integer,
      finished_at: optionalInteger,
      summary: optionalText,
    },
    ['workspace', 'id'],
  )
  await createTable(
    db,
    'run_results',
    { ...workspace, run: text, device: text, code: text, message: text, credential: optionalText, at: integer },
    ['workspace', 'run', 'device'],
  )
  await createTable(
    db,
    'snapshots',
    {
      ...workspace,
      id: text,
      device: text,
      configuration: text,
      captured_at: integer,
      seen_at: integer,
      bytes: integer,
      sections: integer,
      run: text,
      sha256: text,
      path: optionalText,
      commit_id: optionalText,
      held_because: optionalText,
      blob: optionalText,
    },
    ['workspace', 'id'],
  )
  await createIndex(db, 'snapshots', ['workspace', 'device', 'captured_at'])
  await createTable(
    db,
    'vault_pins',
    { ...workspace, vault: text, fingerprint: text, epoch: integer, edits: integer, revs: text },
    ['workspace'],
  )
}

async function createAudit(db: AnyDatabase): Promise<void> {
  await createTable(
    db,
    'audit',
    {
      ...workspace,
      seq: integer,
      at: integer,
      user: text,
      host: text,
      program: text,
      action: text,
      device: optionalText,
      credential: optionalText,
      username: text,
      secret_id: text,
      ground: optionalText,
      run: optionalText,
      result: text,
      previous: text,
      hash: text,
    },
    ['workspace', 'seq'],
  )
  await createTable(db, 'audit_heads', { ...workspace, seq: integer, hash: text }, ['workspace'])
}

async function createLedger(db: AnyDatabase): Promise<void> {
  const place = { device: text, site: text, platform: text } as const
  await createTable(
    db,
    'attempts',
    {
      ...workspace,
      id: text,
      ...place,
      credential: text,
      username: text,
      purpose: text,
      secret_id: text,
      ground: text,
      was_likely: integer,
      named_by_tag: integer,
      reserved_at: integer,
      deadline: integer,
      finished_at: optionalInteger,
      outcome: optionalText,
      run: optionalText,
    },
    ['workspace', 'id'],
  )
  await createIndex(db, 'attempts', ['workspace', 'device', 'reserved_at'])
  await createIndex(db, 'attempts', ['workspace', 'outcome', 'deadline'])
  const charge = {
    attempt: text,
    position: integer,
    device: text,
    secret_id: text,
    ground: text,
    secrets: integer,
    policy: text,
  } as const
  await createTable(db, 'grant_charges', { ...account, ...charge }, ['workspace', 'attempt', 'position'])
  await createIndex(db, 'grant_charges', accountKey)
  await createIndex(db, 'grant_charges', ['workspace', 'device'])
  await createTable(db, 'device_failures', { ...workspace, device: text, failures: text }, ['workspace', 'device'])
  await createTable(db, 'pair_failures', { ...account, device: text, failures: text }, [...accountKey, 'device'])
  await createTable(
    db,
    'homes',
    {
      ...account,
      secret_id: text,
      purpose: text,
      last_ok_at: integer,
      failures: text,
      quarantined_at: optionalInteger,
    },
    [...accountKey, 'secret_id'],
  )
  // A quarantined secret is refused for every account that has it.
  await createIndex(db, 'homes', ['workspace', 'secret_id'])
  const homeKey = [...accountKey, 'secret_id']
  await createTable(db, 'opened_devices', { ...account, secret_id: text, ...place, opened_at: integer }, [
    ...homeKey,
    'device',
  ])
  await createIndex(db, 'opened_devices', [...homeKey, 'site'])
  await createIndex(db, 'opened_devices', [...homeKey, 'platform'])
  await createIndex(db, 'opened_devices', [...homeKey, 'opened_at'])
  await createTable(
    db,
    'cells',
    { ...account, secret_id: text, site: text, platform: text, ok: integer, fails: integer, fails_in_a_row: integer },
    [...homeKey, 'site', 'platform'],
  )
  await createTable(
    db,
    'open_failures',
    {
      ...account,
      attempt: text,
      secret_id: text,
      ...place,
      failed_at: integer,
      was_likely: integer,
      opener_realm: optionalText,
      opener_username: optionalText,
      opener_secret_id: optionalText,
      opener_named_by_tag: optionalInteger,
    },
    [...accountKey, 'attempt'],
  )
  await createIndex(db, 'open_failures', ['workspace', 'device'])
  await createTable(db, 'rejections', { ...workspace, device: text, secret_id: text, since: integer }, [
    'workspace',
    'device',
    'secret_id',
  ])
}

async function createTable(
  db: AnyDatabase,
  name: string,
  columns: Readonly<Record<string, Column>>,
  key: readonly string[],
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name)
  for (const [column, type] of Object.entries(columns))
    table = type.endsWith('?')
      ? table.addColumn(column, type.slice(0, -1) as 'text' | 'bigint')
      : table.addColumn(column, type as 'text' | 'bigint' | 'double precision', (built) => built.notNull())
  await table.addPrimaryKeyConstraint(`${name}_key`, [...key]).execute()
}

async function createIndex(db: AnyDatabase, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.slice(1).join('_')}`)
    .on(table)
    .columns([...columns])
    .execute()
}
