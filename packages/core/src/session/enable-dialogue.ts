import type { Platform } from '../platforms/platform.ts'
import { patternsOf } from '../platforms/platform-patterns.ts'
import type { Secret } from '../secret.ts'
import { createEchoReader, type EchoReader } from './command-echo.ts'
import { type DevicePrompt, isSameDevice, seenPrompt } from './device-prompt.ts'
import type { EnableAnswer } from './session.ts'
import type { Listener, Step } from './shell-reader.ts'

/**
 * The enable step. The secret leaves once, to the platform's password prompt that stands right behind the echo of our own
 * command; wherever else such words appear, it stays. A second password prompt is an answer (no), never a second chance.
 */
export class EnableDialogue implements Listener {
  readonly #platform: Platform
  readonly #secret: Secret | undefined
  readonly #limits: { readonly signal: AbortSignal | undefined; readonly sendBefore: number | undefined }
  #known: DevicePrompt | undefined
  #echo: EchoReader | undefined
  #isEchoed = false
  #sawText = false
  #isSent = false
  /** The line on which the secret was asked for is over: another password prompt is another question. */
  #isAnswered = false
  #wasRefused = false
  /** The device waits for a password that it does not get. */
  mustEnd = false
  outcome: EnableAnswer = 'unsent'
  prompt: DevicePrompt | undefined

  constructor(
    platform: Platform,
    secret: Secret | undefined,
    limits: { signal: AbortSignal | undefined; sendBefore: number | undefined },
  ) {
    this.#platform = platform
    this.#secret = secret
    this.#limits = limits
  }

  /** What the outcome is when the session ends before the device answered. */
  get outcomeWhenLost(): EnableAnswer {
    return this.#isSent ? 'unclear' : 'unsent'
  }

  begin(known: DevicePrompt): string {
    const command = this.#platform.enable?.command ?? ''
    const patterns = patternsOf(this.#platform)
    this.#known = known
    this.#echo = createEchoReader(command, {
      known: known.line,
      isLearned: known.isLearned,
      isPrompt: (line) => isSameDevice(patterns, known, line),
    })
    return command + this.#enter()
  }

  line(text: string): void {
    if (!this.#isEchoed) this.#isEchoed = this.#echo?.read(text) !== undefined
    else if (this.#isSent) this.#readAnswer(text)
    else this.#sawText ||= text.trim() !== ''
  }

  #readAnswer(text: string): void {
    this.#isAnswered = true
    this.#wasRefused ||= patternsOf(this.#platform).isEnableRefusal(text)
  }

  rest(text: string): Step {
    const patterns = patternsOf(this.#platform)
    if (!this.#isEchoed || !this.#known) return { do: 'wait' }
    const line = text.trimEnd()
    if (line !== '' && isSameDevice(patterns, this.#known, line)) return this.#atPrompt(line)
    if (!patterns.isPasswordPrompt(text)) return { do: 'wait' }
    if (this.#isSent) return this.#isAnswered ? this.#end('refused') : { do: 'wait' }
    // Some other text came first: whoever asks now is not the answer to our command.
    return this.#secret && !this.#sawText && this.#maySend(this.#secret)
      ? this.#send(this.#secret)
      : this.#end('unsent')
  }

  #send(secret: Secret): Step {
    this.#isSent = true
    return { do: 'write', text: secret.reveal() + this.#enter() }
  }

  #maySend(secret: Secret): boolean {
    const { signal, sendBefore } = this.#limits
    const inTime = sendBefore === undefined || performance.now() < sendBefore
    // A control character in the secret would be a key: a line end makes commands of what follows.
    return inTime && signal?.aborted !== true && !/[\x00-\x1f\x7f]/.test(secret.reveal())
  }

  /** Nothing more is sent to a password prompt: even an empty answer is a failed login where a server counts them. */
  #end(outcome: EnableAnswer): Step {
    this.outcome = outcome
    this.mustEnd = true
    return { do: 'end' }
  }

  #atPrompt(line: string): Step {
    this.prompt = seenPrompt(this.#platform, line, true)
    const privilege = this.prompt?.privilege ?? 'unknown'
    if (this.#isSent) {
      const answer = privilege === 'user' ? 'refused' : 'unclear'
      this.outcome = this.#wasRefused ? 'refused' : privilege === 'privileged' ? 'privileged' : answer
    }
    return { do: 'end' }
  }

  #enter(): string {
    return this.#platform.enter ?? '\n'
  }
}
