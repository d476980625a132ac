import { NetlatchError } from '../errors.ts'
import type { Abortable } from '../progress.ts'
import { ConnectRate } from './connect-rate.ts'
import { FairQueue } from './fair-queue.ts'
import { IdleShelf } from './idle-shelf.ts'
import { type PoolClock, systemClock } from './pool-clock.ts'
import type { Lease, Place, Poolable, PoolKey, Slot } from './pool-lease.ts'
import { defaultPoolLimits, type PoolLimits } from './pool-limits.ts'

export type { Lease, Place, Poolable, PoolKey, Slot } from './pool-lease.ts'
export type { PoolLimits } from './pool-limits.ts'

interface Entry<C> {
  readonly device: string
  readonly key: string
  readonly place: Place
  readonly connection: C
  readonly openedAt: number
  stopTimer?: () => void
}

interface Waiter<C> {
  readonly place: Place
  /** Undefined: a new connection is wanted. */
  readonly key: string | undefined
  readonly serve: (entry: Entry<C> | undefined) => void
  readonly fail: (reason: unknown) => void
}

/**
 * Keeps connections open between operations, within limits. Knows nothing of logins: whoever asks brings the function that
 * opens. Waiting is fair: sites take turns, within a site who came first goes first.
 */
export class ConnectionPool<C extends Poolable> implements AsyncDisposable {
  readonly #limits: PoolLimits
  readonly #clock: PoolClock
  readonly #rate: ConnectRate
  readonly #queue = new FairQueue<Waiter<C>>()
  readonly #idle = new IdleShelf<Entry<C>>()
  readonly #inUseAtSite = new Map<string, number>()
  #inUse = 0
  /** In use and idle. */
  readonly #openOnDevice = new Map<string, number>()
  #stopWaiting: (() => void) | undefined
  #closed = false

  constructor(limits: Partial<PoolLimits> = {}, clock: PoolClock = systemClock) {
    this.#limits = { ...defaultPoolLimits, ...limits }
    this.#clock = clock
    this.#rate = new ConnectRate(this.#limits.connectsPerSecond)
  }

