import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { type CommandsResult, runCommands } from '../../../packages/core/src/operations/run-commands.ts'
import type { DeviceResult } from '../../../packages/core/src/progress.ts'
import { ask, byCode, discover, resultOf } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')

function twoSwitches(more: Partial<DeviceDescription> = {}): Promise<FleetBench> {
  const device = { accounts: [{ username: 'netops', password, privileged: true }], inventory: { realm: 'on-device' } }
  return openBench({
    fleet: {
      devices: [
        { name: 'ios-1', platform: 'cisco_ios', ...device, ...more },
        { name: 'junos-1', platform: 'juniper_junos', ...device },
      ],
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'on-device' } },
  })
}

const answersOf = (result: CommandsResult | DeviceResult) => ('answers' in result ? result.answers : [])

describe('running commands', () => {
  it('gives the answers of each device, in the order of the commands', async () => {
    await using bench = await twoSwitches()
    const results = await ask(bench, 'ios-1', 'show version', 'show clock')
    const [version, clock] = answersOf(resultOf(results, 'ios-1'))
    assert.equal(version?.command, 'show version')
    assert.match(version?.output ?? '', /Cisco IOS/)
    assert.match(clock?.output ?? '', /\d\d:\d\d:\d\d/)
    assert.equal(results[0]?.message, 'ios-1: 2 commands')
    // The login is kept as what is known of the device.
    await bench.use(async (netlatch) => {
      const record = (await (await netlatch.state()).devices()).get('ios-1')
      assert.deepEqual([record?.code, record?.credential, record?.privilege], ['OPENED', 'core', 'privileged'])
    })
  })

  it('connects to nothing when a command may write on one of the devices', async () => {
    await using bench = await twoSwitches()
    for (const command of ['configure terminal', 'reload', 'show version | redirect flash:x', 'request system reboot'])
      await assert.rejects(ask(bench, 'all', command), { code: 'USAGE' })
    assert.equal(bench.fleet.counters().connections, 0)
  })

  it('tells which command a device refused', async () => {
    await using bench = await twoSwitches()
    const [result] = await ask(bench, 'ios-1', 'show nonsense')
    assert.equal(result?.code, 'COMMAND_ERROR')
    assert.match(String(result?.details.reason), /^show nonsense: % Invalid input/)
  })

  it('replaces the secrets of the vault in what devices answer', async () => {
    await using bench = await twoSwitches({
      configuration: { text: `hostname ios-1\nsnmp-server location ${password}\nend\n` },
    })
    const [result] = await ask(bench, 'ios-1', 'show running-config')
    const [answer] = result ? answersOf(result) : []
    assert.match(answer?.output ?? '', /snmp-server location/)
    assert.ok(!answer?.output.includes(password))
  })

  it('gives the secrets of configurations as the fingerprints of a backup, where it is told to', async () => {
    await using bench = await twoSwitches()
    for (const name of ['ios-1', 'junos-1']) {
      const planted = bench.fleet.plantedSecrets(name)
      const commands = [name === 'ios-1' ? 'show running-config' : 'show configuration']
      const found = async (redact: boolean) => {
        const said = await bench.use(async (netlatch) =>
          Array.fromAsync(runCommands(netlatch, await devicesOf(netlatch, name), { commands, redact })),
        )
        const text = JSON.stringify(said)
        assert.equal(said[0]?.code, 'ANSWERED', text)
        return { text, secrets: planted.filter((secret) => text.includes(secret)) }
      }
      assert.deepEqual((await found(false)).secrets, planted)
      const redacted = await found(true)
      assert.deepEqual(redacted.secrets, [])
      assert.match(redacted.text, /<nl:/)
    }
  })

  it('shows nothing of an answer whose secrets it cannot tell, where it is told to show none', async () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nabcdefghijklmnopqrstuvwxyz'
    await using bench = await twoSwitches({ configuration: { text: `hostname ios-1\n${key}\nend\n` } })
    const commands = ['show running-config']
    const [result] = await bench.use(async (netlatch) =>
      Array.fromAsync(runCommands(netlatch, await devicesOf(netlatch, 'ios-1'), { commands, redact: true })),
    )
    assert.equal(result?.code, 'COMMAND_ERROR')
    assert.match(
      String(result?.details.reason),
      /^show running-config: the answer is not shown: a private key has no end/,
    )
    assert.ok(!JSON.stringify(result).includes('abcdefghijklmnopqrstuvwxyz'))
  })

  it('tries nothing on a device that no credential has opened, where it must not find out', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [
          {
            name: 'ios-1',
            platform: 'cisco_ios',
            accounts: [{ username: 'netops', password, privileged: true }],
            inventory: { realm: 'on-device' },
          },
        ],
      },
      credentials: {
        core: { username: 'netops', password, match: 'all', realm: 'on-device', priority: 1 },
        spare: { username: 'nobody', password: `${password}x`, match: 'all', realm: 'on-device', priority: 2 },
      },
    })
    const askKnown = () =>
      bench.use(async (netlatch) =>
        Array.fromAsync(
          runCommands(netlatch, await devicesOf(netlatch), { commands: ['show version'], onlyOpened: true }),
        ),
      )
    const [unopened] = await askKnown()
    assert.equal(unopened?.code, 'NOT_OPENED')
    assert.equal(unopened?.message, 'ios-1: not opened yet')
    assert.equal(unopened?.advice, 'netlatch creds discover ios-1')
    assert.equal(bench.fleet.counters().connections, 0)
    const records = await bench.use(async (netlatch) => (await netlatch.state()).devices())
    assert.equal(records.size, 0, 'nothing was found out about it')
    assert.deepEqual(byCode(await discover(bench)), { OPENED: 1 })
    const seen = bench.secretsSeen
    assert.deepEqual(byCode(await askKnown()), { ANSWERED: 1 })
    assert.equal(bench.secretsSeen, seen + 1)
    // Where that one works no longer, no other is tried; and it is not tried again.
    bench.fleet.changePassword('ios-1', 'netops', `${password}y`)
    assert.deepEqual(byCode(await askKnown()), { AUTH_REJECTED: 1 })
    assert.equal(bench.secretsSeen, seen + 2)
    await askKnown()
    assert.equal(bench.secretsSeen, seen + 2)
  })

  it('uses a connection again that the same program left open, without another login', async () => {
    await using bench = await twoSwitches()
    await bench.use(async (netlatch) => {
      const devices = await devicesOf(netlatch)
      for (let round = 0; round < 3; round++) {
        const results = await Array.fromAsync(runCommands(netlatch, devices, { commands: ['show version'] }))
        assert.deepEqual(byCode(results), { ANSWERED: 2 })
      }
    })
    assert.equal(bench.secretsSeen, 2)
    // One whose connection is gone is logged in to again.
    await bench.use(async (netlatch) => {
      const devices = await devicesOf(netlatch)
      const commands = ['show version']
      await Array.fromAsync(runCommands(netlatch, devices, { commands }))
      bench.fleet.device('ios-1').disconnectAll()
      assert.deepEqual(byCode(await Array.fromAsync(runCommands(netlatch, devices, { commands }))), { ANSWERED: 2 })
    })
    assert.equal(bench.secretsSeen, 5)
  })

  it('gives every result, however long whoever reads them takes for one', async () => {
    await using bench = await twoSwitches()
    const read = await bench.use(async (netlatch) => {
      const results: (CommandsResult | DeviceResult)[] = []
      for await (const result of runCommands(netlatch, await devicesOf(netlatch), { commands: ['show version'] })) {
        results.push(result)
        // The other device ends meanwhile.
        await sleep(500)
      }
      return results
    })
    assert.deepEqual(byCode(read), { ANSWERED: 2 })
  })

  it('ends a command that takes too long, and goes on with the other devices', async () => {
    await using bench = await twoSwitches({ faults: { stallsAt: 0.5 } })
    const results = await bench.use(async (netlatch) => {
      const devices = await devicesOf(netlatch, 'ios-1')
      return Array.fromAsync(
        runCommands(netlatch, devices, { commands: ['show running-config'], commandTimeoutMs: 300 }),
      )
    })
    assert.equal(results[0]?.code, 'COMMAND_TIMED_OUT')
    assert.equal(results[0]?.details.command, 'show running-config')
  })
})
