import type { Slot } from '../connection/connection-pool.ts'
import type { Connection } from '../connection/transport.ts'
import type { Upcoming } from '../credentials/schedule.ts'
import type { Device } from '../model.ts'
import { siteOf } from '../safety/device-site.ts'
import type { Netlatch } from './netlatch.ts'
import { type Connected, connect, type OpenPorts, type OpenRequest, type OpenResult } from './open-device.ts'

/** How long a connection waits for its login; servers close after 30 s and more. */
const keepMs = 15_000

/** A device with a line of its own: what a login there begins with. */
export interface Prepared {
  readonly slot: Slot<Connection>
  /** The device cannot be reached, or is not the one it was: no credential can help. */
  readonly failure?: OpenResult & { readonly kind: 'unusable' }
}

interface Preparation {
  readonly username: string
  readonly site: string
  readonly stop: AbortController
  readonly ready: Promise<Ready | undefined>
}

interface Ready {
  readonly slot: Slot<Connection>
  readonly connected: Connected
}

/**
 * Connections that are opened while their account is busy elsewhere: the host key is checked, nothing is sent, and the ledger is
 * asked only when the login's turn has come. A login then takes a third of the time.
 */
export class ConnectionsAhead implements AsyncDisposable {
  readonly #netlatch: Netlatch
  readonly #ports: OpenPorts
  readonly #preparations = new Map<Device, Preparation>()

  constructor(netlatch: Netlatch, ports: OpenPorts) {
    this.#netlatch = netlatch
    this.#ports = ports
  }

  get size(): number {
    return this.#preparations.size
  }

  /** Begins with those that are not begun yet and need not wait for a place; `free` more of them at most. */
  prepare(upcoming: readonly Upcoming[], free: number, methodsOf: (each: Upcoming) => OpenRequest['methods']): void {
    for (const each of upcoming.filter(({ device }) => !this.#preparations.has(device)).slice(0, Math.max(0, free)))
      this.#begin(each, methodsOf(each))
  }

  /** A place for a device that nothing was begun for. Where there is none, the last that was begun gives its own up. */
  async slotFor(device: Device): Promise<Slot<Connection>> {
    const { pool } = this.#netlatch
    const place = { device: device.name, site: siteOf(device) }
    const full = pool.fullFor(place)
    const slot = pool.slot(place, this.#ports.signal ? { signal: this.#ports.signal } : {})
    const last = [...this.#preparations].findLast(([, { site }]) => full === 'all' || site === place.site)
    if (full && last) void this.#drop(last[0])
    return slot
  }

  /** What was begun for this device, once it is there; undefined where nothing was, or it came to nothing. */
  async take({ device, credential }: Upcoming): Promise<Prepared | undefined> {
    const preparation = this.#preparations.get(device)
    if (!preparation) return undefined
    this.#preparations.delete(device)
    const found = await preparation.ready
    if (!found) return undefined
    const { slot, connected } = found
    if (connected.kind === 'unusable') return { slot, failure: connected }
    if (preparation.username === credential.username)
      this.#ports.spares.keep(device, credential.username, connected.handshake)
    else await connected.handshake[Symbol.asyncDispose]()
    return { slot }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#preparations.keys()].map((device) => this.#drop(device)))
  }

  #begin({ device, credential }: Upcoming, methods: OpenRequest['methods']): void {
    const site = siteOf(device)
    const slot = this.#netlatch.pool.spareSlot({ device: device.name, site })
    if (!slot) return
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, ...(this.#ports.signal ? [this.#ports.signal] : [])])
    const ready = this.#open(slot, device, credential.username, methods, signal)
    this.#preparations.set(device, { username: credential.username, site, stop, ready })
    void ready.then(() => {
      const timer = setTimeout(() => {
        if (this.#preparations.get(device)?.ready === ready) void this.#drop(device)
      }, keepMs)
      timer.unref()
    })
  }

  async #open(
    slot: Slot<Connection>,
    device: Device,
    username: string,
    methods: OpenRequest['methods'],
    signal: AbortSignal,
  ): Promise<Ready | undefined> {
    const connected = await connect(
      this.#netlatch,
      { device, username, ...(methods && { methods }) },
      { ...this.#ports, signal },
    ).catch(nothing)
    if (connected) return { slot, connected }
    await slot[Symbol.asyncDispose]()
    return undefined
  }

  async #drop(device: Device): Promise<void> {
    const preparation = this.#preparations.get(device)
    this.#preparations.delete(device)
    preparation?.stop.abort(new Error('not needed'))
    const found = await preparation?.ready
    if (found?.connected.kind === 'connected') await found.connected.handshake[Symbol.asyncDispose]()
    await found?.slot[Symbol.asyncDispose]()
  }
}

/** Stopped: whoever waits for the device finds out by itself. */
function nothing(): undefined {
  return undefined
}
