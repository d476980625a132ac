import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { discoverCredentials } from '../../../packages/core/src/operations/discover-credentials.ts'
import { planDiscovery } from '../../../packages/core/src/operations/plan-discovery.ts'
import { byCode, discover, discoverWith } from '../../support/bench-runs.ts'
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

describe('the plan of a discovery', () => {
  it('connects to nothing, and says what each account may lose', async () => {
    await using bench = await openBench({
      fleet: {
        realms: { tacacs: { accounts: [{ username: 'netops', password: right.core, privileged: true }] } },
        devices: ['a', 'b', 'c'].map((name) => ({
          name: `sw-${name}`,
          platform: 'cisco_ios' as const,
          realm: 'tacacs',
          inventory: { tags: ['core'], realm: 'tacacs' },
        })),
      },
      credentials: { core: { username: 'netops', password: right.core, tags: ['core'] } },
      netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
      known: (name) => name !== 'sw-c',
    })
    const plan = () => bench.use(async (netlatch) => planDiscovery(netlatch, await devicesOf(netlatch)))
    const first = await plan()
    assert.equal(first.toTest.length, 2)
    assert.deepEqual(byCode(first.refused), { HOST_KEY_UNKNOWN: 1 })
    assert.equal(first.accounts[0]?.allowed, 4)
    assert.equal(first.accounts[0]?.isProven, false)
    assert.equal(bench.fleet.counters().connections, 0)
    await discover(bench)
    await bench.pass(25 * hour)
    const second = await plan()
    assert.deepEqual(
      [second.known, second.accounts[0]?.isProven, second.accounts[0]?.worstCase, second.accounts[0]?.worstInFlight],
      [2, true, 2, 2],
    )
  })

  it('is made with a locked vault too, from its public part', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'netops', right.core)] },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    const locked = await bench.open({})
    try {
      const plan = await planDiscovery(locked, await devicesOf(locked))
      assert.equal(plan.toTest[0]?.candidates[0]?.credential.name, 'core')
      await assert.rejects(Array.fromAsync(discoverCredentials(locked, plan)), { code: 'VAULT_LOCKED' })
      assert.equal(bench.fleet.counters().connections, 0)
    } finally {
      await locked[Symbol.asyncDispose]()
    }
  })

  it('whose only hope is a neighbour says what is in the way of the own credential when none comes', async () => {
    const device = (name: string, platform: 'cisco_ios' | 'arista_eos', site: string) =>
      ({ name, platform, realm: 'tacacs', inventory: { site, tags: ['core'], realm: 'tacacs' } }) as const
    const fra = ['sw-a', 'sw-b', 'sw-c'].map((name) => device(name, 'cisco_ios', 'fra'))
    await using bench = await openBench({
      fleet: {
        realms: { tacacs: { accounts: [{ username: 'netops', password: right.core, privileged: true }] } },
        devices: [...fra, device('sw-far', 'arista_eos', 'ber')],
      },
      credentials: {
        core: { username: 'netops', password: right.core, realm: 'tacacs', tags: ['core'] },
        lab: { username: 'lab', password: secret(), realm: 'tacacs', tags: ['lab'] },
      },
      netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
    })
    await discover(bench, 'site:fra')
    bench.fleet.changePassword('tacacs', 'netops', secret())
    await bench.pass(25 * hour)
    assert.ok(byCode(await discover(bench, 'site:fra')).QUARANTINED)
    const [far] = await discover(bench, 'sw-far')
    assert.deepEqual(
      [far?.code, far?.attempts.length, far?.advice],
      ['QUARANTINED', 0, 'netlatch vault set core, then netlatch creds release core'],
    )
  })

  it('of the same workspace twice tests what has been found out in between', async () => {
    await using bench = await openBench({
      fleet: { devices: [onDevice('sw-1', 'netops', right.core)] },
      credentials: { core: credential('netops', right.core, { match: 'all' }) },
    })
    await bench.use(async (netlatch) => {
      assert.deepEqual(byCode(await discoverWith(netlatch, 'all')), { OPENED: 1 })
      assert.deepEqual(byCode(await discoverWith(netlatch, 'all')), { SKIPPED_RECENT: 1 })
    })
  })
})
