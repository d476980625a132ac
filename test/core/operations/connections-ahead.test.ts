import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { gatherKnowledge } from '../../../packages/core/src/operations/gather-knowledge.ts'
import { attemptOn, openDevice } from '../../../packages/core/src/operations/open-device.ts'
import { openRunPorts } from '../../../packages/core/src/operations/run-ports.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const password = 'ahead-77f2-secret'

/** Devices of one site that ask one login server, which takes its time. */
function fleetOf(
  count: number,
  more: (index: number) => Partial<DeviceDescription> = () => ({}),
  limits = {},
): Promise<FleetBench> {
  return openBench({
    fleet: {
      devices: Array.from({ length: count }, (_, index) => ({
        name: `sw-${index + 1}`,
        platform: 'cisco_ios' as const,
        realm: 'tacacs',
        latencyMs: 80,
        inventory: { site: 'fra', tags: ['core'], realm: 'tacacs' },
        ...more(index),
      })),
      realms: { tacacs: { accounts: [{ username: 'netops', password, privileged: true }], lockout: { after: 3 } } },
    },
    netlatch: { realms: { tacacs: { kind: 'server' } }, limits },
    credentials: { core: { username: 'netops', password, realm: 'tacacs', tags: ['core'] } },
  })
}

/** Devices hear of a closed connection a little later. */
async function allClosed({ fleet }: FleetBench): Promise<void> {
  for (let tries = 0; tries < 500 && fleet.counters().openConnections > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(fleet.counters().openConnections, 0)
}

describe('connections ahead of their logins', () => {
  it('are open while the one login of the account goes on, and each gets its login', async () => {
    await using bench = await fleetOf(10)
    let waiting = 0
    const watch = setInterval(() => {
      const { connections, logins } = bench.fleet.counters()
      waiting = Math.max(waiting, connections - logins)
    }, 5)
    const results = await discover(bench)
    clearInterval(watch)
    assert.deepEqual(byCode(results), { OPENED: 10 })
    assert.ok(waiting >= 3, `${waiting} without a login at once`)
    const { connections, logins } = bench.fleet.counters()
    assert.deepEqual({ connections, logins, secrets: bench.secretsSeen }, { connections: 10, logins: 10, secrets: 10 })
    await allClosed(bench)
  })

  it('carry no secret where the password turned out to be wrong, and are closed', async () => {
    await using bench = await fleetOf(10)
    await discover(bench, 'sw-1')
    await bench.pass(20 * 60_000)
    await bench.fleet.changePassword('tacacs', 'netops', 'changed')
    const before = bench.secretsSeen
    await discover(bench, 'sw-2,sw-3,sw-4,sw-5,sw-6')
    assert.ok(bench.secretsSeen - before <= 2, `${bench.secretsSeen - before} sent`)
    await allClosed(bench)
  })

  it('keep no login waiting for their places where a site has few', async function () {
    // A connection that nobody takes is kept for 15 s.
    this.timeout(12_000)
    const two = (index: number): Partial<DeviceDescription> => ({
      latencyMs: 30,
      platform: index % 3 ? 'cisco_ios' : 'arista_eos',
      inventory: { site: index % 2 ? 'fra' : 'muc', tags: ['core'], realm: 'tacacs' },
    })
    await using bench = await fleetOf(16, two, { per_site: 2 })
    assert.deepEqual(byCode(await discover(bench)), { OPENED: 16 })
    assert.equal(bench.secretsSeen, 16)
    await allClosed(bench)
  })

  it('that come to nothing are the result of their device', async () => {
    await using bench = await fleetOf(8, (index) => (index % 3 === 2 ? { faults: { dead: true } } : {}))
    const results = await discover(bench)
    assert.deepEqual(byCode(results), { OPENED: 6, REFUSED: 2 })
    assert.equal(bench.secretsSeen, 6)
  })

  for (const isSame of [true, false])
    it(`are made anew where the server hung up while the login waited, ${isSame ? 'as before' : 'its key checked'}`, async () => {
      await using bench = await fleetOf(1)
      await using netlatch = await bench.open()
      const vault = await netlatch.vault()
      const { charge } = await gatherKnowledge(netlatch, vault)
      const { signal } = new AbortController()
      await using ports = await openRunPorts(netlatch, { vault, charge, timeoutMs: 5_000, signal })
      const [device] = netlatch.inventory.devices
      const [credential] = vault.credentials
      if (!device || !credential) return assert.fail()
      const checkHostKey = () => undefined
      const ahead = await netlatch.transport.open(ports.hostKeys.target(device), { username: 'netops', checkHostKey })
      ports.spares.keep(device, 'netops', ahead)
      const reserve: typeof ports.reserve = async (request) => {
        if (ahead.isOpen) {
          if (!isSame) bench.fleet.changeHostKey('sw-1')
          bench.fleet.device('sw-1').disconnectAll()
          for (let tries = 0; tries < 500 && ahead.isOpen; tries++)
            await new Promise((resolve) => setTimeout(resolve, 2))
        }
        return ports.reserve(request)
      }
      const request = { device, credential, attempt: attemptOn(device, credential, 'login', ports) }
      const opened = await openDevice(netlatch, request, { ...ports, reserve })
      assert.equal('code' in opened ? opened.code : opened.kind, isSame ? 'opened' : 'HOST_KEY_CHANGED')
      if (opened.kind === 'opened') await opened.connection[Symbol.asyncDispose]()
      assert.equal(bench.secretsSeen, isSame ? 1 : 0)
      const history = await (await netlatch.state()).history('sw-1')
      assert.deepEqual(
        history.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'unsent'),
        isSame ? ['ok'] : [],
      )
      await allClosed(bench)
    })
})
