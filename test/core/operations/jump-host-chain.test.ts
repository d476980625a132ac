import assert from 'node:assert/strict'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { ConnectionsAhead } from '../../../packages/core/src/operations/connections-ahead.ts'
import { diagnoseDevice } from '../../../packages/core/src/operations/diagnose-device.ts'
import { gatherKnowledge } from '../../../packages/core/src/operations/gather-knowledge.ts'
import { openRunPorts } from '../../../packages/core/src/operations/run-ports.ts'
import { scanHostKeys } from '../../../packages/core/src/operations/scan-host-keys.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import { knownHostsLines } from '../../support/simulated-fleet/place.ts'

const password = (of: string) => `${of}-4c1e-secret`
const account = (of: string) => [{ username: of, password: password(of), privileged: true }]
const credential = (of: string) => ({ username: of, password: password(of), realm: 'on-device', tags: [of] })
const behind = (hop: string) =>
  ({ platform: 'cisco_ios', accounts: account('netops'), inventory: { tags: ['netops'], jump_host: hop } }) as const

describe('devices behind a chain of jump hosts', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet: {
        devices: [
          { name: 'edge', platform: 'cisco_ios', accounts: account('outer'), forwards: true, latencyMs: 100 },
          { name: 'core', platform: 'cisco_ios', accounts: account('inner'), forwards: true },
          { name: 'sw-1', ...behind('inner') },
          { name: 'sw-2', ...behind('inner') },
          { name: 'sw-3', ...behind('nowhere') },
        ],
      },
      credentials: { outer: credential('outer'), inner: credential('inner'), netops: credential('netops') },
    })
    const place = (name: string) => bench.fleet.places.find((each) => each.name === name) ?? assert.fail(name)
    const { address: host, port } = place('edge')
    // Addresses behind a jump host mean nothing here: its name alone stands for it.
    const known = knownHostsLines(place('core')).map((line) => line.replace(/^\S+/, 'inner'))
    await appendFile(join(bench.folder, 'known_hosts'), `${known.join('\n')}\n`)
    const jump_hosts = {
      outer: { host, port, credential: 'outer' },
      inner: { host: place('core').address, port, credential: 'inner', jump_host: 'outer' },
      dead: { host, port: 1, credential: 'outer', jump_host: 'outer' },
      nowhere: { host, port, credential: 'inner', jump_host: 'dead' },
    }
    await writeFile(join(bench.folder, 'netlatch.yaml'), stringify({ host_keys: 'strict', jump_hosts }))
  })
  after(() => bench[Symbol.asyncDispose]())

  it('are not reached by a diagnosis before every hop has been opened once', async () => {
    const diagnosis = await bench.use((opened) => diagnoseDevice(opened, 'sw-1', { timeoutMs: 4_000 }))
    const stopped = diagnosis.steps.find(({ outcome }) => outcome === 'stopped')
    assert.equal(`${stopped?.phase}: ${diagnosis.advice}`, 'jump host: netlatch doctor outer --login')
    assert.equal(bench.secretsSeen, 0)
  })

  it('are opened through all of it, with one login on each hop for all of them', async () => {
    const results = await discover(bench, 'sw-1,sw-2')
    assert.deepEqual(results.map(({ device, code }) => `${device} ${code}`).toSorted(), ['sw-1 OPENED', 'sw-2 OPENED'])
    const { devices } = await bench.fleet.counters()
    const logins = Object.fromEntries(Object.entries(devices).map(([name, { logins }]) => [name, logins]))
    assert.deepEqual(logins, { edge: 1, core: 1, 'sw-1': 1, 'sw-2': 1, 'sw-3': 0 })
  })

  it('are opened by two programs at once, which log in to the hops at the same time', async () => {
    const run = () => discover(bench, 'sw-1,sw-2', { force: true })
    const results = (await Promise.all([run(), run()])).flat()
    // One may find that the other has just opened a device.
    assert.deepEqual(
      results.filter(({ outcome }) => outcome === 'failed').map(({ message }) => message),
      [],
    )
  })

  it('end with the hop that failed, and send nothing further', async () => {
    const before = bench.secretsSeen
    const [result] = await discover(bench, 'sw-3')
    assert.equal(result?.code, 'JUMP_HOST_FAILED')
    assert.match(result?.message ?? '', /nowhere/)
    assert.equal(bench.secretsSeen - before, 1, 'the outer hop alone')
  })
})

