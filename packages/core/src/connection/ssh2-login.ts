import { performance } from 'node:perf_hooks'
import type { ParsedKey, Prompt } from 'ssh2'
import type { AgentKey, Secret } from '../secret.ts'
import { deviceText } from './device-text.ts'
import { findAgentKey, oneKeyAgent } from './ssh2-agent-key.ts'
import { Ssh2Connection } from './ssh2-connection.ts'
import type { HandshakeParts } from './ssh2-handshake.ts'
import type { LinkEnd, LinkEvent } from './ssh2-link.ts'
import type { LoginAnswer, LoginAttempt, LoginFailureCode, LoginMethod } from './transport.ts'

const tooManyConnections = 12
const noMoreMethods = 14

/** A hidden prompt that is not for a password. */
const asksForCode =
  /one[- ]?time|\botp\b|verification|authenticat(or|ion code)|token|passcode|\bcode\b|\bpin\b|\bduo\b|yubikey|challenge/i

const asksForNewPassword = /new password|expired|must be changed|change your password/i

/**
 * One secret, one method, one write. `#mayWrite` is the only way to the wire: it looks at the monotonic clock in the same tick
 * in which the bytes are written, and says yes once.
 */
export class LoginExchange {
  readonly #parts: HandshakeParts
  readonly #attempt: LoginAttempt
  readonly #answer = Promise.withResolvers<LoginAnswer>()
  readonly #over = new AbortController()
  #sent = false

  constructor(parts: HandshakeParts, attempt: LoginAttempt) {
    this.#parts = parts
    this.#attempt = attempt
  }

  /** Whether the secret was used: written, or signed with. */
  get sent(): boolean {
    return this.#sent
  }

  async run(): Promise<LoginAnswer> {
    const { link, limits } = this.#parts
    const { method, sendBefore, signal } = this.#attempt
    const onAbort = () => this.#cut('ABORTED', 'stopped')
    const untilDeadline = sendBefore - performance.now()
    const why =
      untilDeadline < limits.authenticationMs ? 'the grant ended' : `no answer in ${limits.authenticationMs / 1000} s`
    const timer = setTimeout(
      () => this.#cut('AUTH_UNCLEAR', why),
      Math.max(0, Math.min(untilDeadline, limits.authenticationMs)),
    )
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      link.listen((event) => this.#hear(event))
      if (method === 'publickey') this.#startPublicKey()
      else if (method === 'password') this.#startPassword()
      else this.#startKeyboardInteractive()
      return await this.#answer.promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#over.abort()
    }
  }

