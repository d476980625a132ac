import type { Shell } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import { createTerminalText } from './terminal-text.ts'

/** What a listener wants after it saw all that has come. */
export type Step = { readonly do: 'wait' } | { readonly do: 'write'; readonly text: string } | { readonly do: 'end' }

/** Reads along with the terminal for the length of one conversation. */
export interface Listener {
  /** A finished line. */
  line(text: string): void
  /** The unfinished line, each time all bytes that have come are read. */
  rest(text: string): Step
  /** How many steps of the conversation are over; whenever it grows, time and bytes are counted anew. */
  readonly finished?: number
}

export interface ConversationLimits {
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal?: AbortSignal
  /** Make the errors of a conversation that took too long or brought too much, from the last lines that came. */
  readonly tooSlow: (tail: string) => NetlatchError
  readonly tooLarge: (tail: string) => NetlatchError
}

/** What an idle device may say between two commands. */
const maxIdleBytes = 1024 * 1024
/** An unfinished line longer than this is no prompt: the listener gets an empty one, and nothing is copied. */
const maxRest = 1024
const tailLength = 400

/** The one reader of a shell: cleans what comes, hands it to the listener of the moment, keeps limits. */
export class ShellReader implements AsyncDisposable {
  readonly #shell: Shell
  readonly #terminal
  #listener: { read: (chunk: Buffer) => void; fail: (error: unknown) => void } | undefined
  #idleBytes = 0
  #tail: string[] = []
  #lost: unknown
  #isClosed = false
  #closed: Promise<void> | undefined

  constructor(shell: Shell, columns: number) {
    this.#shell = shell
    this.#terminal = createTerminalText({ columns })
    shell.onClose(() => {
      if (!this.#isOver) this.lose(this.#lostError('the device ended the session'))
    })
    shell.onData((chunk) => this.#onData(chunk))
  }

  /** Why nothing can be sent any more; undefined while the session is sound. */
  get lost(): unknown {
    // Most sessions are closed, and nobody ever asks: an error costs more than the rest of it.
    if (this.#isClosed) this.#lost ??= this.#lostError('the session was closed')
    return this.#lost
  }

  /** The unfinished line. */
  get rest(): string {
    return this.#terminal.lineLength > maxRest ? '' : this.#terminal.line
  }

  /** The last lines that came, for messages. */
  get tail(): string {
    return [...this.#tail, this.rest].join('\n').slice(-tailLength).trim()
  }

  write(text: string): void {
    this.#shell.write(text)
  }

  /** Forgets what came: it holds something that must not be quoted. */
  forgetTail(): void {
    this.#tail = []
  }

  /** Writes `text`, then lets the listener read until it wants no more. A conversation that fails takes the shell with it. */
  async converse(text: string, listener: Listener, limits: ConversationLimits): Promise<void> {
    if (this.lost !== undefined) throw this.lost
    limits.signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => this.lose(limits.tooSlow(this.tail)), limits.timeoutMs)
    const onAbort = (): void => this.lose(limits.signal?.reason)
    limits.signal?.addEventListener('abort', onAbort, { once: true })
    let received = 0
    let shown = 0
    let finished = listener.finished ?? 0

    const noteProgress = (): void => {
      if ((listener.finished ?? 0) === finished) return
      finished = listener.finished ?? 0
      received = 0
      shown = 0
      timer.refresh()
    }
    const turn = (): void => {
      const step = listener.rest(this.rest)
      noteProgress()
      if (step.do === 'write') this.#shell.write(step.text)
      if (step.do === 'end') {
        this.#listener = undefined
        this.#idleBytes = 0
        resolve()
      }
    }
    const read = (chunk: Buffer): void => {
      received += chunk.length
      this.#terminal.write(chunk, (line) => {
        shown += line.length + 1
        this.#remember(line)
        listener.line(line)
        noteProgress()
      })
      // What is shown can be longer than what was sent: cursor movements leave blanks.
      if (Math.max(received, shown + this.#terminal.lineLength) > limits.maxBytes) this.lose(limits.tooLarge(this.tail))
      else turn()
    }
    this.#listener = { read, fail: reject }
    try {
      if (text !== '') this.#shell.write(text)
      else turn()
      await promise
    } finally {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', onAbort)
      this.#listener = undefined
    }
  }

  /** Ends it all: after an error nobody knows any more what the device is answering. */
  lose(reason: unknown): void {
    if (this.#isOver) return
    this.#lost = reason ?? this.#lostError('the session was stopped')
    this.#shell.pause()
    this.#listener?.fail(this.#lost)
    this.#close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#close()
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#lost !== undefined
  }

  #close(): Promise<void> {
    // A shell that cannot be closed any more is closed.
    this.#closed ??= Promise.resolve(this.#shell[Symbol.asyncDispose]()).catch(() => undefined)
    return this.#closed
  }

  #onData(chunk: Buffer): void {
    if (this.#isOver) return
    try {
      if (this.#listener) this.#listener.read(chunk)
      else this.#readIdle(chunk)
    } catch (error) {
      this.lose(error)
    }
  }

  #readIdle(chunk: Buffer): void {
    this.#idleBytes += chunk.length
    if (this.#idleBytes > maxIdleBytes) this.lose(this.#lostError('the device talks without being asked'))
    else this.#terminal.write(chunk, (line) => this.#remember(line))
  }

  #remember(line: string): void {
    this.#tail.push(line.length > tailLength ? line.slice(-tailLength) : line)
    if (this.#tail.length > 16) this.#tail = this.#tail.slice(-8)
  }

  #lostError(what: string): NetlatchError {
    const tail = this.tail
    const after = tail === '' ? '' : ` after ${JSON.stringify(tail)}`
    return new NetlatchError('SESSION_LOST', `session lost: ${what}${after}. Run again.`, { details: { tail } })
  }
}
