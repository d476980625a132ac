import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { type AnswerWarning, answerUsername } from '../../../packages/core/src/operations/answer-username.ts'
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
  const never = async () => assert.fail('nothing to confirm')

  it('is asked for a username with several secrets, however it is written, and no more once it is answered', async () => {
    assert.deepEqual(await questions(), [
      { username: 'admin', secrets: 2, credentials: ['admin-fra', 'admin-muc'], devices: 3 },
    ])
    const kept = await bench.use((opened) => answerUsername(opened, 'admin', 'device', { confirm: never }))
    assert.deepEqual(kept, {
      answered: true,
      realm: 'on-device',
      credentials: ['admin-fra', 'admin-muc'],
      files: ['credentials.yaml'],
    })
    assert.deepEqual(await questions(), [])
    assert.deepEqual(byCode(await discover(bench, 'site:fra')), { OPENED: 2 })
    assert.equal(bench.fleet.counters().lockedAccounts, 0)
    await assert.rejects(
      bench.use((opened) => answerUsername(opened, 'admin', 'server', { confirm: never })),
      { code: 'NOT_FOUND' },
    )
  })

  it('is kept as a realm of its own for a login server, with only its lines added to netlatch.yaml', async () => {
    const file = join(bench.folder, 'netlatch.yaml')
    await writeFile(file, '# ours\nversion: 1 # keep\nrealms:\n  other: { kind: device } # old\n')
    const kept = await bench.use((opened) => answerUsername(opened, 'admin', 'server', { confirm: never }))
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
    await bench.use((opened) => answerUsername(opened, 'netops', 'server', { confirm: never }))
    assert.match(await readFile(join(bench.folder, 'netlatch.yaml'), 'utf8'), /netops-server/)
  })

  it('says which failed logins the new count forgets, and changes nothing without a yes', async () => {
    await discover(bench, 'muc-1')
    const before = await readFile(join(bench.folder, 'credentials.yaml'), 'utf8')
    const warnings: AnswerWarning[] = []
    const kept = await bench.use((opened) =>
      answerUsername(opened, 'admin', 'server', {
        confirm: async (warning) => {
          warnings.push(warning)
          return false
        },
      }),
    )
    assert.deepEqual(warnings, [{ username: 'admin', failed: 1, worstCase: 3, threshold: 3 }])
    assert.equal(kept.answered, false)
    assert.equal(await readFile(join(bench.folder, 'credentials.yaml'), 'utf8'), before)
  })

  it('stands in the plan and in the result of a run that nobody can be asked in', async () => {
    const run = await netlatch(bench, 'creds', 'discover', 'muc-1', '--yes', '--no-wait')
    assert.equal(run.exitCode, 1)
    assert.equal(run.stdout.split('netlatch creds answer admin server|device').length, 3)
    const refused = await netlatch(bench, 'creds', 'answer', 'admin', 'device')
    assert.equal(refused.exitCode, 2)
    assert.match(refused.stderr, /1 failed login that counts now/)
    const answered = await netlatch(bench, 'creds', 'answer', 'admin', 'device', '--yes')
    assert.equal(answered.exitCode, 0, answered.stderr)
    assert.match(answered.stdout, /admin-fra, admin-muc: realm on-device/)
    assert.equal((await netlatch(bench, 'creds', 'answer', 'admin', 'maybe')).exitCode, 2)
  })
})
