import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FleetDescription } from './description.ts'
import type { FleetReply, FleetRequests } from './fleet-requests.ts'
import type { DevicePlace } from './place.ts'

/** A fleet in another process: client and devices do not share an event loop. It ends with this process. */
export class FleetProcess implements AsyncDisposable {
  readonly description: FleetDescription
  readonly places: readonly DevicePlace[]
  readonly #child: ChildProcess
  readonly #waiting: Map<number, PromiseWithResolvers<unknown>>
  #nextId = 1

  constructor(
    description: FleetDescription,
    places: readonly DevicePlace[],
    child: ChildProcess,
    waiting: Map<number, PromiseWithResolvers<unknown>>,
  ) {
    this.description = description
    this.places = places
    this.#child = child
    this.#waiting = waiting
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  place(name: string): DevicePlace {
    const place = this.places.find((one) => one.name === name)
    if (place === undefined) throw new Error(`no device ${name}`)
    return place
  }

  /** `await fleet.ask('changePassword', 'tacacs', 'netops', 'new')` */
  async ask<Op extends keyof FleetRequests>(
    op: Op,
    ...args: Parameters<FleetRequests[Op]>
  ): Promise<Awaited<ReturnType<FleetRequests[Op]>>> {
    const id = this.#nextId++
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#child.stdin?.write(`${JSON.stringify({ id, op, args })}\n`)
    return (await waiting.promise) as Awaited<ReturnType<FleetRequests[Op]>>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await exit
  }
}

export async function startFleetProcess(description: FleetDescription): Promise<FleetProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<readonly DevicePlace[]>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as FleetReply
    if ('ready' in reply) {
      ready.resolve(reply.places)
      return
    }
    const request = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) request?.reject(new Error(reply.error))
    else request?.resolve(reply.result)
  })
  child.once('exit', (code, signal) => {
    const error = new Error(`the simulated fleet ended (${signal ?? code})`)
    ready.reject(error)
    for (const request of waiting.values()) request.reject(error)
  })
  child.stdin.write(`${JSON.stringify(description)}\n`)
  return new FleetProcess(description, await ready.promise, child, waiting)
}