  /** How many connections are in use and idle, and how many callers wait. */
  get counts(): { readonly inUse: number; readonly idle: number; readonly waiting: number } {
    return { inUse: this.#inUse, idle: this.#idle.size, waiting: this.#queue.size }
  }

  /** An open connection of this login on this device, or a new one that `open` makes. `open`'s error is thrown as it is. */
  async lease(place: Place, key: PoolKey, open: () => Promise<C>, options: Abortable = {}): Promise<Lease<C>> {
    const entry = await this.#wait(place, nameOf(place, key), options.signal)
    if (entry) return this.#lend(entry, true)
    try {
      return this.#adopt(place, key, await open())
    } catch (error) {
      this.#leave(place)
      throw error
    }
  }

  /** A connection of this login that is idle now; undefined without one. Waits for nothing and opens nothing. */
  reuse(place: Place, key: PoolKey): Lease<C> | undefined {
    const name = nameOf(place, key)
    const entry = this.#idle.on(place.device).find((each) => each.key === name && each.connection.isOpen)
    if (!entry || this.#closed) return undefined
    this.#forget(entry)
    this.#inUse += 1
    add(this.#inUseAtSite, place.site, 1)
    return this.#lend(entry, true)
  }

  /** A place for a new connection, where it is not known yet which login will open it. */
  async slot(place: Place, options: Abortable = {}): Promise<Slot<C>> {
    await this.#wait(place, undefined, options.signal)
    return this.#slotAt(place)
  }

  /** A place for a new connection that nobody waits for and that costs no idle one; undefined where there is none now. */
  spareSlot(place: Place): Slot<C> | undefined {
    const mayConnect = this.#rate.waitMs(this.#clock.now()) === 0 && this.#isBelowLimit(place)
    if (this.#closed || this.#queue.size > 0 || !mayConnect || this.fullFor(place)) return undefined
    this.#serve({ place, key: undefined, serve: () => undefined, fail: () => undefined })
    return this.#slotAt(place)
  }

  /** Whether as many connections are in use as there may be: at the place's site, or in all. */
  fullFor({ site }: Pick<Place, 'site'>): 'site' | 'all' | undefined {
    if ((this.#inUseAtSite.get(site) ?? 0) >= this.#limits.perSite) return 'site'
    return this.#inUse >= this.#limits.concurrency ? 'all' : undefined
  }

  /** The place is taken already. */
  #slotAt(place: Place): Slot<C> {
    let held = true
    return {
      keep: (key, connection) => {
        if (!held) throw new Error('this place was given back already')
        held = false
        return this.#adopt(place, key, connection)
      },
      [Symbol.asyncDispose]: async () => {
        if (held) this.#leave(place)
        held = false
      },
    }
  }

  /** Closes what is idle, refuses who waits; what is on loan is closed when it comes back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#stopWaiting?.()
    const closed = new NetlatchError('ABORTED', 'the connection pool was closed')
    for (const waiter of this.#queue.removeAll()) waiter.fail(closed)
    await Promise.all(this.#idle.toArray().map((entry) => this.#close(entry)))
  }

  #wait(place: Place, key: string | undefined, signal: AbortSignal | undefined): Promise<Entry<C> | undefined> {
    if (this.#closed) return Promise.reject(new NetlatchError('ABORTED', 'the connection pool was closed'))
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        if (this.#queue.remove(place.site, waiter)) reject(signal?.reason)
      }
      const done = () => signal?.removeEventListener('abort', onAbort)
      const waiter: Waiter<C> = {
        place,
        key,
        serve: (entry) => {
          done()
          resolve(entry)
        },
        fail: (reason) => {
          done()
          reject(reason)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#queue.add(place.site, waiter)
      this.#serveWaiters()
    })
  }

  #serveWaiters(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    while (this.#inUse < this.#limits.concurrency) {
      const mayConnectIn = this.#rate.waitMs(this.#clock.now())
      const waiter = this.#queue.take(
        (site) => (this.#inUseAtSite.get(site) ?? 0) < this.#limits.perSite,
        (each) => this.#canServe(each, mayConnectIn === 0),
      )
      if (waiter === undefined) {
        if (mayConnectIn > 0 && this.#queue.size > 0) {
          this.#stopWaiting = this.#clock.after(mayConnectIn, () => this.#serveWaiters(), true)
        }
        return
      }
      this.#serve(waiter)
    }
  }

  #canServe(waiter: Waiter<C>, mayConnect: boolean): boolean {
    const idle = this.#idle.on(waiter.place.device)
    if (this.#reusable(idle, waiter)) return true
    return mayConnect && (this.#isBelowLimit(waiter.place) || idle.length > 0)
  }

  #serve(waiter: Waiter<C>): void {
    const { place } = waiter
    const idle = this.#idle.on(place.device)
    const entry = this.#reusable(idle, waiter)
    this.#inUse += 1
    add(this.#inUseAtSite, place.site, 1)
    if (entry) {
      this.#forget(entry)
      waiter.serve(entry)
      return
    }
    this.#rate.record(this.#clock.now())
    const [other] = idle
    if (this.#isBelowLimit(place) || other === undefined) {
      add(this.#openOnDevice, place.device, 1)
      waiter.serve(undefined)
      return
    }
    // The device's line goes to whoever waits. The new connection is opened when the old one has left it.
    add(this.#openOnDevice, place.device, 1)
    void this.#close(other).then(() => waiter.serve(undefined))
  }

  #reusable(idle: readonly Entry<C>[], waiter: Waiter<C>): Entry<C> | undefined {
    return idle.find((entry) => entry.key === waiter.key && entry.connection.isOpen)
  }

  #isBelowLimit(place: Place): boolean {
    return (this.#openOnDevice.get(place.device) ?? 0) < this.#limits.perDevice
  }

  #adopt(place: Place, key: PoolKey, connection: C): Lease<C> {
    const { device } = place
    const entry: Entry<C> = { device, key: nameOf(place, key), place, connection, openedAt: this.#clock.now() }
    connection.onClose(() => {
      // One that breaks while it is idle; on loan, its borrower brings it back.
      if (!this.#forget(entry)) return
      add(this.#openOnDevice, device, -1)
      this.#serveWaiters()
    })
    return this.#lend(entry, false)
  }

  #lend(entry: Entry<C>, reused: boolean): Lease<C> {
    let lent = true
    const giveBack = async (keep: boolean) => {
      if (!lent) return
      lent = false
      this.#inUse -= 1
      add(this.#inUseAtSite, entry.place.site, -1)
      const age = this.#clock.now() - entry.openedAt
      if (keep && !this.#closed && entry.connection.isOpen && age < this.#limits.maxAgeMs) {
        this.#store(entry, this.#limits.maxAgeMs - age)
        this.#serveWaiters()
        return
      }
      await this.#dispose(entry)
    }
    return {
      connection: entry.connection,
      reused,
      discard: () => giveBack(false),
      [Symbol.asyncDispose]: () => giveBack(true),
    }
  }

  #leave(place: Place): void {
    this.#inUse -= 1
    add(this.#inUseAtSite, place.site, -1)
    add(this.#openOnDevice, place.device, -1)
    this.#serveWaiters()
  }

  #store(entry: Entry<C>, lifeMs: number): void {
    this.#idle.add(entry)
    entry.stopTimer = this.#clock.after(Math.min(this.#limits.idleMs, lifeMs), () => void this.#close(entry), false)
    const { oldest } = this.#idle
    if (oldest && this.#idle.size > this.#limits.maxIdle) void this.#close(oldest)
  }

  /** Takes an entry out of the idle ones; false when it was not among them. */
  #forget(entry: Entry<C>): boolean {
    if (!this.#idle.remove(entry)) return false
    entry.stopTimer?.()
    return true
  }

  async #close(entry: Entry<C>): Promise<void> {
    // Nobody uses it any more: that its end went wrong is nobody's concern either.
    if (this.#forget(entry)) await this.#dispose(entry).catch(() => undefined)
  }

  /** The device's line is free when the connection is closed, not when it is told to. */
  async #dispose(entry: Entry<C>): Promise<void> {
    try {
      await entry.connection[Symbol.asyncDispose]()
    } finally {
      add(this.#openOnDevice, entry.device, -1)
      this.#serveWaiters()
    }
  }
}

function nameOf(place: Place, key: PoolKey): string {
  return JSON.stringify([place.device, key.credential, key.secretId, key.profile])
}

/** Counts, and forgets what is at zero: device names come and go. */
function add(counts: Map<string, number>, name: string, change: number): void {
  const count = (counts.get(name) ?? 0) + change
  if (count > 0) counts.set(name, count)
  else counts.delete(name)
}
