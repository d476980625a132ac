import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ConnectionPool, type PoolKey, type PoolLimits } from '../../../packages/core/src/connection/connection-pool.ts'
import type { PoolClock } from '../../../packages/core/src/connection/pool-clock.ts'

class FakeConnection {
  isOpen = true
  readonly #callbacks: ((reason: string) => void)[] = []

  onClose(callback: (reason: string) => void): void {
    this.#callbacks.push(callback)
  }

  break(): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const callback of this.#callbacks) callback('gone')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve()
    this.break()
  }
}

class FakeClock implements PoolClock {
  #now = 0
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, run: callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#timers.delete(next)
      this.#now = next.at
      next.run()
      await settle()
    }
    this.#now = end
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const key: PoolKey = { credential: 'core', secretId: 'one', profile: 'modern' }

function setUp(limits: Partial<PoolLimits> = {}) {
  const clock = new FakeClock()
  const pool = new ConnectionPool<FakeConnection>({ connectsPerSecond: 1_000, ...limits }, clock)
  const opened: string[] = []
  const lease = (device: string, more: { readonly site?: string; readonly key?: Partial<PoolKey> } = {}) =>
    pool.lease({ device, site: more.site ?? 'dc1' }, { ...key, ...more.key }, async () => {
      opened.push(device)
      return new FakeConnection()
    })
  return { clock, pool, opened, lease }
}

