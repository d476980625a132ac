import type { Duplex } from 'node:stream'
import type { Algorithms, AnyAuthMethod, NextAuthHandler } from 'ssh2'
import ssh2 from 'ssh2'
import type { AlgorithmOffer } from './algorithm-profiles.ts'
import { deviceText } from './device-text.ts'
import { KeyExchangeOfferReader } from './key-exchange-offer.ts'
import { prepareCipherKeys } from './ssh2-cipher-keys.ts'
import { hearRefusals, type Refusal } from './ssh2-refusal.ts'
import { shareOffer } from './ssh2-shared-offer.ts'
import type { AgreedAlgorithms } from './transport.ts'

/** What this end calls itself; sent as `SSH-2.0-Netlatch`. */
const softwareName = 'Netlatch'
/** Banners and questions before a login are a few kilobytes; this is somebody filling memory. */
const maximumBeforeLogin = 1_048_576
/** Replies that a server draws and does not read pile up here. */
const maximumUnsent = 8_388_608
/** ssh2 answers keyboard-interactive rounds without a prompt by itself, without end. PAM needs one. */
const maximumEmptyRounds = 3

/** What the server did next. `question`: it wants a login method; `left` are those it takes, null before the first answer. */
export type LinkEvent =
  | { readonly type: 'keys-exchanged'; readonly agreed: AgreedAlgorithms }
  | { readonly type: 'question'; readonly left: readonly string[] | null; readonly partial: boolean }
  | { readonly type: 'logged-in' }
  | { readonly type: 'password-change' }
  | { readonly type: 'end'; readonly end: LinkEnd }

/** Why a link ended. The text is the server's, cleaned, or ssh2's own; never a secret. */
export interface LinkEnd {
  readonly text: string
  /** RFC 4253 §11.1, where the server sent a disconnect message. */
  readonly disconnectReason?: number
}

const noCompression = ['none']

const outOfTurn: LinkEnd = { text: 'the server spoke out of turn' }

export interface LinkOptions {
  readonly username: string
  readonly offer: AlgorithmOffer
  /** Called with each host key the server shows; anything but true ends the link. */
  readonly acceptHostKey: (blob: Buffer) => boolean
}

/**
 * One ssh2 client on a stream of ours, reduced to a sequence of events for one listener at a time. It never holds a secret: the
 * server's question for a login method is kept open until `answer` gives one. ssh2's errors end here; what leaves is text
 * from an allow-list of fields.
 */
export class Ssh2Link {
  readonly client = new ssh2.Client()
  readonly stream: Duplex
  /** Only until the key exchange is done: an idle connection shall be small. */
  #offerReader: KeyExchangeOfferReader | undefined = new KeyExchangeOfferReader()
  readonly #whenEnded = new Set<(end: LinkEnd) => void>()
  #listener: ((event: LinkEvent) => void) | undefined
  readonly #unheard: LinkEvent[] = []
  #question: NextAuthHandler | undefined
  #refusal: Refusal | undefined
  #end: LinkEnd | undefined
  #loggedIn = false
  #received = 0
  #emptyRounds = 0
  #overrun: (() => boolean) | undefined

