/**
 * A longer way to a fleet, without privileges: a TCP proxy that holds back what passes, in a process of its own. The first
 * line of standard input is a DelayProxyJob; it says where it listens, one place for each, and ends when standard input ends.
 *
 * A connection on loopback opens at once. On a real line it takes a round trip, and the server hears of it half a one later:
 * what a client sends before that waits here too.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { DelayProxyJob, ProxiedPlace } from './delay-proxy-process.ts'

/** Lets chunks through in their order, each so long after it came, and none before `opensAt`. */
class DelayLine {
  readonly #delayMs: number
  readonly #opensAt: number
  readonly #to: Socket
  readonly #waiting: { readonly at: number; readonly chunk: Buffer | undefined }[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(to: Socket, delayMs: number, opensAt: number) {
    this.#to = to
    this.#delayMs = delayMs
    this.#opensAt = opensAt
  }

  /** Undefined is the end of the stream. */
  push(chunk: Buffer | undefined): void {
    this.#waiting.push({ at: Math.max(performance.now(), this.#opensAt) + this.#delayMs, chunk })
    this.#arm()
  }

  #arm(): void {
    const [first] = this.#waiting
    if (first === undefined || this.#timer !== undefined) return
    // A timer is late by half a millisecond on average: that much early is as good.
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, Math.floor(first.at - performance.now())))
  }

  #deliver(): void {
    this.#timer = undefined
    const now = performance.now() + 1
    for (let [first] = this.#waiting; first !== undefined && first.at <= now; [first] = this.#waiting) {
      this.#waiting.shift()
      if (first.chunk === undefined) this.#to.end()
      else if (this.#to.writable) this.#to.write(first.chunk)
    }
    this.#arm()
  }
}

function carry(near: Socket, place: ProxiedPlace, roundTripMs: number): void {
  const acceptedAt = performance.now()
  const half = roundTripMs / 2
  near.setNoDelay(true)
  near.on('error', () => near.destroy())
  const far = connect({ host: place.to.address, port: place.to.port, noDelay: true })
  far.on('error', () => near.resetAndDestroy())
  const outward = new DelayLine(far, half, acceptedAt + roundTripMs)
  const homeward = new DelayLine(near, half, acceptedAt + roundTripMs + half)
  near.on('data', (chunk) => outward.push(chunk))
  near.on('end', () => outward.push(undefined))
  far.on('data', (chunk) => homeward.push(chunk))
  far.on('end', () => homeward.push(undefined))
  near.once('close', () => setTimeout(() => far.destroy(), half).unref())
}

async function listen(place: ProxiedPlace, roundTripMs: number): Promise<{ address: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (near) => carry(near, place, roundTripMs))
  server.listen({ host: place.address, port: place.port, backlog: 511 })
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no TCP port')
  return { address: bound.address, port: bound.port }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const job = JSON.parse((await lines.next()).value ?? '') as DelayProxyJob
const bound = []
for (const place of job.places) bound.push(await listen(place, job.roundTripMs))
process.stdout.write(`${JSON.stringify(bound)}\n`)
await lines.next()
process.exit(0)