  #startPassword(): void {
    const { link, username } = this.#parts
    const { password } = this.#attempt
    if (password === undefined) {
      this.#settle(unsent('AUTH_METHOD', 'the credential has no password'))
    } else if (this.#mayWrite()) {
      // ssh2 takes a Buffer as well, its types do not say so. It keeps what it was given: this one is emptied, and is no
      // part of the pool that other buffers share.
      const bytes = bytesOf(password)
      link.answer({ type: 'password', username, password: bytes as unknown as string })
      bytes.fill(0)
    }
  }

  #startKeyboardInteractive(): void {
    const { link, username } = this.#parts
    if (this.#attempt.password === undefined) {
      this.#settle(unsent('AUTH_METHOD', 'the credential has no password'))
      return
    }
    const asked = link.answer({
      type: 'keyboard-interactive',
      username,
      prompt: (name, instructions, _language, prompts, finish) =>
        this.#answerPrompts(`${name} ${instructions}`, prompts, finish),
    })
    if (!asked) this.#cut('SESSION_LOST', 'the connection was lost')
  }

  /** One hidden prompt in one round is a password prompt. Everything else is a second factor or a trick. */
  #answerPrompts(around: string, prompts: readonly Prompt[], finish: (answers: string[]) => void): void {
    const asked = prompts.map((prompt) => prompt.prompt).join(' ')
    const quote = `asked for “${deviceText(asked, 80)}”`
    const [only] = prompts
    if (this.#sent) {
      const expired = asksForNewPassword.test(`${around} ${asked}`)
      this.#cut(expired ? 'PASSWORD_EXPIRED' : 'EXTRA_PROMPT', `${quote} after the password`)
    } else if (prompts.length !== 1 || only?.echo !== false || asksForCode.test(asked)) {
      this.#cut('EXTRA_PROMPT', quote)
    } else if (this.#attempt.password && this.#mayWrite()) {
      finish([this.#attempt.password.reveal()])
    }
  }

  #startPublicKey(): void {
    const { link, username } = this.#parts
    const { privateKey, passphrase, agentKey } = this.#attempt
    if (agentKey) {
      void this.#startAgentKey(agentKey)
      return
    }
    if (privateKey === undefined) {
      this.#settle(unsent('AUTH_METHOD', 'the credential has no private key'))
      return
    }
    const read = this.#parts.readPrivateKey(privateKey, passphrase)
    if (read.key === undefined) {
      this.#settle(unsent('AUTH_METHOD', read.reason))
      return
    }
    const offered = link.answer({ type: 'publickey', username, key: this.#signingOnce(read.key) })
    if (!offered) this.#cut('SESSION_LOST', 'the connection was lost')
  }

  async #startAgentKey(agentKey: AgentKey): Promise<void> {
    const { link, username } = this.#parts
    const found = await findAgentKey(agentKey, this.#over.signal)
    if (typeof found === 'string') {
      this.#settle(unsent('SECRET_UNAVAILABLE', found))
      return
    }
    let isAsked = false
    const agent = oneKeyAgent(found, {
      maySign: () => {
        if (isAsked) this.#cut('EXTRA_PROMPT', 'asked for a second signature')
        if (isAsked) return false
        isAsked = true
        return true
      },
      mayWrite: () => this.#mayWrite(),
      notSigned: () => this.#cut('SECRET_UNAVAILABLE', 'the SSH agent did not sign'),
    })
    const offered = link.answer({ type: 'agent', username, agent })
    if (!offered) this.#cut('SESSION_LOST', 'the connection was lost')
  }

  /** The offer of a public key is free; the signature is the secret's use. A server may ask for it once. */
  #signingOnce(key: ParsedKey): ParsedKey {
    const sign: ParsedKey['sign'] = (data, algorithm) => {
      if (this.#sent) this.#cut('EXTRA_PROMPT', 'asked for a second signature')
      else if (this.#mayWrite()) return key.sign(data, algorithm)
      return Buffer.alloc(0)
    }
    return Object.create(key, { sign: { value: sign } })
  }

  /** The last look before the secret is used. False has settled the attempt, and closed the connection. */
  #mayWrite(): boolean {
    const { link } = this.#parts
    if (performance.now() >= this.#attempt.sendBefore) this.#cut('AUTH_UNCLEAR', 'the grant ended')
    else if (link.end !== undefined || !link.stream.writable) this.#cut('SESSION_LOST', 'the connection was lost')
    else this.#sent = true
    return this.#sent
  }

  #hear(event: LinkEvent): void {
    const { link } = this.#parts
    switch (event.type) {
      case 'logged-in':
        this.#settle({ outcome: 'accepted', connection: this.#connection() })
        break
      case 'question':
        this.#settle(this.#refusal(event.left ?? [], event.partial))
        // The server wants another factor now: there is none to give.
        if (event.partial) link.destroy()
        break
      case 'password-change':
        this.#cut('PASSWORD_EXPIRED', 'the device wants a new password')
        break
      case 'end':
        this.#settle(this.#loss(event.end))
        break
    }
  }

  #refusal(left: readonly string[], partial: boolean): LoginAnswer {
    const { method } = this.#attempt
    const takesMore = left.includes(method)
    if (partial) return { outcome: 'rejected', code: 'SECOND_FACTOR', mayTryAgain: false }
    if (!this.#sent) {
      const why =
        method === 'publickey' ? 'the device does not know this key' : 'the device did not ask for the password'
      return unsent(takesMore ? 'AUTH_REJECTED' : 'AUTH_METHOD', why)
    }
    const forgotten = this.#parts.methodsAreRemembered && !takesMore && left.length > 0
    return { outcome: 'rejected', code: forgotten ? 'AUTH_METHOD' : 'AUTH_REJECTED', mayTryAgain: takesMore }
  }

  #loss(end: LinkEnd): LoginAnswer {
    if (!this.#sent) return unsent(lossCode(end), `the connection was lost before the password (${end.text})`)
    // OpenSSH says no and disconnects in one message when its limit of tries is reached.
    const no = end.disconnectReason === noMoreMethods || /too many authentication failures/i.test(end.text)
    if (no) return { outcome: 'rejected', code: 'AUTH_REJECTED', mayTryAgain: false }
    return { outcome: 'unclear', code: 'AUTH_UNCLEAR', reason: `the connection ended without an answer (${end.text})` }
  }

  /** Ends attempt and connection here: what was sent stays spent, what was not is provably unsent. */
  #cut(code: LoginFailureCode | 'ABORTED', reason: string): void {
    if (!this.#sent) this.#settle(unsent(code, reason))
    else this.#settle({ outcome: 'unclear', code: code === 'ABORTED' ? 'AUTH_UNCLEAR' : code, reason })
    this.#parts.link.destroy(reason)
  }

  /** Takes along only what a connection needs: it may be idle for long. */
  #connection(): Ssh2Connection {
    const { link, address, name, limits } = this.#parts
    return new Ssh2Connection(link, { address, name, limits })
  }

  #settle(answer: LoginAnswer): void {
    this.#answer.resolve(answer)
  }
}

/** Those of a server's methods that Netlatch can use, in the server's order. */
export function knownMethods(names: readonly string[]): readonly LoginMethod[] {
  return names.filter(
    (name): name is LoginMethod => name === 'password' || name === 'keyboard-interactive' || name === 'publickey',
  )
}

function bytesOf(secret: Secret): Buffer {
  const text = secret.reveal()
  const bytes = Buffer.alloc(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

export function lossCode(end: LinkEnd): LoginFailureCode {
  return end.disconnectReason === tooManyConnections ? 'DEVICE_BUSY' : 'SESSION_LOST'
}

export function unsent(code: LoginFailureCode | 'ABORTED', reason: string): LoginAnswer {
  return { outcome: 'unsent', code, reason }
}
