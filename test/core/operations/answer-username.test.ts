import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { answerUsername } from '../../../packages/core/src/operations/answer-username.ts'
import { planDiscovery } from '../../../packages/core/src/operations/plan-discovery.ts'
import { planQuestions } from '../../../packages/core/src/operations/plan-questions.ts'
import { netlatch } from '../../support/bench-command.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const secret = () => randomBytes(9).toString('base64url')
const right = { fra: secret(), muc: secret(), core: secret() }

describe('the one question of a plan', () => {
  let bench: FleetBench
  beforeEach(async () => {
    const device = (name: string, site: 'fra' | 'muc') => ({
      name,
      platform: 'cisco_ios' as const,
      accounts: [{ username: 'admin', password: right[site], privileged: true }],
      lockout: { after: 3 },
      inventory: { site, tags: ['old'] },
    })
    bench = await openBench({
      fleet: { devices: [device('fra-1', 'fra'), device('fra-2', 'fra'), device('muc-1', 'muc')] },
      credentials: {
        'admin-fra': { username: 'admin', password: right.fra, tags: ['old'], priority: 10 },
        'admin-muc': { username: 'ACME\\Admin', password: right.muc, tags: ['old'], priority: 20 },
        core: { username: 'netops', password: right.core, tags: ['core'] },
      },
    })
  })
  afterEach(() => bench[Symbol.asyncDispose]())

  const questions = () =>
    bench.use(async (opened) => planQuestions(opened, (await planDiscovery(opened, await devicesOf(opened))).toTest))

  it('is asked for a username with several secrets, however it is written, and no more once it is answered', async () => {
    assert.deepEqual(await questions(), [
      { username: 'admin', secrets: 2, credentials: ['admin-fra', 'admin-muc'], devices: 3 },
    ])
    const kept = await bench.use((opened) => answerUsername(opened, 'admin', 'device'))
    assert.deepEqual(kept, {
      realm: 'on-device',
      credentials: ['admin-fra', 'admin-muc'],
      files: ['credentials.yaml'],
      failed: 0,
      threshold: 3,
    })
    assert.deepEqual(await questions(), [])
    assert.deepEqual(byCode(await discover(bench, 'site:fra')), { OPENED: 2 })
    assert.equal(bench.fleet.counters().lockedAccounts, 0)
    await assert.rejects(
      bench.use((opened) => answerUsername(opened, 'admin', 'server')),
      { code: 'NOT_FOUND' },
    )
  })

  it('is kept as a realm of its own for a login server, with only its lines added to netlatch.yaml', async () => {
    const file = join(bench.folder, 'netlatch.yaml')
    await writeFile(file, '# ours\nversion: 1 # keep\nrealms:\n  other: { kind: device } # old\n')
    const kept = await bench.use((opened) => answerUsername(opened, 'admin', 'server'))
    assert.deepEqual(kept.files, ['netlatch.yaml', 'credentials.yaml'])
    const text = await readFile(file, 'utf8')
    assert.match(text, /^# ours\nversion: 1 # keep\nrealms:\n {2}other: \{ kind: device \} # old\n/)
    await bench.use(async (opened) => {
      assert.deepEqual(opened.workspace.settings.realms['admin-server'], { kind: 'server' })
      assert.deepEqual(
        opened.credentials.map(({ name, realm }) => [name, realm]),
        [
          ['admin-fra', 'admin-server'],
          ['admin-muc', 'admin-server'],
          ['core', undefined],
        ],
      )
      await opened.vault()
    })
  })

  it('makes netlatch.yaml where there is none', async () => {
    await bench.use((opened) => answerUsername(opened, 'netops', 'server'))
    assert.match(await readFile(join(bench.folder, 'netlatch.yaml'), 'utf8'), /netops-server/)
  })

  it('counts the failed logins on under the new name, on the server and on each device', async () => {
    await discover(bench, 'muc-1')
    const kept = await bench.use((opened) => answerUsername(opened, 'admin', 'server'))
    assert.deepEqual([kept.failed, kept.threshold], [1, 3])
    await bench.use(async (opened) => {
      const state = await opened.state()
      const [before, after] = await state.accounts([
        { realm: '', username: 'admin' },
        { realm: 'admin-server', username: 'admin' },
      ])
      assert.deepEqual([before?.failed, after?.failed], [1, 1])
      assert.deepEqual(after?.open[0]?.device, 'muc-1')
    })
    assert.equal(bench.fleet.counters().lockedAccounts, 0)
  })

  it('stands in the plan and in the result of a run that nobody can be asked in', async () => {
    const run = await netlatch(bench, 'creds', 'discover', 'muc-1', '--yes', '--no-wait')
    assert.equal(run.exitCode, 1)
    assert.equal(run.stdout.split('netlatch creds answer admin server|device').length, 3)
    const answered = await netlatch(bench, 'creds', 'answer', 'admin', 'device')
    assert.equal(answered.exitCode, 0, answered.stderr)
    assert.match(answered.stderr, /admin has 1 failed login, which counts on for each device .* it locks at 3\./)
    assert.match(answered.stdout, /admin-fra, admin-muc: realm on-device/)
    assert.equal((await netlatch(bench, 'creds', 'answer', 'admin', 'maybe')).exitCode, 2)
  })
})
