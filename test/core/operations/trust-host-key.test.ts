import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { scanHostKeys } from '../../../packages/core/src/operations/scan-host-keys.ts'
import { trustHostKey } from '../../../packages/core/src/operations/trust-host-key.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')

function strangers(known: (name: string) => boolean): Promise<FleetBench> {
  return openBench({
    fleet: {
      devices: ['sw-1', 'sw-2', 'sw-3'].map((name) => ({
        name,
        platform: 'cisco_ios' as const,
        accounts: [{ username: 'netops', password, privileged: true }],
        inventory: { realm: 'on-device' },
      })),
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'on-device' } },
    known,
  })
}

const scan = (bench: FleetBench) =>
  bench.use(async (netlatch) => scanHostKeys(netlatch, await devicesOf(netlatch), { timeoutMs: 3_000 }))
const knownHosts = (bench: FleetBench) => readFile(join(bench.folder, 'known_hosts'), 'utf8')

describe('scanning host keys', () => {
  it('writes new ones, never a changed one, and asks no device for a login', async () => {
    await using bench = await strangers((name) => name === 'sw-1')
    bench.fleet.changeHostKey('sw-1')
    await bench.fleet.setFault('sw-3', { dead: true })
    const before = await knownHosts(bench)
    const report = await scan(bench)
    assert.deepEqual(
      [report.known, report.added, report.changed].map((keys) => keys.map(({ device }) => device)),
      [[], ['sw-2'], ['sw-1']],
    )
    assert.deepEqual(
      report.failed.map(({ devices }) => devices),
      [['sw-3']],
    )
    const after = await knownHosts(bench)
    assert.ok(after.startsWith(before))
    assert.match(after.slice(before.length), /sw-2,/)
    assert.doesNotMatch(after.slice(before.length), /sw-[13],/)
    assert.deepEqual(bench.fleet.counters().authRequests, {})
    assert.equal(bench.secretsSeen, 0)
    // What was written is what the next discovery trusts.
    assert.deepEqual(byCode(await discover(bench)), { HOST_KEY_CHANGED: 1, OPENED: 1, HOST_KEY_UNKNOWN: 1 })
    assert.equal(bench.secretsSeen, 1)
  })
})

describe('trusting a changed host key', () => {
  it('replaces the known one when a person says so, and only then', async () => {
    await using bench = await strangers(() => true)
    bench.fleet.changeHostKey('sw-1')
    const before = await knownHosts(bench)
    const trust = (answer: boolean) =>
      bench.use((netlatch) => trustHostKey(netlatch, 'sw-1', { confirm: async () => answer }))
    const refused = await trust(false)
    assert.equal(refused.trusted, false)
    assert.match(refused.was ?? '', /^ED25519 SHA256:/)
    assert.equal(await knownHosts(bench), before)
    const trusted = await trust(true)
    assert.deepEqual([trusted.trusted, trusted.now], [true, refused.now])
    assert.equal(bench.secretsSeen, 0)
    assert.deepEqual(byCode(await discover(bench)), { OPENED: 3 })
    // Nobody is asked about a key that is known.
    const again = await bench.use((netlatch) =>
      trustHostKey(netlatch, 'sw-1', { confirm: () => assert.fail('asked about a known key') }),
    )
    assert.equal(again.trusted, true)
    await assert.rejects(
      bench.use((netlatch) => trustHostKey(netlatch, 'sw-9', { confirm: async () => true })),
      { code: 'NOT_FOUND' },
    )
  })
})
