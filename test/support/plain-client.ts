import { once } from 'node:events'
import ssh2 from 'ssh2'

export interface PlainLogin {
  readonly address: string
  readonly port: number
  readonly username: string
  /** Tried in this order, each once. */
  readonly secrets: readonly PlainSecret[]
  readonly algorithms?: ssh2.Algorithms
  /** @default 3000 */
  readonly readyTimeoutMs?: number
  readonly onHostKey?: (key: Buffer) => void
}

export type PlainSecret =
  | { readonly type: 'none' }
  | { readonly type: 'password'; readonly password: string }
  /** The answers to the rounds, one after the other. */
  | { readonly type: 'keyboard-interactive'; readonly answers: readonly string[] }
  | { readonly type: 'publickey'; readonly key: string | Buffer }

export type PlainResult =
  | { readonly outcome: 'accepted'; readonly client: ssh2.Client }
  | { readonly outcome: 'rejected'; readonly methods: readonly string[]; readonly partial: boolean }
  | { readonly outcome: 'closed'; readonly error: string }

type PromptListener = (
  name: string,
  instructions: string,
  language: string,
  prompts: readonly unknown[],
  finish: (answers: string[]) => void,
) => void

/** ssh2's client with nothing of Netlatch in it: what the test beds are tested with. */
export async function plainLogin(login: PlainLogin): Promise<PlainResult> {
  const client = new ssh2.Client()
  const waiting = [...login.secrets]
  let answers: string[] = []
  const answerPrompts: PromptListener = (_name, _instructions, _language, prompts, finish) =>
    finish(prompts.map(() => answers.shift() ?? ''))
  const result = new Promise<PlainResult>((resolve) => {
    client.on('ready', () => resolve({ outcome: 'accepted', client }))
    client.on('error', (error) => resolve({ outcome: 'closed', error: error.message }))
    client.on('close', () => resolve({ outcome: 'closed', error: 'closed' }))
    client.on('connect', () => client.setNoDelay(true))
    client.connect({
      host: login.address,
      port: login.port,
      username: login.username,
      readyTimeout: login.readyTimeoutMs ?? 3000,
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
        login.onHostKey?.(key)
        verify(true)
      },
      ...(login.algorithms === undefined ? {} : { algorithms: login.algorithms }),
      authHandler: (methods, partial, next) => {
        const secret = waiting.shift()
        if (secret === undefined) {
          resolve({ outcome: 'rejected', methods: methods ?? [], partial: partial ?? false })
          client.end()
          return
        }
        if (secret.type === 'keyboard-interactive') answers = [...secret.answers]
        next({ username: login.username, ...secret, prompt: answerPrompts } as ssh2.AnyAuthMethod)
      },
    })
  })
  return result
}

/** A shell that collects everything it is shown. */
export class PlainShell implements Disposable {
  readonly client: ssh2.Client
  readonly #channel: ssh2.ClientChannel
  #transcript = ''
  #wake: () => void = () => undefined

  private constructor(client: ssh2.Client, channel: ssh2.ClientChannel) {
    this.client = client
    this.#channel = channel
    channel.on('data', (bytes: Buffer) => {
      this.#transcript += bytes.toString('utf8')
      this.#wake()
    })
    channel.on('close', () => this.#wake())
  }

  static async open(client: ssh2.Client, size: { rows: number; cols: number } = { rows: 24, cols: 80 }) {
    const { promise, resolve, reject } = Promise.withResolvers<ssh2.ClientChannel>()
    client.shell({ ...size, term: 'vt100' }, (error, opened) => (error ? reject(error) : resolve(opened)))
    return new PlainShell(client, await promise)
  }

  get transcript(): string {
    return this.#transcript
  }

  type(text: string): void {
    this.#channel.write(text)
  }

  /** Everything up to and with the text that matches, which is then forgotten. Throws when it does not come in 5 s. */
  async read(until: RegExp): Promise<string> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`no ${until} in ${this.#tail()}`)), 5000)
    try {
      return await Promise.race([this.#readOn(until), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }

  #tail(): string {
    return JSON.stringify(this.#transcript.slice(-300))
  }

  async #readOn(until: RegExp): Promise<string> {
    for (;;) {
      const match = until.exec(this.#transcript)
      if (match !== null) {
        const end = match.index + match[0].length
        const text = this.#transcript.slice(0, end)
        this.#transcript = this.#transcript.slice(end)
        return text
      }
      if (this.#channel.closed) throw new Error(`closed after ${this.#tail()}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async closed(): Promise<void> {
    if (!this.#channel.closed) await once(this.#channel, 'close')
  }

  [Symbol.dispose](): void {
    this.client.end()
  }
}
