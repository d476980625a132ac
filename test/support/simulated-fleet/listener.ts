import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** A TCP port that can be closed and opened again, as the same port. */
export class Listener {
  readonly #onConnection: (socket: Socket) => void
  #place: { readonly address: string; readonly port: number } | undefined
  #server: Server | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(onConnection: (socket: Socket) => void) {
    this.#onConnection = onConnection
  }

  get address(): string {
    return this.#bound().address
  }

  get port(): number {
    return this.#bound().port
  }

  /** Takes the place; port 0 takes any. Fails with EADDRINUSE or EADDRNOTAVAIL. */
  async bind(address: string, port: number): Promise<void> {
    const server = await listen(address, port, this.#onConnection)
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error(`no TCP port on ${address}`)
    this.#server = server
    this.#place = { address, port: bound.port }
  }

  /** Gives the place back, so that another one can be bound. */
  async release(): Promise<void> {
    await this.close()
    this.#place = undefined
  }

  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#server !== undefined || this.#place === undefined) return
      this.#server = await listen(this.#place.address, this.#place.port, this.#onConnection)
    })
  }

  /** Stops accepting; what is connected stays so. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#server?.close()
      this.#server = undefined
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => undefined)
    return result
  }

  #bound(): { readonly address: string; readonly port: number } {
    if (this.#place === undefined) throw new Error('not bound to an address')
    return this.#place
  }
}

async function listen(address: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  // Without no-delay, Nagle adds 40 ms to each step of a login.
  const server = createServer({ noDelay: true }, onConnection)
  server.listen({ host: address, port, backlog: 511 })
  await once(server, 'listening')
  return server
}
