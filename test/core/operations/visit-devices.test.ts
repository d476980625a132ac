import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { planVisits } from '../../../packages/core/src/operations/plan-visits.ts'
import { type VisitOptions, visitDevices } from '../../../packages/core/src/operations/visit-devices.ts'
import type { DeviceResult } from '../../../packages/core/src/progress.ts'
import { byCode } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')

function eight(): Promise<FleetBench> {
  return openBench({
    fleet: {
      sharedHostKey: true,
      devices: Array.from({ length: 8 }, (_, index) => ({
        name: `sw-${index}`,
        platform: 'cisco_ios' as const,
        accounts: [{ username: 'netops', password, privileged: true }],
        inventory: { realm: 'lab' },
      })),
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
  })
}

function visit(
  bench: FleetBench,
  options: Pick<VisitOptions<DeviceResult>, 'work' | 'concurrency' | 'signal' | 'isEnough'>,
) {
  return bench.use(async (netlatch) => {
    const { targets, knowledge } = await planVisits(netlatch, netlatch.inventory.devices, {})
    const run = { operation: 'run', selection: 'all', order: 'resolution', ...options } as const
    return Array.fromAsync(visitDevices(netlatch, targets, knowledge, run))
  })
}

describe('what is left to do once a device has given all it has', () => {
  it('holds no other device up, and lets no more pile up than memory is meant for', async () => {
    await using bench = await eight()
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const visited: string[] = []
    let atMost = 0
    const running = visit(bench, {
      concurrency: 2,
      work: async ({ device }) => {
        visited.push(device.name)
        return async () => {
          await mayEnd
          return { facts: { code: 'OPENED' as const } }
        }
      },
    })
    while (visited.length < 6) await sleep(5)
    await sleep(300)
    atMost = visited.length
    end()
    assert.deepEqual(byCode(await running), { OPENED: 8 })
    assert.equal(atMost, 6)
    assert.equal(visited.length, 8)
  })

  it('becomes the result of its own device alone when it fails', async () => {
    await using bench = await eight()
    const results = await visit(bench, {
      work:
        async ({ device }) =>
        async () => {
          if (device.name === 'sw-3')
            throw new NetlatchError('CAPTURE_HELD', 'sw-3: no.', { details: { reason: 'no' } })
          return { facts: { code: 'OPENED' as const } }
        },
    })
    assert.deepEqual(byCode(results), { OPENED: 7, CAPTURE_HELD: 1 })
    assert.equal(results.find(({ device }) => device === 'sw-3')?.credential, 'core')
  })

  it('gives one result for each device where only some results are enough', async () => {
    await using bench = await eight()
    const results = await visit(bench, {
      isEnough: () => true,
      work: async () => async () => ({ facts: { code: 'OPENED' as const } }),
    })
    assert.deepEqual(byCode(results), { OPENED: 8 })
  })

  it('is over before a run that is stopped ends', async () => {
    await using bench = await eight()
    const stop = new AbortController()
    const done: string[] = []
    const running = visit(bench, {
      concurrency: 2,
      signal: stop.signal,
      work:
        async ({ device }) =>
        async () => {
          if (!stop.signal.aborted) stop.abort(new Error('stopped by the test'))
          await sleep(100)
          done.push(device.name)
          return { facts: { code: 'OPENED' as const } }
        },
    })
    await assert.rejects(running, /stopped by the test/)
    const atTheEnd = done.length
    assert.ok(atTheEnd > 0)
    await sleep(300)
    assert.equal(done.length, atTheEnd)
  })
})