/** Three devices behind a jump host that takes connections and never says a word. */
async function behindSilence(): Promise<FleetBench> {
  const bench = await openBench({
    fleet: {
      devices: [
        { name: 'edge', platform: 'cisco_ios', accounts: account('outer'), faults: { silent: true } },
        ...['sw-1', 'sw-2', 'sw-3'].map((name) => ({ name, ...behind('hop') })),
      ],
    },
    credentials: { outer: credential('outer'), netops: credential('netops') },
  })
  const { address: host, port } = bench.fleet.places.find(({ name }) => name === 'edge') ?? assert.fail()
  const jump_hosts = { hop: { host, port, credential: 'outer' } }
  await writeFile(join(bench.folder, 'netlatch.yaml'), stringify({ jump_hosts }))
  return bench
}

describe('a jump host that says nothing', () => {
  it('is what failed, for every device behind it, also where the time of both is up at once', async () => {
    await using bench = await behindSilence()
    const results = await discover(bench, 'tag:netops', { timeoutMs: 500 })
    assert.deepEqual(byCode(results), { JUMP_HOST_FAILED: 3 })
    assert.equal(bench.fleet.counters().connections, 1)
  })

  it('is what failed for a look at their host keys as well', async () => {
    await using bench = await behindSilence()
    const { failed } = await bench.use(async (netlatch) =>
      scanHostKeys(netlatch, await devicesOf(netlatch, 'tag:netops'), { timeoutMs: 500 }),
    )
    assert.deepEqual(
      failed.map(({ text, devices }) => [text, devices.length]),
      [['jump host hop failed', 3]],
    )
  })

  it('is waited for by a connection ahead of its login only as long as that is wanted', async () => {
    await using bench = await behindSilence()
    await using netlatch = await bench.open()
    const vault = await netlatch.vault()
    const { charge } = await gatherKnowledge(netlatch, vault)
    const stop = new AbortController()
    await using ports = await openRunPorts(netlatch, { vault, charge, timeoutMs: 60_000, signal: stop.signal })
    const device = netlatch.inventory.byName.get('sw-1') ?? assert.fail()
    const named = vault.credentials.find(({ name }) => name === 'netops') ?? assert.fail()
    const ahead = new ConnectionsAhead(netlatch, ports)
    ahead.prepare([{ device, credential: named }], 1, () => undefined)
    assert.equal(netlatch.pool.counts.inUse, 1)
    let isOver = false
    const dropped = ahead[Symbol.asyncDispose]().then(() => {
      isOver = true
    })
    // Many turns, and no time: the jump host's own limit is a minute away.
    for (let turn = 0; turn < 100 && !isOver; turn++) await new Promise((resolve) => setImmediate(resolve))
    const inUse = netlatch.pool.counts.inUse
    stop.abort(new Error('stopped'))
    await dropped
    assert.equal(inUse, 0)
  })
})

describe('a jump host that got another name', () => {
  it('is logged in to with the account of the devices behind it, all of which it opened by its old name', async () => {
    const realm = 'tacacs'
    await using bench = await openBench({
      fleet: {
        devices: [
          { name: 'edge', platform: 'cisco_ios', realm, forwards: true },
          { name: 'sw-1', platform: 'cisco_ios', realm, inventory: { realm, tags: ['netops'], jump_host: 'hop' } },
        ],
        realms: { tacacs: { accounts: account('netops'), lockout: { after: 3 } } },
      },
      credentials: { netops: { ...credential('netops'), realm } },
    })
    const { address: host, port } = bench.fleet.places.find(({ name }) => name === 'edge') ?? assert.fail()
    const settings = (jumpHost: string) => ({
      realms: { tacacs: { kind: 'unknown' } },
      jump_hosts: { [jumpHost]: { host, port, credential: 'netops' } },
    })
    await writeFile(join(bench.folder, 'netlatch.yaml'), stringify(settings('hop')))
    assert.deepEqual(byCode(await discover(bench, 'sw-1')), { OPENED: 1 })
    await bench.pass(20 * 60_000)
    const inventory = join(bench.folder, 'inventory.yaml')
    await writeFile(inventory, (await readFile(inventory, 'utf8')).replace('jump_host: hop', 'jump_host: new-hop'))
    await writeFile(join(bench.folder, 'netlatch.yaml'), stringify(settings('new-hop')))
    const [result] = await discover(bench, 'sw-1', { force: true })
    assert.equal(result?.code, 'OPENED', result?.message)
  })
})
