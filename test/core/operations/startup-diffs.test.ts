import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'mocha'
import { showSnapshot } from '../../../packages/core/src/operations/diff-snapshots.ts'
import { heldCaptures } from '../../../packages/core/src/operations/held-captures.ts'
import { type StartupDiff, startupDiffs } from '../../../packages/core/src/operations/startup-diffs.ts'
import { backup, byCode, resultOf } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')

const startups = (bench: FleetBench): Promise<readonly StartupDiff[]> =>
  bench.use(async (netlatch) => Array.fromAsync(startupDiffs(netlatch, await devicesOf(netlatch))))
const states = async (bench: FleetBench) =>
  Object.fromEntries((await startups(bench)).map(({ device, state }) => [device, state]))

describe('the startup-config', () => {
  let bench: FleetBench
  before(async () => {
    const device = { accounts: [{ username: 'netops', password, privileged: true }], inventory: { realm: 'lab' } }
    bench = await openBench({
      fleet: {
        devices: [
          { name: 'ios-1', platform: 'cisco_ios', ...device },
          { name: 'eos-1', platform: 'arista_eos', ...device },
          { name: 'junos-1', platform: 'juniper_junos', ...device },
        ],
      },
      credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
      netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
    })
  })
  after(() => bench[Symbol.asyncDispose]())
  beforeEach(() => bench.pass(3_600_000))

  it('is saved beside the running one, and equal to it when nothing is unsaved, volatile lines aside', async () => {
    assert.deepEqual(await states(bench), { 'ios-1': 'unknown', 'eos-1': 'unknown', 'junos-1': 'unknown' })
    const results = await backup(bench)
    assert.deepEqual(byCode(results), { FIRST: 3 })
    const outcome = (name: string) => {
      const result = resultOf(results, name)
      return 'startup' in result && result.startup?.verdict
    }
    assert.deepEqual([outcome('ios-1'), outcome('eos-1'), outcome('junos-1')], ['good', 'good', false])
    assert.deepEqual(await states(bench), { 'ios-1': 'saved', 'eos-1': 'saved', 'junos-1': 'unknown' })
    const startup = await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1', { configuration: 'startup' }))
    assert.match(startup, /^hostname ios-1$/m)
    for (const secret of bench.fleet.plantedSecrets('ios-1')) assert.ok(!startup.includes(secret))
    const junos = (await startups(bench)).find(({ device }) => device === 'junos-1')
    assert.match(junos?.because ?? '', /juniper_junos has no startup-config/)
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 3 })
  })

  it('shows what runs and was not saved, until somebody saves it', async () => {
    for (const name of ['ios-1', 'eos-1'])
      bench.fleet.setConfiguration(
        name,
        bench.fleet.configuration(name).replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53'),
      )
    assert.deepEqual(byCode(await backup(bench)), { CHANGED: 2, UNCHANGED: 1 })
    const [ios, eos] = await startups(bench)
    for (const found of [ios, eos]) {
      assert.equal(found?.state, 'unsaved')
      assert.match(found?.diff.text ?? '', /^--- a\/_\/\w+-1\+startup\.cfg\n\+\+\+ b\/_\/\w+-1\.cfg\n/)
      assert.match(found?.diff.text ?? '', /^\+ip name-server 192\.0\.2\.53$/m)
      assert.doesNotMatch(found?.diff.text ?? '', /^-[^-!]/m)
    }
    bench.fleet.saveConfiguration('ios-1')
    await bench.pass(3_600_000)
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 3 })
    assert.deepEqual(await states(bench), { 'ios-1': 'saved', 'eos-1': 'unsaved', 'junos-1': 'unknown' })
  })

  it('that is cut off is held by itself; the running one counts all the same', async () => {
    const good = await bench.use((netlatch) => showSnapshot(netlatch, 'eos-1', { configuration: 'startup' }))
    bench.fleet.setStartup('eos-1', `${'! a line\n'.repeat(20)}interface Ethern`)
    const result = resultOf(await backup(bench), 'eos-1')
    assert.equal(result.code, 'UNCHANGED')
    assert.deepEqual('startup' in result && result.startup?.verdict, 'held')
    const [held] = await bench.use((netlatch) => heldCaptures(netlatch))
    assert.deepEqual([held?.device, held?.configuration], ['eos-1', 'startup'])
    assert.match(held?.because ?? '', /cut off/)
    assert.equal(await bench.use((netlatch) => showSnapshot(netlatch, 'eos-1', { configuration: 'startup' })), good)
  })

  it('that a device does not have is no capture, and nothing is held', async () => {
    bench.fleet.setStartup('ios-1', 'startup-config is not present')
    const result = resultOf(await backup(bench, 'ios-1'), 'ios-1')
    assert.deepEqual('startup' in result && result.startup?.verdict, 'absent')
    assert.deepEqual(await bench.use((netlatch) => heldCaptures(netlatch, 'ios-1')), [])
  })
})
