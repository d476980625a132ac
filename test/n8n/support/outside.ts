import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'

export interface Heard {
  readonly method: string
  readonly path: string
  // What a workflow sends is for the test to say.
  readonly body: Readonly<Record<string, unknown>>
}

/** Chat, tickets, NetBox and language models of the sample workflows, on loopback. Remembers what it hears. */
export class Outside implements AsyncDisposable {
  readonly heard: Heard[] = []
  readonly #answers = new Map<string, (heard: Heard) => object>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.#port = address.port
    return this
  }

  /** What is answered to requests whose path begins so. @default {} */
  answer(path: string, answer: (heard: Heard) => object): void {
    this.#answers.set(path, answer)
  }

  of(path: string): readonly Heard[] {
    return this.heard.filter((each) => each.path.startsWith(path))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>)
    const text = Buffer.concat(chunks).toString('utf8')
    const heard: Heard = {
      method: request.method ?? '',
      path: request.url ?? '',
      body: text.startsWith('{') ? JSON.parse(text) : {},
    }
    this.heard.push(heard)
    const [, answer] = [...this.#answers].find(([path]) => heard.path.startsWith(path)) ?? []
    const said = answer?.(heard) ?? {}
    if (heard.body.stream === true) {
      // As language models say it: in events, of which one is enough.
      response.setHeader('content-type', 'text/event-stream')
      response.end(`data: ${JSON.stringify(said)}\n\ndata: [DONE]\n\n`)
      return
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(said))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** A mail server that takes every mail and keeps its text. */
export interface MailSink extends AsyncDisposable {
  readonly port: number
  readonly mails: readonly string[]
}

export async function openMailSink(): Promise<MailSink> {
  const mails: string[] = []
  const server = createTcpServer((socket) => {
    let text: string | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 sink')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (text !== undefined && line !== '.') {
          text += `${line}\n`
          continue
        }
        if (text !== undefined) mails.push(text)
        const isData = text === undefined && /^DATA/i.test(line)
        text = isData ? '' : undefined
        if (isData) say('354 go on')
        else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
        else say('250 ok')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    mails,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
