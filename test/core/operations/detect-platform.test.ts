import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { backupConfigs } from '../../../packages/core/src/operations/backup-configs.ts'
import { runCommands } from '../../../packages/core/src/operations/run-commands.ts'
import { openBench } from '../../support/fleet-bench.ts'
import type { SimulatedPlatform } from '../../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')

const unnamed = (name: string, platform: SimulatedPlatform) => ({
  name,
  platform,
  accounts: [{ username: 'netops', password, privileged: true }],
  configuration: { bytes: 600 },
  inventory: { platform: 'autodetect', realm: 'on-device', tags: ['all'] },
})

describe('a device of the platform autodetect', () => {
  const openFleet = () =>
    openBench({
      fleet: {
        devices: [unnamed('one', 'cisco_ios'), unnamed('two', 'arista_eos'), unnamed('three', 'juniper_junos')],
      },
      credentials: { netops: { username: 'netops', password, realm: 'on-device', tags: ['all'] } },
    })

  it('is recognised, backed up as what it is, and asked only once', async () => {
    await using bench = await openFleet()
    await bench.use(async (netlatch) => {
      const first = await Array.fromAsync(backupConfigs(netlatch, netlatch.inventory.devices))
      assert.deepEqual(
        first.map(({ code }) => code),
        ['FIRST', 'FIRST', 'FIRST'],
      )
      const state = await netlatch.state()
      const platforms = [...(await state.devices()).values()].map(({ device, platform }) => [device, platform]).sort()
      assert.deepEqual(platforms, [
        ['one', 'cisco_ios'],
        ['three', 'juniper_junos'],
        ['two', 'arista_eos'],
      ])
    })
    const asked = bench.fleet.counters().commands
    await bench.use(async (netlatch) => {
      const second = await Array.fromAsync(backupConfigs(netlatch, netlatch.inventory.devices))
      assert.deepEqual(
        second.map(({ code }) => code),
        ['UNCHANGED', 'UNCHANGED', 'UNCHANGED'],
      )
    })
    const askedAgain = bench.fleet.counters().commands - asked
    assert.ok(askedAgain < asked, `${askedAgain} commands the second time, ${asked} the first`)
  })

  it('is never sent a command that its platform does not know as reading', async () => {
    await using bench = await openFleet()
    await bench.use(async (netlatch) => {
      const results = await Array.fromAsync(
        runCommands(netlatch, netlatch.inventory.devices, { commands: ['reload in 5'] }),
      )
      assert.deepEqual(
        results.map(({ code }) => code),
        ['COMMAND_ERROR', 'COMMAND_ERROR', 'COMMAND_ERROR'],
      )
    })
  })
})