describe('connection pool', () => {
  it('makes no new login for a second operation on the same devices', async () => {
    const { opened, lease } = setUp()
    for (const round of [1, 2, 3]) {
      for (const device of ['sw-1', 'sw-2']) {
        await using each = await lease(device)
        assert.equal(each.reused, round > 1)
      }
    }
    assert.deepEqual(opened, ['sw-1', 'sw-2'])
  })

  it('does not reuse a connection for another credential, secret or profile', async () => {
    const { opened, lease } = setUp({ perDevice: 8 })
    for (const other of [{}, { credential: 'other' }, { secretId: 'two' }, { profile: 'museum' as const }]) {
      await using each = await lease('sw-1', { key: other })
      assert.equal(each.reused, false)
    }
    assert.equal(opened.length, 4)
  })

  it('replaces a connection that broke while it was idle, and one that broke on loan', async () => {
    const { pool, lease, opened } = setUp()
    const first = await lease('sw-1')
    await first[Symbol.asyncDispose]()
    first.connection.break()
    assert.equal(pool.counts.idle, 0)
    const second = await lease('sw-1')
    assert.equal(second.reused, false)
    second.connection.break()
    await second[Symbol.asyncDispose]()
    assert.deepEqual(pool.counts, { inUse: 0, idle: 0, waiting: 0 })
    await using third = await lease('sw-1')
    assert.equal(third.reused, false)
    assert.equal(opened.length, 3)
  })

  it('closes what is idle too long, and what is too old', async () => {
    const { clock, lease, pool } = setUp({ idleMs: 1_000, maxAgeMs: 1_500 })
    const first = await lease('sw-1')
    await first[Symbol.asyncDispose]()
    await clock.pass(999)
    assert.ok(first.connection.isOpen)
    const again = await lease('sw-1')
    assert.equal(again.connection, first.connection)
    await again[Symbol.asyncDispose]()
    await clock.pass(501)
    assert.ok(!first.connection.isOpen)
    const late = await lease('sw-1')
    await clock.pass(1_500)
    await late[Symbol.asyncDispose]()
    assert.ok(!late.connection.isOpen)
    assert.deepEqual(pool.counts, { inUse: 0, idle: 0, waiting: 0 })
  })

  it('holds the limits in all, per site and per device', async () => {
    const { pool, lease } = setUp({ concurrency: 5, perSite: 3, perDevice: 2 })
    const inUse = new Map<string, number>()
    let most = 0
    const work = async (device: string, site: string) => {
      await using _lease = await lease(device, { site, key: { secretId: String(Math.random()) } })
      for (const name of [device, site, 'all']) inUse.set(name, (inUse.get(name) ?? 0) + 1)
      most = Math.max(most, inUse.get('all') ?? 0)
      assert.ok((inUse.get('all') ?? 0) <= 5)
      assert.ok((inUse.get(site) ?? 0) <= 3)
      assert.ok((inUse.get(device) ?? 0) <= 2)
      await settle()
      for (const name of [device, site, 'all']) inUse.set(name, (inUse.get(name) ?? 0) - 1)
    }
    const devices = Array.from({ length: 60 }, (_, index) => [`sw-${index % 7}`, `site-${index % 3}`] as const)
    await Promise.all(devices.map(([device, site]) => work(device, site)))
    assert.equal(most, 5)
    assert.equal(pool.counts.inUse, 0)
    assert.equal(pool.counts.waiting, 0)
  })

  it('closes an idle connection of a full device before it opens another one there', async () => {
    const { opened, lease } = setUp({ perDevice: 1 })
    const first = await lease('sw-1')
    const waiting = lease('sw-1', { key: { secretId: 'two' } })
    await settle()
    assert.equal(opened.length, 1)
    await first[Symbol.asyncDispose]()
    await using second = await waiting
    assert.equal(first.connection.isOpen, false)
    assert.equal(second.reused, false)
  })

  it('opens no more than the limit in any second', async () => {
    const { clock, opened, lease } = setUp({ connectsPerSecond: 3, concurrency: 100, perSite: 100 })
    const all = Array.from({ length: 8 }, (_, index) => lease(`sw-${index}`))
    await settle()
    assert.equal(opened.length, 3)
    await clock.pass(999)
    assert.equal(opened.length, 3)
    await clock.pass(1)
    assert.equal(opened.length, 6)
    await clock.pass(1_000)
    await Promise.all(all)
    assert.equal(opened.length, 8)
  })

  it('lets sites take turns, however many wait at one of them', async () => {
    const { opened, lease } = setUp({ concurrency: 1 })
    const all = [
      ...Array.from({ length: 4 }, (_, index) => lease(`big-${index}`, { site: 'big' })),
      ...Array.from({ length: 2 }, (_, index) => lease(`small-${index}`, { site: 'small' })),
    ]
    await Promise.all(all.map(async (waiting) => (await waiting)[Symbol.asyncDispose]()))
    assert.deepEqual(opened, ['big-0', 'big-1', 'small-0', 'big-2', 'small-1', 'big-3'])
  })

  it('gives the place back when opening fails, and throws the error as it is', async () => {
    const { pool, lease } = setUp({ concurrency: 1 })
    const failure = new Error('no')
    const open = async () => Promise.reject(failure)
    await assert.rejects(pool.lease({ device: 'sw-1', site: 'dc1' }, key, open), (error) => error === failure)
    assert.equal(pool.counts.inUse, 0)
    await using _next = await lease('sw-1')
  })

  it('gives a place for a login that is not known yet, and keeps what it opened', async () => {
    const { pool, lease, opened } = setUp({ concurrency: 1 })
    {
      await using _nothing = await pool.slot({ device: 'sw-1', site: 'dc1' })
      assert.equal(pool.counts.inUse, 1)
    }
    assert.equal(pool.counts.inUse, 0)
    {
      await using slot = await pool.slot({ device: 'sw-1', site: 'dc1' })
      await using kept = slot.keep(key, new FakeConnection())
      assert.equal(kept.reused, false)
      assert.throws(() => slot.keep(key, new FakeConnection()), /given back/)
    }
    await using again = await lease('sw-1')
    assert.equal(again.reused, true)
    assert.deepEqual(opened, [])
  })

  it('gives a spare place only where nobody waits, no limit is reached and no idle connection has to go', async () => {
    const { clock, pool, lease } = setUp({ concurrency: 3, perSite: 2, perDevice: 1, connectsPerSecond: 4 })
    const at = (device: string, site = 'dc1') => ({ device, site })
    await (await lease('sw-1'))[Symbol.asyncDispose]()
    assert.equal(pool.spareSlot(at('sw-1')), undefined, 'the line of sw-1 is idle')
    await using second = pool.spareSlot(at('sw-2'))
    assert.ok(second)
    assert.equal(pool.spareSlot(at('sw-2')), undefined, 'the line of sw-2 is in use')
    await using _third = pool.spareSlot(at('sw-3'))
    assert.equal(pool.spareSlot(at('sw-4')), undefined, 'the site is full')
    assert.equal(pool.fullFor(at('sw-4')), 'site')
    const waiting = pool.slot(at('sw-4'))
    assert.equal(pool.spareSlot(at('sw-5', 'dc2')), undefined, 'somebody waits')
    await second[Symbol.asyncDispose]()
    await using _fourth = await waiting
    assert.equal(pool.spareSlot(at('sw-5', 'dc2')), undefined, 'four in this second')
    await clock.pass(1_000)
    await using _fifth = pool.spareSlot(at('sw-5', 'dc2'))
    assert.equal(pool.fullFor(at('sw-6', 'dc2')), 'all')
    assert.equal(pool.spareSlot(at('sw-6', 'dc2')), undefined)
    assert.deepEqual(pool.counts, { inUse: 3, idle: 1, waiting: 0 })
  })

  it('stops waiting when it is told to', async () => {
    const { pool, lease } = setUp({ concurrency: 1 })
    const first = await lease('sw-1')
    const controller = new AbortController()
    const waiting = pool.slot({ device: 'sw-2', site: 'dc1' }, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    assert.equal(pool.counts.waiting, 0)
    await first[Symbol.asyncDispose]()
  })

  it('closes the connection that a borrower discards', async () => {
    const { pool, lease } = setUp()
    const first = await lease('sw-1')
    await first.discard()
    await first[Symbol.asyncDispose]()
    assert.ok(!first.connection.isOpen)
    assert.deepEqual(pool.counts, { inUse: 0, idle: 0, waiting: 0 })
  })

  it('keeps no more idle connections than allowed', async () => {
    const { pool, lease } = setUp({ maxIdle: 2 })
    const first = await lease('sw-1')
    await first[Symbol.asyncDispose]()
    for (const device of ['sw-2', 'sw-3']) await (await lease(device))[Symbol.asyncDispose]()
    assert.equal(pool.counts.idle, 2)
    assert.ok(!first.connection.isOpen)
  })

  it('closes everything when it is disposed, also what comes back later', async () => {
    const { pool, lease } = setUp({ concurrency: 2 })
    const idle = await lease('sw-1')
    await idle[Symbol.asyncDispose]()
    const onLoan = await lease('sw-2')
    const more = await lease('sw-3')
    const waiting = assert.rejects(lease('sw-4'), /pool was closed/)
    await pool[Symbol.asyncDispose]()
    await waiting
    assert.ok(!idle.connection.isOpen)
    assert.ok(onLoan.connection.isOpen)
    await onLoan[Symbol.asyncDispose]()
    await more[Symbol.asyncDispose]()
    assert.ok(!onLoan.connection.isOpen)
    await assert.rejects(lease('sw-5'), /pool was closed/)
  })
})
