import type { PhaseClock } from './phase-clock.ts'
import type { Ssh2Link } from './ssh2-link.ts'
import { LoginExchange, lossCode, unsent } from './ssh2-login.ts'
import type { PrivateKeyReader } from './ssh2-private-key.ts'
import type { ConnectionLimits, Handshake, HostKey, LoginAnswer, LoginAttempt, LoginMethod } from './transport.ts'

/** OpenSSH cuts a connection off at six, IOS at three. */
const maximumSecrets = 3

export interface HandshakeParts {
  readonly name: string
  readonly username: string
  readonly link: Ssh2Link
  readonly clock: PhaseClock
  readonly limits: ConnectionLimits
  readonly methods: readonly LoginMethod[]
  readonly methodsAreRemembered: boolean
  readonly address: string
  readonly hostKey: HostKey
  readonly identification: string
  readonly readPrivateKey: PrivateKeyReader
}

export class Ssh2Handshake implements Handshake {
  readonly #parts: HandshakeParts
  #secretsSent = 0
  #busy = false
  #handedOver = false

  constructor(parts: HandshakeParts) {
    this.#parts = parts
  }

  get address(): string {
    return this.#parts.address
  }

  get hostKey(): HostKey {
    return this.#parts.hostKey
  }

  get methods(): readonly LoginMethod[] {
    return this.#parts.methods
  }

  get identification(): string {
    return this.#parts.identification
  }

  get phases(): Handshake['phases'] {
    return this.#parts.clock.times
  }

  get isOpen(): boolean {
    return !this.#handedOver && this.#parts.link.end === undefined && this.#secretsSent < maximumSecrets
  }

  async login(attempt: LoginAttempt): Promise<LoginAnswer> {
    const { link, clock } = this.#parts
    if (this.#busy) throw new Error('one login at a time on one connection')
    const refusal = this.#refusal(attempt)
    if (refusal) return refusal
    this.#busy = true
    const endAuthentication = clock.start('authentication')
    const exchange = new LoginExchange(this.#parts, attempt)
    try {
      const answer = await exchange.run()
      if (exchange.sent) this.#secretsSent += 1
      if (answer.outcome === 'accepted') this.#handedOver = true
      if (answer.outcome === 'rejected') return { ...answer, mayTryAgain: answer.mayTryAgain && this.isOpen }
      return answer
    } finally {
      endAuthentication()
      this.#busy = false
      link.expectSilence()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#handedOver) await this.#parts.link.close()
  }

  /** What forbids to begin at all. Everything here is said before a byte is written. */
  #refusal(attempt: LoginAttempt): LoginAnswer | undefined {
    const { link, methods } = this.#parts
    if (attempt.signal?.aborted) {
      link.destroy()
      return unsent('ABORTED', 'stopped before the login')
    }
    if (this.#handedOver) return unsent('SESSION_LOST', 'this connection is logged in already')
    if (link.end) return unsent(lossCode(link.end), `the connection was lost before the login (${link.end.text})`)
    if (this.#secretsSent >= maximumSecrets)
      return unsent('SESSION_LOST', 'three secrets were sent here, which is the limit')
    if (methods.includes(attempt.method)) return undefined
    return unsent('AUTH_METHOD', `the device does not take ${attempt.method}`)
  }
}
