import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { coverageReport } from '../../../packages/core/src/operations/coverage-report.ts'
import { explainCandidates } from '../../../packages/core/src/operations/explain-candidates.ts'
import { releaseCredential } from '../../../packages/core/src/operations/release-credential.ts'
import { loginHistory, testCredential } from '../../../packages/core/src/operations/test-credential.ts'
import { backup, byCode, discover, resultOf } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')
const day = 24 * 3_600_000
const names = ['sw-1', 'sw-2', 'sw-3', 'sw-4']

function behindTacacs(): Promise<FleetBench> {
  return openBench({
    fleet: {
      realms: { tacacs: { accounts: [{ username: 'netops', password, privileged: true }], lockout: { after: 5 } } },
      devices: names.map((name) => ({
        name,
        platform: 'cisco_ios' as const,
        realm: 'tacacs',
        configuration: { bytes: 600 },
        inventory: { site: 'fra', tags: ['core'], realm: 'tacacs' },
      })),
    },
    credentials: {
      netops: { username: 'netops', realm: 'tacacs', tags: ['core'], password },
      spare: { username: 'spare', realm: 'tacacs', match: 'all', fallback: true, password: 'never right' },
    },
    netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
  })
}

describe('releasing a credential', () => {
  it('lifts the quarantine of a secret that had failed, after which it opens everything again', async () => {
    await using bench = await behindTacacs()
    await discover(bench)
    bench.fleet.changePassword('tacacs', 'netops', 'another')
    await bench.pass(day)
    await discover(bench)
    bench.fleet.changePassword('tacacs', 'netops', password)
    await bench.pass(day)
    const held = await backup(bench)
    assert.ok(
      held.every(({ code, attempts }) => code === 'QUARANTINED' && attempts.length === 0),
      JSON.stringify(byCode(held)),
    )
    assert.equal(held[0]?.advice, 'netlatch vault set netops, then netlatch creds release netops')
    const explained = await bench.use((netlatch) => explainCandidates(netlatch, 'sw-1'))
    assert.match(explained.excluded.find(({ kind }) => kind === 'quarantined')?.because ?? '', /netlatch creds release/)
    const lifted = await bench.use((netlatch) => releaseCredential(netlatch, 'netops'))
    assert.equal(lifted.username, 'netops')
    assert.equal(lifted.quarantines, 1)
    assert.ok(lifted.failures >= 2)
    assert.deepEqual(byCode(await backup(bench)), { FIRST: 4 })
    await bench.use(async (netlatch) => {
      const [release] = (await (await netlatch.state()).audit({ limit: 100 })).filter(
        ({ action }) => action === 'release',
      )
      assert.equal(release?.username, 'netops')
    })
    await assert.rejects(
      bench.use((netlatch) => releaseCredential(netlatch, 'nobody')),
      { code: 'NOT_FOUND' },
    )
  })
})

describe('testing one login', () => {
  it('logs in now, and keeps what comes out only when told to', async () => {
    await using bench = await behindTacacs()
    const known = () => bench.use(async (netlatch) => (await (await netlatch.state()).devices()).get('sw-1')?.code)
    const test = (options = {}) => bench.use((netlatch) => testCredential(netlatch, 'sw-1', options))
    assert.equal((await test()).code, 'OPENED')
    assert.equal(await known(), undefined)
    assert.equal((await test({ update: true })).code, 'OPENED')
    assert.equal(await known(), 'OPENED')
    assert.equal(bench.secretsSeen, 2)
    const history = await bench.use((netlatch) => loginHistory(netlatch, 'sw-1'))
    assert.deepEqual(
      history.map(({ outcome, credential }) => [outcome, credential]),
      Array(2).fill(['ok', 'netops']),
    )
    await assert.rejects(test({ credential: 'nobody' }), { code: 'NOT_FOUND' })
    await assert.rejects(
      bench.use((netlatch) => testCredential(netlatch, 'sw-9')),
      { code: 'NOT_FOUND' },
    )
  })

  it('tries a fallback credential when it is named, and nothing else then', async () => {
    await using bench = await behindTacacs()
    const result = await bench.use((netlatch) => testCredential(netlatch, 'sw-1', { credential: 'spare' }))
    assert.equal(result.code, 'AUTH_REJECTED')
    assert.deepEqual(
      bench.fleet.counters().attempts.map(({ username, outcome }) => [username, outcome]),
      [['spare', 'rejected']],
    )
  })
})

describe('coverage and explanations', () => {
  it('count what was found, and change nothing', async () => {
    await using bench = await behindTacacs()
    await bench.fleet.setFault('sw-4', { dead: true })
    const results = await discover(bench, 'name:sw-1,sw-2,sw-4')
    assert.equal(resultOf(results, 'sw-4').code, 'REFUSED')
    const coverage = await bench.use(async (netlatch) => coverageReport(netlatch, await devicesOf(netlatch)))
    const { devices, opened, fresh, privileged, attention, untested } = coverage
    assert.deepEqual([devices, opened, fresh, privileged, attention, untested], [4, 2, 2, 2, 1, 1])
    assert.deepEqual(coverage.groups[0]?.mainCause?.devices, 1)
    assert.equal(coverage.credentials.find(({ credential }) => credential === 'netops')?.opens, 2)
    await bench.pass(40 * day)
    const later = await bench.use(async (netlatch) =>
      coverageReport(netlatch, await devicesOf(netlatch), { by: 'tag' }),
    )
    assert.deepEqual([later.opened, later.fresh, later.groups[0]?.name], [2, 0, 'core'])

    const explained = await bench.use((netlatch) => explainCandidates(netlatch, 'sw-1'))
    assert.deepEqual(
      explained.candidates.map(({ credential, reason }) => [credential.name, reason]),
      [['netops', 'worked-before']],
    )
    assert.deepEqual(
      explained.excluded.map(({ credential, kind }) => [credential.name, kind]),
      [['spare', 'fallback']],
    )
    assert.deepEqual(explained.tries, [{ realm: 'tacacs', username: 'netops', failed: 0, allowed: 4 }])
    assert.equal(explained.verified, true)
    assert.equal(bench.secretsSeen, 2)
  })
})
