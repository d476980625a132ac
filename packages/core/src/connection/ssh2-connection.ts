import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { NetlatchError } from '../errors.ts'
import type { Abortable } from '../progress.ts'
import { deviceText } from './device-text.ts'
import { within } from './limits.ts'
import type { Ssh2Link } from './ssh2-link.ts'
import type { Connection, ConnectionLimits, Shell } from './transport.ts'

/** ssh2 grants a server 2 MB on each channel, and believes servers that send more. */
const maximumUnread = 4_194_304

interface ConnectionParts {
  readonly address: string
  readonly name: string
  readonly limits: ConnectionLimits
}

export class Ssh2Connection implements Connection {
  readonly #link: Ssh2Link
  readonly #parts: ConnectionParts
  readonly #channels = new Set<Duplex>()

  constructor(link: Ssh2Link, parts: ConnectionParts) {
    this.#link = link
    this.#parts = parts
    link.watchOverrun(() => {
      for (const channel of this.#channels) if (channel.readableLength > maximumUnread) return true
      return false
    })
  }

  get name(): string {
    return this.#parts.name
  }

  get address(): string {
    return this.#parts.address
  }

  get isOpen(): boolean {
    return this.#link.end === undefined && this.#link.stream.writable
  }

  async shell(size: { readonly columns: number; readonly rows: number }, { signal }: Abortable = {}): Promise<Shell> {
    const { client } = this.#link
    const window = { cols: size.columns, rows: size.rows, width: 0, height: 0, term: 'vt100' }
    const channel = await this.#openChannel<ClientChannel>(
      (done) => client.shell(window, done),
      (why, reason) => {
        const code = reason === openFailure.resourceShortage ? 'DEVICE_BUSY' : 'SESSION_LOST'
        return new NetlatchError(code, `${this.name}: no terminal was opened (${why})`)
      },
      signal,
    )
    return new Ssh2Shell(channel, this.#link)
  }

  async forward(host: string, port: number, { signal }: Abortable = {}): Promise<Duplex> {
    const { client } = this.#link
    return this.#openChannel<Duplex>(
      // Port 0 and the loopback address: there is no connection of a third party that is passed on.
      (done) => client.forwardOut('127.0.0.1', 0, host, port, done),
      (why, reason) => forwardFailed(this.name, host, port, why, reason),
      signal,
    )
  }

  onClose(callback: (reason: string) => void): void {
    this.#link.onEnd((end) => callback(end.text))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.close()
  }

  async #openChannel<C extends Duplex>(
    start: (done: (error: Error | undefined, channel: C) => void) => void,
    failure: (why: string, reason?: number) => NetlatchError,
    signal: AbortSignal | undefined,
  ): Promise<C> {
    if (!this.isOpen) throw failure(`connection lost: ${this.#link.end?.text ?? 'closed'}`)
    const opened = Promise.withResolvers<C>()
    const { channelMs } = this.#parts.limits
    const forget = this.#link.onEnd((end) => opened.reject(failure(`connection lost: ${end.text}`)))
    try {
      start((error, channel) => {
        if (error) opened.reject(failure(failureText(error), failureReason(error)))
        else opened.resolve(channel)
      })
      const late = () => failure(`no answer in ${channelMs / 1000} s`)
      const channel = await within(opened.promise, channelMs, late, signal)
      this.#channels.add(channel)
      channel.once('close', () => this.#channels.delete(channel))
      return channel
    } catch (error) {
      // The channel may still come: nobody would close it.
      opened.promise.then(
        (channel) => channel.destroy(),
        () => undefined,
      )
      throw error
    } finally {
      forget()
    }
  }
}

/** RFC 4254 §5.1. */
const openFailure = { prohibited: 1, connectFailed: 2, unknownType: 3, resourceShortage: 4 } as const

function failureReason(error: Error): number | undefined {
  return 'reason' in error && typeof error.reason === 'number' ? error.reason : undefined
}

function failureText(error: Error): string {
  return deviceText(error.message.replace(/^\(SSH\) Channel open failure: ?/, '')) || 'no reason given'
}

/** Only a server that says that it tried to connect has proved that the jump host is not what failed. */
function forwardFailed(
  name: string,
  host: string,
  port: number,
  why: string,
  reason: number | undefined,
): NetlatchError {
  const details = { jumpHost: name, host, port }
  if (reason !== openFailure.connectFailed)
    return new NetlatchError('JUMP_HOST_FAILED', `jump host ${name} did not forward to ${host}:${port} (${why})`, {
      details,
    })
  const refused = /refused/i.test(why)
  const what = refused ? 'refused' : `cannot be reached (${why})`
  const message = `port ${port} of ${host} ${what}, seen from jump host ${name}`
  return new NetlatchError(refused ? 'REFUSED' : 'UNREACHABLE', message, { details })
}

class Ssh2Shell implements Shell {
  readonly #channel: ClientChannel
  readonly #link: Ssh2Link
  #reading = false

  constructor(channel: ClientChannel, link: Ssh2Link) {
    this.#channel = channel
    this.#link = link
    channel.on('error', () => undefined)
  }

  write(text: string): void {
    if (this.#channel.writable && this.#link.end === undefined) this.#channel.write(text)
  }

  onData(callback: (chunk: Buffer) => void): void {
    this.#reading = true
    this.#channel.on('data', callback)
    // A terminal has one output. Left unread, the other one would use up the window, and all would stand still.
    this.#channel.stderr.on('data', callback)
  }

  onClose(callback: () => void): void {
    let called = false
    let forget: (() => void) | undefined
    const once = () => {
      if (called) return
      called = true
      // A connection is idle for long and serves many shells: it keeps nothing of those that are closed.
      forget?.()
      callback()
    }
    // A channel that nobody reads never gets to its end.
    forget = this.#link.onEnd(() => {
      if (!this.#reading || this.#channel.readableEnded) once()
    })
    this.#channel.once('close', once)
  }

  pause(): void {
    this.#channel.pause()
    this.#channel.stderr.pause()
  }

  resume(): void {
    this.#channel.resume()
    this.#channel.stderr.resume()
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    if (this.#channel.writable && this.#link.end === undefined) this.#channel.setWindow(rows, columns, 0, 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#channel.destroy()
  }
}
