import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { ProgressEvent } from '../../../packages/core/src/progress.ts'
import { byCode, discover, resultOf } from '../../support/bench-runs.ts'
import { type BenchCredential, devicesOf, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const secret = () => randomBytes(9).toString('base64url')
const right = { core: secret(), lab: secret(), edge: secret(), local: secret() }
const hour = 3_600_000

const onDevice = (name: string, username: string, password: string, more: Partial<DeviceDescription> = {}) =>
  ({
    name,
    platform: 'cisco_ios',
    accounts: [{ username, password, privileged: true }],
    lockout: { after: 3 },
    configuration: { bytes: 600 },
    ...more,
    inventory: { realm: 'on-device', ...more.inventory },
  }) as const satisfies DeviceDescription

const credential = (username: string, password: string, more: Partial<BenchCredential> = {}): BenchCredential => ({
  username,
  password,
  realm: 'on-device',
  ...more,
})

describe('a discovery', () => {
  it('finds which of four credentials opens each device, and remembers it', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [
          onDevice('core-1', 'netops', right.core, { inventory: { tags: ['core'] } }),
          onDevice('lab-1', 'lab', right.lab, { inventory: { tags: ['lab'] } }),
          onDevice('edge-1', 'edge', right.edge, { platform: 'juniper_junos', inventory: { tags: ['edge'] } }),
          onDevice('odd-1', 'admin', 'known to nobody', { inventory: { tags: ['core', 'lab'] } }),
        ],
      },
      credentials: {
        core: credential('netops', right.core, { tags: ['core'] }),
        lab: credential('lab', right.lab, { tags: ['lab'] }),
        edge: credential('edge', right.edge, { tags: ['edge'] }),
        other: credential('other', secret(), { tags: ['other'] }),
      },
    })
    const events: ProgressEvent[] = []
    const results = await discover(bench, 'all', { onProgress: (event) => events.push(event) })
    assert.deepEqual(Object.fromEntries(results.map(({ device, code, credential }) => [device, [code, credential]])), {
      'core-1': ['OPENED', 'core'],
      'lab-1': ['OPENED', 'lab'],
      'edge-1': ['OPENED', 'edge'],
      'odd-1': ['DEFERRED', null],
    })
    // Every secret that left is told, with what became of it.
    assert.deepEqual(
      resultOf(results, 'core-1').attempts.map(({ credential, username, purpose, outcome }) => [
        credential,
        username,
        purpose,
        outcome,
      ]),
      [['core', 'netops', 'login', 'ok']],
    )
    assert.equal(results.flatMap(({ attempts }) => attempts).length, bench.secretsSeen)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['started', 'result', 'result', 'result', 'result'],
    )
    await bench.use(async (netlatch) => {
      const state = await netlatch.state()
      const [run] = await state.runs()
      assert.equal(run?.operation, 'discover')
      assert.ok(run?.finishedAt)
      assert.deepEqual(
        new Map((await state.results(run?.id)).map(({ device, code }) => [device, code])),
        new Map(results.map(({ device, code }) => [device, code])),
      )
      const known = await state.devices()
      assert.equal(known.get('edge-1')?.credential, 'edge')
      assert.equal(known.get('core-1')?.privilege, 'privileged')
      // Junos prompts do not tell.
      assert.equal(known.get('edge-1')?.privilege, 'unknown')
      assert.equal(known.get('odd-1')?.credential, null)
      assert.deepEqual(
        (await devicesOf(netlatch, '@failed')).map(({ name }) => name),
        ['odd-1'],
      )
      assert.deepEqual(
        (await state.history('core-1')).map(({ outcome, credential }) => [outcome, credential]),
        [['ok', 'core']],
      )
    })
    assert.equal(bench.fleet.counters().lockedAccounts, 0)
  })

  it('leaves out what was opened within 24 hours, unless it is forced, and never logs in to Telnet or planned devices', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [
          onDevice('sw-1', 'netops', right.core),
          onDevice('sw-2', 'netops', right.core, { inventory: { transport: 'telnet' } }),
          onDevice('sw-3', 'netops', right.core, { inventory: { status: 'planned' } }),
        ],
      },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    assert.deepEqual(byCode(await discover(bench)), { OPENED: 1, TRANSPORT_UNSUPPORTED: 1 })
    assert.deepEqual(byCode(await discover(bench)), { SKIPPED_RECENT: 1, TRANSPORT_UNSUPPORTED: 1 })
    assert.equal(bench.secretsSeen, 1)
    assert.deepEqual(byCode(await discover(bench, 'sw-1', { force: true })), { OPENED: 1 })
    assert.equal(bench.secretsSeen, 2)
    await bench.pass(25 * hour)
    assert.deepEqual(byCode(await discover(bench, 'sw-1', { skipKnown: true })), { SKIPPED_RECENT: 1 })
    assert.deepEqual(byCode(await discover(bench, 'sw-1')), { OPENED: 1 })
    assert.equal(bench.secretsSeen, 3)
    assert.equal(bench.fleet.counters().devices['sw-2']?.connections, 0)
    assert.equal(bench.fleet.counters().devices['sw-3']?.connections, 0)
  })

  it('asks a device again what it refused only when told to, and then once', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'netops', 'another')] },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    assert.deepEqual(byCode(await discover(bench)), { AUTH_REJECTED: 1 })
    await bench.pass(25 * hour)
    assert.deepEqual(byCode(await discover(bench)), { AUTH_REJECTED: 1 })
    assert.equal(bench.secretsSeen, 1)
    assert.deepEqual(byCode(await discover(bench, 'all', { retryRejected: true, wait: true })), { AUTH_REJECTED: 1 })
    assert.equal(bench.secretsSeen, 2)
    // The budget stands: two failures since a success are the end, retry or not.
    await bench.pass(25 * hour)
    await discover(bench, 'all', { retryRejected: true })
    assert.equal(bench.secretsSeen, 2)
  })

  it('opens with the retry a device whose account was put right', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'netops', 'another')] },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    await discover(bench)
    bench.fleet.changePassword('sw-1', 'netops', right.core)
    await bench.pass(25 * hour)
    const [result] = await discover(bench, 'all', { retryRejected: true })
    assert.equal(result?.code, 'OPENED')
  })

  it('leaves fallback credentials alone unless they are asked for', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'local', right.local)] },
      credentials: { local: credential('local', right.local, { match: 'all', fallback: true }) },
    })
    assert.deepEqual(byCode(await discover(bench)), { NO_CANDIDATE: 1 })
    assert.equal(bench.fleet.counters().connections, 0)
    const [result] = await discover(bench, 'all', { includeFallback: true })
    assert.deepEqual([result?.code, result?.credential], ['OPENED', 'local'])
  })

  it('goes on to the next credential where a login is not privileged, when that is required', async () => {
    const accounts = [
      { username: 'netops', password: right.core },
      { username: 'local', password: right.local, privileged: true },
    ]
    await using bench = await openBench({
      fleet: { devices: [{ ...onDevice('sw-1', 'netops', right.core), accounts }] },
      credentials: {
        reader: credential('netops', right.core, { match: 'all', priority: 1 }),
        writer: credential('local', right.local, { match: 'all', priority: 2 }),
      },
    })
    const [first] = await discover(bench)
    assert.deepEqual([first?.code, first?.credential, first?.privilege], ['OPENED_UNPRIVILEGED', 'reader', 'user'])
    const [second] = await discover(bench, 'all', { requirePrivileged: true, force: true })
    assert.deepEqual([second?.code, second?.credential, second?.privilege], ['OPENED', 'writer', 'privileged'])
    assert.equal(second?.previousCredential, 'reader')
    await bench.use(async (netlatch) => {
      const state = await netlatch.state()
      assert.equal((await state.devices()).get('sw-1')?.credential, 'writer')
    })
  })

  it('keeps the login it has where no credential is privileged', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [
          { ...onDevice('sw-1', 'netops', right.core), accounts: [{ username: 'netops', password: right.core }] },
        ],
      },
      credentials: { reader: credential('netops', right.core, { match: 'all' }) },
    })
    const [result] = await discover(bench, 'all', { requirePrivileged: true })
    assert.deepEqual([result?.code, result?.credential], ['OPENED_UNPRIVILEGED', 'reader'])
  })

  it('tries nothing but the credentials it is given', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'netops', right.core), onDevice('sw-2', 'lab', right.lab)] },
      credentials: {
        core: credential('netops', right.core, { match: 'all' }),
        lab: credential('lab', right.lab, { match: 'all' }),
        edge: credential('edge', right.edge, { match: 'all' }),
      },
    })
    const results = await discover(bench, 'all', { credentials: ['lab', 'edge'] })
    assert.equal(resultOf(results, 'sw-2').credential, 'lab')
    const seen = bench.fleet.counters().attempts
    assert.ok(seen.every(({ username }) => username !== 'netops'))
    await assert.rejects(discover(bench, 'all', { credentials: ['lba'] }), { code: 'NOT_FOUND' })
  })

  it('keeps a new host key once the server has proved it, and only where the workspace accepts new ones', async () => {
    for (const hostKeys of ['strict', 'accept-new']) {
      await using bench = await openBench({
        fleet: { devices: [onDevice('sw-1', 'netops', right.core)] },
        credentials: { core: credential('netops', right.core, { match: 'all' }) },
        netlatch: { host_keys: hostKeys },
        known: () => false,
      })
      const file = join(bench.folder, 'known_hosts')
      assert.equal(await readFile(file, 'utf8'), '')
      const [result] = await discover(bench)
      const written = await readFile(file, 'utf8')
      if (hostKeys === 'strict') {
        assert.equal(result?.code, 'HOST_KEY_UNKNOWN')
        assert.equal(written, '')
        assert.equal(bench.secretsSeen, 0)
      } else {
        assert.equal(result?.code, 'OPENED')
        assert.match(written, /^sw-1,\[127\.\d+\.\d+\.\d+\]:\d+ ssh-ed25519 \S+/m)
        // From then on it is the only one.
        bench.fleet.changeHostKey('sw-1')
        const [next] = await discover(bench, 'all', { force: true })
        assert.equal(next?.code, 'HOST_KEY_CHANGED')
        assert.equal(bench.secretsSeen, 1)
      }
    }
  })

  it('opens an untagged device with what opens its neighbours', async () => {
    await using bench = await openBench({
      fleet: {
        realms: { tacacs: { accounts: [{ username: 'netops', password: right.core, privileged: true }] } },
        devices: ['a', 'b', 'c', 'd'].map((name) => ({
          name: `sw-${name}`,
          platform: 'cisco_ios' as const,
          realm: 'tacacs',
          inventory: { site: 'fra', ...(name !== 'd' && { tags: ['core'] }) },
        })),
      },
      credentials: { core: { username: 'netops', password: right.core, tags: ['core'] } },
    })
    const results = await discover(bench)
    assert.deepEqual(byCode(results), { OPENED: 4 })
    assert.equal(resultOf(results, 'sw-d').credential, 'core')
  })

  it('tells why each device cannot be reached, without a secret', async () => {
    const device = (name: string, faults: DeviceDescription['faults']) =>
      onDevice(name, 'netops', right.core, faults && { faults })
    await using bench = await openBench({
      fleet: {
        devices: [
          device('dead', { dead: true }),
          device('web', { notSsh: true }),
          device('silent', { silent: true }),
          device('open', { letsAnybodyIn: true }),
          device('fine', undefined),
        ],
      },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    const results = await discover(bench, 'all', { timeoutMs: 1_500 })
    assert.deepEqual(Object.fromEntries(results.map(({ device, code }) => [device, code])), {
      dead: 'REFUSED',
      web: 'NOT_SSH',
      silent: 'TIMED_OUT',
      open: 'NO_AUTH_REQUIRED',
      fine: 'OPENED',
    })
    assert.equal(bench.secretsSeen, 1)
  })
})