  /** `stream` is paused, and starts with the server's identification; ours has not been sent by ssh2 yet. */
  constructor(stream: Duplex, options: LinkOptions) {
    this.stream = stream
    stream.on('error', (error) => this.#finish({ text: errorText(error) }))
    stream.on('close', () => this.#finish({ text: 'closed by the other side' }))
    stream.on('data', (chunk: Buffer) => this.#watch(chunk))
    this.#listenToClient()
    swallowFirstWrite(stream)
    this.client.connect({
      sock: stream,
      ident: softwareName,
      username: options.username,
      algorithms: toSsh2(options.offer),
      // Each phase has a limit of its own.
      readyTimeout: 0,
      // Never a function that returns something: ssh2 takes any value but false for a yes, a promise among them.
      hostVerifier: (blob: Buffer, verify: (accepted: boolean) => void): void =>
        verify(options.acceptHostKey(blob) === true),
      // The only source of logins. Fields such as `password` would be sent by methods nobody chose, and can be inspected.
      authHandler: (left, partial, next) => {
        // A second answer to one request would be taken for the answer to the next one.
        if (this.#question !== undefined) this.#finish(outOfTurn)
        this.#question = next
        const { left: now = left, partial: isPartial = partial === true } = this.#refusal ?? {}
        this.#tell({ type: 'question', left: now, partial: isPartial })
      },
      debug: (line) => this.#countEmptyRounds(line),
    })
    shareOffer(this.client, options.offer)
    hearRefusals(this.client, (refusal) => {
      this.#refusal = refusal
    })
  }

  /** What the server offers, as long as the key exchange is not done. */
  get theirOffer(): AlgorithmOffer | undefined {
    return this.#offerReader?.offer
  }

  get end(): LinkEnd | undefined {
    return this.#end
  }

  /** Replaces the listener. It gets what came while there was none, and the end where it has come already. */
  listen(listener: ((event: LinkEvent) => void) | undefined): void {
    this.#listener = listener
    while (this.#listener !== undefined && this.#unheard.length > 0) this.#listener(this.#unheard.shift() as LinkEvent)
    if (this.#end) this.#listener?.({ type: 'end', end: this.#end })
  }

  /** Nothing is expected of the server now: whatever it does on its own, beyond closing, ends the link. */
  expectSilence(): void {
    this.listen((event) => {
      if (event.type !== 'end') this.#finish(outOfTurn)
    })
  }

  /** Answers the open question; false when there is none, and nothing was written then. */
  answer(method: AnyAuthMethod): boolean {
    const question = this.#question
    if (question === undefined || this.#end || !this.stream.writable) return false
    this.#question = undefined
    question(method)
    return true
  }

  /** Called back once, at once where the link has ended already. The result takes the callback back. */
  onEnd(callback: (end: LinkEnd) => void): () => void {
    if (this.#end) callback(this.#end)
    else this.#whenEnded.add(callback)
    return () => this.#whenEnded.delete(callback)
  }

  /** Looks at each chunk after the login: true means that the server sends more than it may, and ends the link. */
  watchOverrun(overrun: () => boolean): void {
    this.#overrun = overrun
  }

  /** Closes at once, without a word. */
  destroy(text = 'closed here'): void {
    this.#finish({ text })
  }

  /** Says goodbye, and closes when that has left; a peer that does not read gets half a second. */
  async close(): Promise<void> {
    if (this.stream.closed) return
    const closed = new Promise<void>((resolve) => this.stream.once('close', resolve))
    if (this.#end === undefined) {
      const late = setTimeout(() => this.stream.destroy(), 500)
      this.stream.once('close', () => clearTimeout(late))
      this.client.end()
      this.stream.end(() => this.stream.destroy())
    }
    this.#finish({ text: 'closed here' }, false)
    // Channels of a jump host's connection do not always report that they are closed.
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 600).unref())])
  }

  #listenToClient(): void {
    // These stay for the client's whole life: an error without a listener would end the process.
    this.client.on('error', (error) => this.#finish(endOf(error)))
    this.client.on('close', () => this.#finish({ text: 'closed by the other side' }))
    this.client.on('handshake', ({ kex, serverHostKey, sc }) => {
      this.#offerReader = undefined
      prepareCipherKeys(this.client)
      const agreed = { keyExchange: kex, hostKey: serverHostKey, cipher: sc.cipher, ...(sc.mac && { mac: sc.mac }) }
      if (!this.#loggedIn) this.#tell({ type: 'keys-exchanged', agreed })
    })
    this.client.on('ready', () => {
      this.#loggedIn = true
      this.#tell({ type: 'logged-in' })
    })
    // Without a listener ssh2 waits for ever; the callback that would send a new password is not taken.
    this.client.on('change password', () => this.#tell({ type: 'password-change' }))
  }

  #tell(event: LinkEvent): void {
    if (this.#listener) this.#listener(event)
    else if (event.type !== 'end' && this.#unheard.push(event) > 4) this.#finish(outOfTurn)
  }

  #finish(end: LinkEnd, destroy = true): void {
    if (destroy) this.stream.destroy()
    if (this.#end) return
    this.#end = end
    this.#question = undefined
    this.#tell({ type: 'end', end })
    this.#listener = undefined
    const callbacks = [...this.#whenEnded]
    this.#whenEnded.clear()
    for (const callback of callbacks) callback(end)
  }

  #watch(chunk: Buffer): void {
    if (this.#loggedIn) {
      if (this.stream.writableLength > maximumUnsent || this.#overrun?.())
        this.#finish({ text: 'sent more than it may' })
      return
    }
    this.#offerReader?.push(chunk)
    this.#received += chunk.length
    if (this.#received > maximumBeforeLogin) this.#finish({ text: 'sent more than 1 MB before the login' })
  }

  #countEmptyRounds(line: string): void {
    if (line !== 'Client: Sending automatic USERAUTH_INFO_RESPONSE') return
    this.#emptyRounds += 1
    if (this.#emptyRounds >= maximumEmptyRounds) this.#finish({ text: 'asks for nothing, again and again' })
  }
}

/** What this end sends before anything else, ahead of ssh2: waiting for the server's line first would cost a round trip. */
export function writeIdentification(stream: Duplex): void {
  stream.write(`SSH-2.0-${softwareName}\r\n`)
}

/** ssh2 writes its identification when it starts; ours has left already, and is the same. */
function swallowFirstWrite(stream: Duplex): void {
  Object.defineProperty(stream, 'write', {
    configurable: true,
    value: () => Reflect.deleteProperty(stream, 'write'),
  })
}

/** The lists are shared by all connections of a profile: ssh2 reads them, and changes copies. */
function toSsh2(offer: AlgorithmOffer): Algorithms {
  const { keyExchange: kex, hostKey: serverHostKey, cipher, mac: hmac } = offer
  return { kex, serverHostKey, cipher, hmac, compress: noCompression } as unknown as Algorithms
}

function endOf(error: Error & { level?: string; code?: unknown }): LinkEnd {
  const text = errorText(error)
  // A disconnect message of the server arrives with its number as `code`, and no level.
  return typeof error.code === 'number' && error.level === undefined ? { text, disconnectReason: error.code } : { text }
}

function errorText(error: unknown): string {
  return error instanceof Error ? deviceText(error.message) : 'unknown'
}
