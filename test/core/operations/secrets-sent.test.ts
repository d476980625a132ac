import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { testCredential } from '../../../packages/core/src/operations/test-credential.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { setCredential } from '../../../packages/core/src/vault/edit-credentials.ts'
import { ask, backup, byCode, discover, resultOf } from '../../support/bench-runs.ts'
import { type BenchCredential, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const secret = () => randomBytes(9).toString('base64url')
const right = secret()
const enable = secret()
const wrong = secret()
const day = 24 * 3_600_000

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password: right }],
  lockout: { after: 3 },
  enableSecret: enable,
  configuration: { bytes: 600 },
  inventory: { realm: 'on-device' },
  ...more,
})

const credentials = (more: Partial<BenchCredential> = {}) => ({
  core: { username: 'netops', realm: 'on-device', match: 'all', password: right, ...more } satisfies BenchCredential,
})

describe('a wrong password', () => {
  for (const methods of [
    ['password', 'keyboard-interactive'],
    ['keyboard-interactive', 'password'],
    ['keyboard-interactive'],
    ['publickey', 'keyboard-interactive', 'password'],
  ] as const)
    it(`is sent once where the server offers ${methods.join(', ')}`, async () => {
      await using bench = await openBench({
        fleet: { devices: [device('sw-1', { methods })] },
        credentials: credentials({ password: wrong }),
      })
      const [result] = await discover(bench)
      assert.equal(result?.code, 'AUTH_REJECTED')
      assert.deepEqual(
        result?.attempts.map(({ outcome }) => outcome),
        ['rejected'],
      )
      const { attempts, secretsSeen, accounts } = bench.fleet.counters()
      assert.deepEqual([attempts.length, secretsSeen], [1, 1])
      assert.equal(accounts[0]?.failures, 1)
    })

  it('that only hangs is spent, and reported as unclear', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('sw-1', { faults: { wrongPasswordHangs: true } })] },
      credentials: credentials({ password: wrong }),
    })
    const [result] = await discover(bench, 'all', { timeoutMs: 1_000 })
    assert.deepEqual([result?.code, result?.attempts.length], ['AUTH_UNCLEAR', 1])
    assert.equal(bench.secretsSeen, 1)
    await discover(bench, 'all', { timeoutMs: 1_000 })
    assert.equal(bench.secretsSeen, 1)
  })

  it('is not followed by another account of the device within its 150 seconds', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('sw-1')] },
      credentials: {
        ...credentials({ password: wrong, priority: 1 }),
        other: { username: 'other', realm: 'on-device', match: 'all', password: wrong, priority: 2 },
      },
    })
    const [first] = await discover(bench)
    assert.deepEqual([first?.code, first?.attempts.length], ['DEFERRED', 1])
    assert.ok(first?.deferredUntil)
    await bench.pass(151_000)
    const [second] = await discover(bench)
    assert.deepEqual([second?.code, second?.attempts.length], ['AUTH_REJECTED', 1])
    assert.deepEqual(
      bench.fleet.counters().attempts.map(({ username }) => username),
      ['netops', 'other'],
    )
  })
})

describe('a changed host key', () => {
  it('draws no secret, whatever is done with the device', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('sw-1'), device('sw-2')] },
      credentials: credentials({ enable }),
    })
    assert.deepEqual(byCode(await discover(bench)), { OPENED_UNPRIVILEGED: 2 })
    bench.fleet.changeHostKey('sw-1')
    await bench.pass(day)
    const codes = [
      resultOf(await discover(bench), 'sw-1'),
      resultOf(await backup(bench), 'sw-1'),
      resultOf(await ask(bench, 'all', 'show version'), 'sw-1'),
      await bench.use((netlatch) => testCredential(netlatch, 'sw-1', { credential: 'core' })),
    ].map(({ code, attempts }) => [code, attempts.length])
    assert.deepEqual(codes, Array(4).fill(['HOST_KEY_CHANGED', 0]))
    const { devices } = bench.fleet.counters()
    assert.equal(devices['sw-1']?.secretsSeen, 1)
    // Key exchange was reached each time, and nothing behind it.
    assert.equal(devices['sw-1']?.connections, 5)
    assert.deepEqual(devices['sw-1']?.authRequests, { none: 1, password: 1 })
  })
})

