import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { jumpHostAsDevice } from '../../../packages/core/src/operations/run-ports.ts'
import { mayFollowAtOnce, SpareHandshakes } from '../../../packages/core/src/operations/spare-handshakes.ts'
import type { AccountCharge } from '../../../packages/core/src/safety/attempt.ts'
import { netops } from '../../support/attempt-requests.ts'
import { discover, resultOf } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const secret = () => randomBytes(9).toString('base64url')
const right = secret()

interface Case {
  readonly usernames: readonly string[]
  readonly threshold?: number | 'none'
  readonly device?: Partial<DeviceDescription>
}

/** One device; the last of the credentials opens it. */
function benchOf({ usernames, threshold = 'none', device }: Case): Promise<FleetBench> {
  const passwords = usernames.map((_, index) => (index === usernames.length - 1 ? right : secret()))
  const credentials = usernames.map((username, index) => [
    `login-${index + 1}`,
    { username, password: passwords[index] ?? '', realm: 'lab', tags: ['all'], priority: index + 1 },
  ])
  return openBench({
    fleet: {
      devices: [
        {
          name: 'one',
          platform: 'cisco_ios',
          accounts: [{ username: usernames.at(-1) ?? '', password: right, privileged: true }],
          configuration: { bytes: 600 },
          inventory: { realm: 'lab', tags: ['all'] },
          ...device,
        },
      ],
    },
    credentials: Object.fromEntries(credentials),
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: threshold } } },
  })
}

const connections = (bench: FleetBench) => bench.fleet.counters().connections

describe('several passwords of one username', () => {
  it('share a connection where nobody counts failures, each with its own reservation', async () => {
    await using bench = await benchOf({ usernames: ['admin', 'admin', 'admin'] })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.outcome, 'success')
    assert.deepEqual(
      result.attempts.map(({ outcome }) => outcome),
      ['rejected', 'rejected', 'ok'],
    )
    assert.equal(bench.secretsSeen, 3)
    assert.equal(connections(bench), 1)
    const history = await bench.use(async (netlatch) => (await netlatch.state()).history('one'))
    assert.equal(history.length, 3)
  })

  it('are at most three on one connection', async () => {
    await using bench = await benchOf({
      usernames: ['admin', 'admin', 'admin', 'admin', 'admin'],
      device: { maxAuthTries: 6 },
    })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.outcome, 'success')
    assert.equal(bench.secretsSeen, 5)
    assert.equal(connections(bench), 2)
  })

  it('go on over a new connection where the server hangs up after each', async () => {
    await using bench = await benchOf({ usernames: ['admin', 'admin', 'admin'], device: { maxAuthTries: 1 } })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.outcome, 'success')
    assert.equal(bench.secretsSeen, 3)
    assert.equal(connections(bench), 3)
  })

  it('never follow at once where failures are counted', async () => {
    await using bench = await benchOf({ usernames: ['admin', 'admin', 'admin'], threshold: 5 })
    await discover(bench, 'all', { wait: false })
    assert.equal(bench.secretsSeen, 1)
    assert.equal(bench.fleet.counters().openConnections, 0)
  })

  it('never share it with a jump host of the device’s name', async () => {
    await using bench = await benchOf({ usernames: ['admin'] })
    await using netlatch = await bench.open()
    const device = netlatch.inventory.byName.get('one') ?? assert.fail()
    const jumpHost = jumpHostAsDevice('one', { host: '192.0.2.1', port: 22 })
    const target = { name: 'one', hosts: device.hosts, port: device.port, algorithms: 'modern' } as const
    await using spares = new SpareHandshakes()
    const handshake = await netlatch.transport.open(target, { username: 'admin', checkHostKey: () => undefined })
    spares.keep(device, 'admin', handshake)
    assert.equal(await spares.take(jumpHost, 'admin'), undefined)
    assert.equal(await spares.take(device, 'admin'), handshake)
    await handshake[Symbol.asyncDispose]()
  })

  it('are worth a kept connection only where no account they are charged to counts, and there is another one', () => {
    const uncounted: AccountCharge = { ...netops, secrets: 2, policy: { ...netops.policy, threshold: 'none' } }
    assert.equal(mayFollowAtOnce({ charges: [uncounted] }), true)
    assert.equal(mayFollowAtOnce({ charges: [{ ...uncounted, secrets: 1 }] }), false)
    assert.equal(mayFollowAtOnce({ charges: [uncounted, { ...netops, secrets: 2 }] }), false)
  })

  it('of other usernames get connections of their own', async () => {
    await using bench = await benchOf({ usernames: ['anna', 'berta', 'admin'] })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.outcome, 'success')
    assert.equal(connections(bench), 3)
  })
})
