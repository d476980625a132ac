import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'mocha'
import { checkState, migrateState } from '../../../packages/core/src/operations/check-state.ts'
import { exportState } from '../../../packages/core/src/operations/export-state.ts'
import { readAudit, verifyAudit } from '../../../packages/core/src/operations/read-audit.ts'
import { netlatch } from '../../support/bench-command.ts'
import { discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')

describe('the stored state', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet: {
        devices: ['sw-1', 'sw-2'].map((name) => ({
          name,
          platform: 'cisco_ios' as const,
          accounts: [{ username: 'netops', password, privileged: true }],
          inventory: { realm: 'on-device' },
        })),
      },
      credentials: { core: { username: 'netops', password, realm: 'on-device', match: 'all' } },
    })
  })
  after(() => bench[Symbol.asyncDispose]())

  const check = () => bench.use(checkState)
  /** Somebody who writes the database by hand. */
  function tamper(...statements: readonly string[]): void {
    const database = new DatabaseSync(join(bench.folder, '.netlatch', 'state.db'))
    for (const statement of statements) database.exec(statement)
    database.close()
  }

  it('is not made by looking at it', async () => {
    assert.deepEqual(await check().then(({ bytes, problems }) => [bytes, problems]), [0, []])
    assert.equal((await check()).bytes, 0)
  })

  it('is whole after a run, with every login in the audit trail', async () => {
    await discover(bench)
    const report = await check()
    assert.deepEqual([report.problems, report.schema], [[], report.latest])
    assert.equal(report.audit?.intact, true)
    const entries = await bench.use((opened) => readAudit(opened, { device: 'sw-1' }))
    assert.deepEqual(
      entries.map(({ action, credential, username, device }) => [action, credential, username, device]),
      entries.map(() => ['login', 'core', 'netops', 'sw-1']),
    )
    assert.ok(entries.length > 0)
    const migrated = await bench.use(migrateState)
    assert.deepEqual([migrated.before, migrated.after], [report.latest, report.latest])
  })

  it('is exported without secrets and their fingerprints', async () => {
    const lines = await bench.use((opened) => Array.fromAsync(exportState(opened)))
    const text = JSON.stringify(lines)
    const secretId = await bench.use(async (opened) => (await (await opened.state()).devices()).get('sw-1')?.secretId)
    assert.ok(secretId)
    assert.ok(!text.includes(secretId) && !text.includes(password))
    assert.deepEqual([...new Set(lines.map(({ type }) => type))].sort(), [
      'attempt',
      'credential',
      'device',
      'result',
      'run',
    ])
  })

  it('is checked and read by the command line', async () => {
    const checked = await netlatch(bench, 'state', 'check')
    assert.equal(checked.exitCode, 0, checked.stderr)
    assert.match(checked.stdout, /audit trail whole/)
    const listed = await netlatch(bench, 'audit', 'list', '--device', 'sw-2', '--json')
    assert.ok(listed.objects.length > 0 && listed.objects.every(({ device }) => device === 'sw-2'))
    assert.doesNotMatch(listed.stdout, /secretId/)
  })

  it('names its engine, and who has it where only one may', async () => {
    const settings = join(bench.folder, 'netlatch.yaml')
    const before = await readFile(settings, 'utf8').catch(() => undefined)
    await writeFile(settings, 'state: sqljs:.netlatch/one-program.db\n')
    await bench.use(async (opened) => {
      const held = await opened.state()
      await held.startRun({ operation: 'discover', selection: 'all', devices: 0 })
      const checked = await netlatch(bench, 'state', 'check')
      assert.equal(checked.exitCode, 0, checked.stderr)
      assert.match(checked.stdout, /one-program\.db · .* KB · sql\.js\n/)
      assert.match(checked.stdout, /held by cli \(pid \d+, host .+\): no other program can use it now/)
    })
    const free = await check()
    assert.deepEqual([free.engine, free.heldBy, free.audit?.intact], ['sql.js', undefined, true])
    await (before === undefined ? rm(settings) : writeFile(settings, before))
    assert.equal((await check()).engine, 'node:sqlite')
  })

  it('is found out when the ledger contradicts itself, or the trail was changed or cut', async () => {
    const head = await bench.use((opened) => verifyAudit(opened))
    assert.ok(head.intact)
    tamper("update attempts set outcome = null where device = 'sw-1'")
    const problems = (await check()).problems
    assert.equal(problems.length, 3, problems.join('; '))
    tamper(
      "update attempts set outcome = 'ok' where device = 'sw-1'",
      "update audit set username = 'nobody' where seq = 1",
    )
    assert.deepEqual((await check()).audit, { intact: false, seq: 1, found: 'changed' })
    tamper('delete from audit', 'delete from audit_heads')
    assert.match((await check()).problems.join(), /\d+ logins more or fewer than the audit trail tells of/)
    assert.equal((await bench.use((opened) => verifyAudit(opened))).intact, true)
    assert.equal((await bench.use((opened) => verifyAudit(opened, { expectHead: head.head }))).intact, false)
    const verified = await netlatch(bench, 'audit', 'verify', '--expect-head', head.head)
    assert.equal(verified.exitCode, 1)
  })
})
