import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { backupConfigs } from '../../../packages/core/src/operations/backup-configs.ts'
import { discoverCredentials } from '../../../packages/core/src/operations/discover-credentials.ts'
import { planDiscovery } from '../../../packages/core/src/operations/plan-discovery.ts'
import type { DeviceResult } from '../../../packages/core/src/progress.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { Faults } from '../../support/simulated-fleet/description.ts'

const run = promisify(execFile)
const password = randomBytes(9).toString('base64url')

/** Twelve devices whose account never locks, so that nothing but the concurrency holds logins back. */
async function twelve(faults: Faults): Promise<FleetBench> {
  return openBench({
    fleet: {
      sharedHostKey: true,
      devices: Array.from({ length: 12 }, (_, index) => ({
        name: `sw-${index + 10}`,
        platform: 'cisco_ios' as const,
        accounts: [{ username: 'netops', password, privileged: true }],
        configuration: { bytes: 600 },
        inventory: { realm: 'lab' },
        faults,
      })),
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
  })
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    if (holds()) return
    await sleep(10)
  }
  assert.fail(`not within 5 s: ${what}`)
}

/** Passwords that devices are deciding about or have decided about. */
const received = ({ fleet }: FleetBench) =>
  fleet.counters().accounts.reduce((sum, account) => sum + account.peakInFlight, 0)

describe('a run that shall finish', () => {
  it('lets the logins in flight end well, and reports the rest as stopped without keeping that', async () => {
    await using bench = await twelve({ slowLoginMs: 300 })
    const finish = new AbortController()
    const running = discover(bench, 'all', { concurrency: 4, finish: finish.signal })
    await until(() => received(bench) === 4, 'four logins')
    finish.abort()
    const results = await running
    assert.deepEqual(byCode(results), { OPENED: 4, ABORTED: 8 })
    assert.equal(bench.secretsSeen, 4)
    assert.equal(bench.fleet.counters().logins, 4)
    await bench.use(async (netlatch) => {
      const state = await netlatch.state()
      assert.deepEqual(
        new Set((await state.devices()).keys()),
        new Set(results.filter(({ code }) => code === 'OPENED').map(({ device }) => device)),
      )
      assert.ok((await state.runs())[0]?.finishedAt)
      assert.equal((await devicesOf(netlatch, '@failed')).length, 8)
    })
    // Again: the finished ones are skipped.
    assert.deepEqual(byCode(await discover(bench)), { SKIPPED_RECENT: 4, OPENED: 8 })
  })

  it('does not stay for a window of the attempt budget', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [{ name: 'sw-1', platform: 'cisco_ios', accounts: [{ username: 'netops', password: 'another' }] }],
      },
      credentials: {
        first: { username: 'netops', password, match: 'all', realm: 'on-device', priority: 1 },
        second: { username: 'other', password, match: 'all', realm: 'on-device', priority: 2 },
      },
    })
    const finish = new AbortController()
    const started = performance.now()
    const results = await discover(bench, 'all', {
      wait: true,
      finish: finish.signal,
      onProgress: (event) => event.type === 'waiting' && setImmediate(() => finish.abort()),
    })
    assert.ok(performance.now() - started < 2_000)
    assert.deepEqual(byCode(results), { DEFERRED: 1 })
    assert.equal(bench.secretsSeen, 1)
  })
})

describe('a run that shall stop', () => {
  it('ends within a second, leaves no connection open, and counts what was sent', async () => {
    await using bench = await twelve({ slowLoginMs: 20_000 })
    await bench.use(async (netlatch) => {
      const stop = new AbortController()
      const reason = new Error('that is enough')
      const plan = await planDiscovery(netlatch, await devicesOf(netlatch))
      const running = Array.fromAsync(discoverCredentials(netlatch, plan, { concurrency: 4, signal: stop.signal }))
      const rejected = assert.rejects(running, reason)
      await until(() => received(bench) === 4, 'four logins')
      const stoppedAt = performance.now()
      stop.abort(reason)
      await rejected
      assert.ok(performance.now() - stoppedAt < 1_000, `stopped after ${performance.now() - stoppedAt} ms`)
      await until(() => bench.fleet.counters().openConnections === 0, 'no open connection')
      const state = await netlatch.state()
      const histories = await Promise.all((await devicesOf(netlatch)).map(({ name }) => state.history(name)))
      assert.deepEqual(
        histories.flat().map(({ outcome }) => outcome),
        Array(4).fill('unclear'),
      )
      assert.ok((await state.runs())[0]?.finishedAt)
    })
  })

  it('stops a run that only waits', async () => {
    await using bench = await openBench({
      fleet: {
        devices: [{ name: 'sw-1', platform: 'cisco_ios', accounts: [{ username: 'netops', password: 'another' }] }],
      },
      credentials: {
        first: { username: 'netops', password, match: 'all', realm: 'on-device', priority: 1 },
        second: { username: 'other', password, match: 'all', realm: 'on-device', priority: 2 },
      },
    })
    const stop = new AbortController()
    const running = discover(bench, 'all', {
      wait: true,
      signal: stop.signal,
      onProgress: (event) => event.type === 'waiting' && setImmediate(() => stop.abort(new Error('enough'))),
    })
    await assert.rejects(running, /enough/)
  })

  it('gives up what its reader no longer wants', async () => {
    await using bench = await twelve({ slowLoginMs: 200 })
    await bench.use(async (netlatch) => {
      const plan = await planDiscovery(netlatch, await devicesOf(netlatch))
      const results: DeviceResult[] = []
      for await (const result of discoverCredentials(netlatch, plan, { concurrency: 4 })) {
        results.push(result)
        break
      }
      assert.equal(results[0]?.code, 'OPENED')
    })
    await until(() => bench.fleet.counters().openConnections === 0, 'no open connection')
    assert.ok(bench.secretsSeen <= 8)
  })

  it('keeps the captures that a backup had made', async () => {
    await using bench = await twelve({})
    for (const name of ['sw-10', 'sw-11', 'sw-12']) await bench.fleet.setFault(name, { slowLoginMs: 20_000 })
    await bench.use(async (netlatch) => {
      const stop = new AbortController()
      let done = 0
      const devices = await devicesOf(netlatch)
      const running = Array.fromAsync(
        backupConfigs(netlatch, devices, {
          signal: stop.signal,
          onProgress: (event) => {
            if (event.type === 'result' && ++done === 9) stop.abort(new Error('enough'))
          },
        }),
      )
      await assert.rejects(running, /enough/)
      const state = await netlatch.state()
      assert.equal((await state.lastSnapshots()).size, 9)
    })
    const { stdout } = await run('git', [
      '-C',
      join(bench.folder, 'backups.git'),
      'ls-tree',
      '-r',
      '--name-only',
      'HEAD',
    ])
    const running = stdout.split('\n').filter((path) => /^[^+]+\.cfg$/.test(path))
    assert.equal(running.length, 9)
  })
})
