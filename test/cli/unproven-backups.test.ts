import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import { backupConfigs } from '../../packages/core/src/operations/backup-configs.ts'
import type { Netlatch } from '../../packages/core/src/operations/netlatch.ts'
import type { DeviceResult } from '../../packages/core/src/progress.ts'
import { CommandInProcess } from '../support/command-in-process.ts'
import { devicesOf, type FleetBench, openBench } from '../support/fleet-bench.ts'
import type { DeviceDescription } from '../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')

/** As IOS, for whoever does not know that it ends with "end". */
const platform = `name: ios_open
extends: cisco_ios
title: A platform whose configuration has no end
configurations:
  running:
    whole: { by: first-line, pattern: '^\\S' }
    witness: { command: show version, answer: '^Cisco IOS' }
  startup: null
`

const device = (name: string): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password, privileged: true }],
  configuration: { bytes: 8_000 },
  inventory: { realm: 'lab', platform: 'ios_open' },
})

/** The same, with some of its methods replaced. */
function replacing<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(key in methods ? methods : target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('a backup of a platform whose configuration has no end', function () {
  this.timeout(60_000)
  let bench: FleetBench
  let commands: CommandInProcess
  const netlatch = (...words: string[]) => commands.run(['-C', bench.folder, ...words], bench.env)
  const backup = async (name: string) => {
    const { objects } = await netlatch('backup', name, '--json')
    return objects.find(({ type }) => type === 'result') ?? {}
  }
  const status = async (name: string) => (await netlatch('backups', 'status', name, '--json')).objects[0] ?? {}

  before(async () => {
    bench = await openBench({
      fleet: { devices: [device('short-1'), device('whole-1'), device('beside-1')] },
      credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
      netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
    })
    await mkdir(join(bench.folder, 'platforms'), { recursive: true })
    await writeFile(join(bench.folder, 'platforms/ios_open.yaml'), platform)
    commands = await CommandInProcess.make()
  })
  after(async () => {
    await commands[Symbol.asyncDispose]()
    await bench[Symbol.asyncDispose]()
  })
  beforeEach(() => bench.pass(3_600_000))

  it('that the device itself cut short is stored at first, and not called good', async () => {
    await bench.fleet.setFault('short-1', { truncatesAt: 0.6 })
    const first = await backup('short-1')
    assert.deepEqual(
      [first.code, first.verdict, first.message, first.unproven],
      ['FIRST', 'unproven', 'short-1: first backup, unproven', 'nothing in it marks its end'],
    )
    const { state, lastGoodAt, unproven } = await status('short-1')
    assert.deepEqual([state, lastGoodAt], ['unproven', undefined])
    assert.match(JSON.stringify(unproven), /nothing in it marks its end/)
    assert.match((await netlatch('show', 'short-1')).stdout, /^hostname short-1$/m)
    assert.doesNotMatch((await netlatch('show', 'short-1')).stdout, /^end$/m)
    await bench.pass(3_600_000)
    await bench.fleet.setFault('short-1', { truncatesAt: 0.5 })
    assert.match(
      String((await backup('short-1')).message),
      /^short-1: backup held: ends \d+ lines before the last one$/,
    )
    assert.match((await netlatch('backups', 'held', 'short-1')).stdout, /^ *short-1 .* no good one *$/m)
    await netlatch('backups', 'drop', 'short-1')
  })

  it('that goes on behind the end of the one before says that this may have been short; the next run proves it', async () => {
    await bench.fleet.setFaults('short-1', {})
    const longer = await backup('short-1')
    assert.deepEqual([longer.code, longer.verdict], ['CHANGED', 'unproven'])
    assert.match(
      String(longer.unproven),
      /^goes on \d+ lines behind the end of the one before, which may have been short$/,
    )
    await bench.pass(3_600_000)
    const proven = await backup('short-1')
    assert.deepEqual([proven.code, proven.verdict, proven.unproven], ['UNCHANGED', 'good', undefined])
    const { state, lastGoodAt, unproven } = await status('short-1')
    assert.deepEqual([state, typeof lastGoodAt, unproven], ['good', 'string', undefined])
    const history = (await netlatch('history', 'short-1')).stdout
    assert.match(history, /unproven: nothing in it marks its end/)
    assert.doesNotMatch(history.split('\n')[0] ?? '', /unproven/)
  })

  it('that stops early later is held, whatever else has changed, and the good one stays', async () => {
    bench.fleet.setConfiguration(
      'short-1',
      bench.fleet.configuration('short-1').replace(/^(hostname .*)$/m, '$1\nip name-server 192.0.2.53'),
    )
    await bench.fleet.setFault('short-1', { truncatesAt: 0.9 })
    const early = await backup('short-1')
    assert.equal(early.code, 'CAPTURE_HELD')
    assert.match(String(early.message), /^short-1: backup held: ends \d+ lines before the last one$/)
    assert.match((await netlatch('show', 'short-1')).stdout, /^end$/m)
    await bench.fleet.setFaults('short-1', {})
    const changed = await backup('short-1')
    assert.deepEqual([changed.code, changed.verdict], ['CHANGED', 'good'])
  })

  it('is not proven by a run that was under way at the same time', async () => {
    await bench.fleet.setFault('beside-1', { truncatesAt: 0.6 })
    const devices = (open: Netlatch) => devicesOf(open, 'beside-1')
    const [result] = await bench.use(async (netlatch) => {
      const archive = await netlatch.archive()
      // By the time this run asks the archive, another one has backed the device up and ended.
      const read = async (...words: Parameters<typeof archive.read>) => {
        if (!other) other = bench.use(async (open) => Array.fromAsync(backupConfigs(open, await devices(open))))
        assert.equal((await other)[0]?.code, 'FIRST')
        return archive.read(...words)
      }
      let other: Promise<readonly DeviceResult[]> | undefined
      const late = replacing(netlatch, { archive: async () => replacing(archive, { read }) })
      return Array.fromAsync(backupConfigs(late, await devices(netlatch)))
    })
    assert.ok(result && 'verdict' in result)
    assert.deepEqual([result.code, result.verdict], ['UNCHANGED', 'unproven'])
    assert.equal((await status('beside-1')).state, 'unproven')
    await bench.pass(3_600_000)
    assert.equal((await backup('beside-1')).verdict, 'good')
  })

  it('says what to do, is no failure, and counts as good once a person accepts it', async () => {
    const first = await netlatch('backup', 'whole-1')
    assert.equal(first.exitCode, 0, first.stdout)
    assert.match(first.stdout, /^1 device in .*: 1 first · 1 unproven/m)
    assert.match(first.stdout, /Nothing shows yet that this configuration has come to the end: whole-1$/m)
    assert.match(first.stdout, /netlatch backups accept <device>$/m)
    const shown = (await netlatch('backups', 'status')).stdout
    assert.match(shown, /^3 devices: 2 good · 1 unproven/m)
    assert.match(
      shown,
      /whole-1 +unproven +no good one +stored .*, unproven: nothing in it marks its end +netlatch backup/,
    )
    assert.equal((await netlatch('backups', 'status', '--fail-on', 'unproven')).exitCode, 1)
    assert.match((await netlatch('inventory', 'list', 'backup:unproven')).stdout, /^ +whole-1 /m)
    const accepted = await netlatch('backups', 'accept', 'whole-1')
    assert.match(accepted.stdout, /^whole-1: its backup counts as good now\.$/m)
    assert.equal((await status('whole-1')).state, 'good')
    assert.equal((await netlatch('backups', 'accept', 'whole-1')).exitCode, 2)
  })
})
