import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { plainLogin } from './support/plain-client.ts'
import { account, device, fleetOf, outcomeOf, password, right } from './support/plain-fleet-login.ts'
import type { FleetDescription } from './support/simulated-fleet/description.ts'
import { startFleet } from './support/simulated-fleet/fleet.ts'
import { startFleetProcess } from './support/simulated-fleet/fleet-process.ts'
import { generateHostKey } from './support/simulated-fleet/host-keys.ts'
import { knownHostsLines } from './support/simulated-fleet/place.ts'
import { fleetWorkspace } from './support/simulated-fleet/workspace.ts'

const run = promisify(execFile)
const sshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined

describe('a simulated fleet in a process of its own', () => {
  it('answers requests, keeps going after a wrong one, and ends with its standard input', async () => {
    await using fleet = await startFleetProcess({ devices: [device()] })
    const { address, port } = fleet.place('sw-1')
    const login = (secret: string) =>
      plainLogin({ address, port, username: 'netops', secrets: [password(secret)] }).then((result) => {
        if (result.outcome === 'accepted') result.client.end()
        return result.outcome
      })
    assert.equal(await login(right), 'accepted')
    await fleet.ask('changePassword', 'sw-1', 'netops', 'changed')
    assert.equal(await login(right), 'rejected')
    await assert.rejects(fleet.ask('configuration', 'sw-9'), /no device sw-9/)
    await fleet.ask('setFault', 'sw-1', { dead: true })
    assert.equal(await login('changed'), 'closed')
    const counters = await fleet.ask('counters')
    assert.deepEqual(counters.devices['sw-1']?.authRequests, { password: 2 })
    assert.equal((await fleet.ask('plantedSecrets', 'sw-1')).length, 11)
  })
})

describe('the workspace of a simulated fleet', () => {
  it('is an inventory with known hosts that ssh-keygen reads', async function () {
    if (!sshKeygen) return this.skip()
    const folder = await mkdtemp(join(tmpdir(), 'fleet-'))
    try {
      const description: FleetDescription = {
        devices: [device({ inventory: { site: 'fra', tags: ['core'] } }), device({ name: 'sw-2' })],
      }
      await using fleet = await startFleet(description)
      await fleetWorkspace(fleet, folder, { netlatch: { host_keys: 'strict' }, known: (name) => name === 'sw-1' })
      const [first, second] = fleet.places
      assert.ok(first !== undefined && second !== undefined)
      assert.deepEqual(parse(await readFile(join(folder, 'inventory.yaml'), 'utf8')), {
        version: 1,
        devices: {
          'sw-1': { host: first.address, port: first.port, platform: 'cisco_ios', site: 'fra', tags: ['core'] },
          'sw-2': { host: second.address, port: second.port, platform: 'cisco_ios' },
        },
      })
      const file = join(folder, 'known_hosts')
      assert.deepEqual((await readFile(file, 'utf8')).trim().split('\n'), knownHostsLines(first))
      const { stdout } = await run('ssh-keygen', ['-l', '-f', file])
      assert.ok(stdout.includes(String(first.hostKeys[0]?.fingerprint)), stdout)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('many simulated devices in one process', () => {
  it('are up in seconds, share a host key where told, and hold no timer while nobody is connected', async () => {
    const count = process.env.NETLATCH_LONG === '1' ? 10_000 : 500
    const devices = Array.from({ length: count }, (_, index) => ({
      name: `sw-${index + 1}`,
      platform: 'cisco_ios' as const,
      realm: 'tacacs',
    }))
    const realms = { tacacs: { accounts: [account], lockout: { after: 3 } } }
    await using fleet = await startFleet({ devices, realms, sharedHostKey: true })
    assert.equal(new Set(fleet.places.map(({ hostKeys }) => hostKeys[0]?.fingerprint)).size, 1)
    assert.equal(new Set(fleet.places.map(({ address }) => address)).size, count)
    assert.equal(new Set(fleet.places.map(({ port }) => port)).size, 1)
    assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= 1, true)
    assert.equal(await outcomeOf(fleet, [password(right)], {}, `sw-${count}`), 'accepted')
  })

  it('show how many logins of one account were decided at once', async () => {
    const devices = Array.from({ length: 5 }, (_, index) =>
      device({ name: `sw-${index + 1}`, realm: 'r', latencyMs: 300 }),
    )
    await using fleet = await startFleet({ devices, realms: { r: { accounts: [account] } } })
    await Promise.all(devices.map(({ name }) => outcomeOf(fleet, [password(right)], {}, name)))
    assert.equal(fleet.counters().accounts.find(({ countedBy }) => countedBy === 'r')?.peakInFlight, 5)
  })
})

describe('keys of the simulated fleet', () => {
  it('are read by ssh2 whatever their bytes are', () => {
    for (let round = 0; round < 300; round += 1) assert.match(generateHostKey('ed25519').fingerprint, /^SHA256:.{43}$/)
  })

  it('open a device by public key, and refuse one it does not know at no cost', async () => {
    const known = generateHostKey('ed25519')
    const publicKeys = [`${known.type} ${known.key}`]
    await using fleet = await fleetOf({ accounts: [{ username: 'netops', publicKeys }] })
    const stranger = generateHostKey('ed25519').privateKey
    assert.equal(await outcomeOf(fleet, [{ type: 'publickey', key: stranger }]), 'rejected')
    assert.equal(fleet.counters().attempts.length, 0)
    assert.equal(await outcomeOf(fleet, [{ type: 'publickey', key: known.privateKey }]), 'accepted')
    assert.equal(fleet.counters().secretsSeen, 0)
  })
})