describe('an enable secret', () => {
  it('is sent once, on its own reservation, where the configuration needs it', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('sw-1')] },
      credentials: credentials({ enable }),
    })
    const [result] = await backup(bench)
    assert.equal(result?.code, 'FIRST')
    assert.deepEqual(
      result?.attempts.map(({ purpose, outcome, username }) => [purpose, outcome, username]),
      [
        ['login', 'ok', 'netops'],
        ['enable', 'ok', 'netops'],
      ],
    )
    assert.deepEqual(
      bench.fleet.counters().attempts.map(({ method }) => method),
      ['password', 'enable'],
    )
    await bench.use(async (netlatch) => {
      const state = await netlatch.state()
      const history = await state.history('sw-1')
      assert.deepEqual(history.map(({ purpose }) => purpose).sort(), ['enable', 'login'])
      assert.equal((await state.devices()).get('sw-1')?.privilege, 'privileged')
    })
  })

  it('that is wrong counts once, and is not sent again', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('sw-1')] },
      credentials: credentials({ enable: wrong }),
    })
    const [first] = await backup(bench)
    assert.equal(first?.code, 'ENABLE_REJECTED')
    assert.deepEqual(
      first?.attempts.map(({ purpose, outcome }) => [purpose, outcome]),
      [
        ['login', 'ok'],
        ['enable', 'rejected'],
      ],
    )
    const enables = () => bench.fleet.counters().attempts.filter(({ method }) => method === 'enable').length
    assert.equal(enables(), 1)
    await bench.use(async (netlatch) => {
      const record = (await (await netlatch.state()).devices()).get('sw-1')
      // It was opened all the same, and what opened it is known.
      assert.deepEqual([record?.credential, record?.privilege], ['core', 'user'])
    })
    await bench.pass(day)
    const [second] = await backup(bench)
    assert.equal(second?.code, 'ENABLE_REJECTED')
    assert.deepEqual(
      second?.attempts.map(({ purpose }) => purpose),
      ['login'],
    )
    assert.equal(enables(), 1)
  })

  it('is never sent where the prompt is privileged already, nor for what needs no privilege', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [
          device('sw-1', { accounts: [{ username: 'netops', password: right, privileged: true }] }),
          device('sw-2'),
        ],
      },
      credentials: credentials({ enable }),
    })
    assert.deepEqual(byCode(await backup(bench, 'sw-1')), { FIRST: 1 })
    assert.deepEqual(byCode(await discover(bench, 'sw-2')), { OPENED_UNPRIVILEGED: 1 })
    assert.deepEqual(byCode(await ask(bench, 'sw-2', 'show version')), { ANSWERED: 1 })
    assert.deepEqual(
      bench.fleet.counters().attempts.filter(({ method }) => method === 'enable'),
      [],
    )
  })

  it('need not exist where enable asks for none', async () => {
    const { enableSecret: _, ...eos } = device('eos-1', { platform: 'arista_eos' })
    await using bench = await openBench({ fleet: { devices: [eos] }, credentials: credentials() })
    const [result] = await backup(bench)
    assert.deepEqual([result?.code, result?.privilege], ['FIRST', 'privileged'])
    assert.deepEqual(
      bench.fleet.counters().attempts.map(({ method }) => method),
      ['password'],
    )
  })

  it('that does not exist is not sent to a device that asks: the session ends there', async () => {
    await using bench = await openBench({ fleet: { devices: [device('sw-1')] }, credentials: credentials() })
    const [result] = await backup(bench)
    assert.equal(result?.code, 'COMMAND_ERROR')
    assert.match(result?.advice ?? '', /netlatch vault set core --enable/)
    assert.equal(bench.secretsSeen, 1)
    assert.equal(bench.fleet.counters().openConnections, 0)
  })

  it('of a shared account reaches every device; a wrong one in its place costs no more than its threshold allows', async function () {
    this.timeout(30_000)
    const names = Array.from({ length: 24 }, (_, index) => `sw-${index + 10}`)
    const realm = { realm: 'tacacs', inventory: { site: 'fra', realm: 'tacacs' } }
    await using bench = await openBench({
      fleet: {
        sharedHostKey: true,
        realms: { tacacs: { accounts: [{ username: 'netops', password: right }] } },
        devices: names.map((name) => device(name, realm)),
      },
      credentials: credentials({ realm: 'tacacs', enable }),
      netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
    })
    const failed = () => bench.fleet.counters().attempts.filter(({ outcome }) => outcome !== 'accepted').length
    assert.deepEqual(byCode(await backup(bench)), { FIRST: 24 })
    await bench.pass(day)
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 24 })
    assert.equal(failed(), 0)
    await bench.use(async (netlatch) => {
      await setCredential(await netlatch.vault(), 'core', { secret: { enable: new Secret(wrong) } })
    })
    await bench.pass(day)
    const finish = new AbortController()
    const results = await backup(bench, 'all', {
      finish: finish.signal,
      onProgress: (event) => event.type === 'waiting' && finish.abort(),
    })
    assert.ok(failed() >= 1 && failed() <= 3, `${failed()} failures`)
    assert.equal(results.length, 24)
    assert.ok(results.every(({ outcome }) => outcome !== 'success'))
  })
})
