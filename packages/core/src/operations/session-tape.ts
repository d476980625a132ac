import type { Connection, Shell } from '../connection/transport.ts'

/** A turn of a device: what was written to it, and what it showed then. */
export interface TapeStep {
  /** Absent: shown without being asked. */
  readonly sent?: string
  readonly shows: string
}

/** Writes down what passes through the shells of a connection, with its secrets: not to be kept as it is. */
export class SessionTape {
  #steps: TapeStep[] = [{ shows: '' }]

  get steps(): readonly TapeStep[] {
    return this.#steps
  }

  /** Forgets what was before: the session begins with this prompt. */
  restart(prompt: string): void {
    this.#steps = [{ shows: prompt }]
  }

  /** The same connection, with its next shell on the tape. */
  over(connection: Connection): Connection {
    return new Proxy(connection, {
      get: (target, key) => {
        if (key === 'shell')
          return async (...words: Parameters<Connection['shell']>) => this.#record(await target.shell(...words))
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #record(shell: Shell): Shell {
    const decoder = new TextDecoder()
    return {
      write: (text) => {
        this.#steps.push({ sent: text, shows: '' })
        shell.write(text)
      },
      onData: (callback) =>
        shell.onData((chunk) => {
          this.#showed(decoder.decode(chunk, { stream: true }))
          callback(chunk)
        }),
      onClose: (callback) => shell.onClose(callback),
      pause: () => shell.pause(),
      resume: () => shell.resume(),
      resize: (size) => shell.resize(size),
      [Symbol.asyncDispose]: () => shell[Symbol.asyncDispose](),
    }
  }

  #showed(text: string): void {
    const last = this.#steps.pop() ?? { shows: '' }
    this.#steps.push({ ...last, shows: last.shows + text })
  }
}
