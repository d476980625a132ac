import { NetlatchError } from '../errors.ts'
import type { Privilege } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { patternsOf } from '../platforms/platform-patterns.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import type { Secret } from '../secret.ts'
import { CommandExchange, type Output } from './command-exchange.ts'
import { type DevicePrompt, isSameDevice, seenPrompt } from './device-prompt.ts'
import { EnableDialogue } from './enable-dialogue.ts'
import type { CommandAnswer, EnableAnswer, EnableOptions, RunCommandOptions, Session } from './session.ts'
import type { ConversationLimits, Listener, ShellReader } from './shell-reader.ts'

/** Commands sent ahead where that is clean: terminal input buffers of devices are small. */
const maxAhead = 8
/** Where an error message counts: a configuration may quote one in its middle. */
const errorLinesAtStart = 8
const errorLinesAtEnd = 4
const defaultMaxBytes = 16 * 1024 * 1024

export class ShellSession implements Session {
  readonly platform: Platform
  readonly #reader: ShellReader
  readonly #promptTimeoutMs: number
  #prompt: DevicePrompt
  /** Whether `onOpen` was sent in the present privilege. */
  #isPrepared = false
  #queue: Promise<unknown> = Promise.resolve()

  constructor(reader: ShellReader, platform: Platform, prompt: DevicePrompt, promptTimeoutMs: number) {
    this.#reader = reader
    this.platform = platform
    this.#prompt = prompt
    this.#promptTimeoutMs = promptTimeoutMs
  }

  get prompt(): string {
    return this.#prompt.line
  }

  get hostname(): string | undefined {
    return this.#prompt.hostname
  }

  get privilege(): Privilege {
    return this.#prompt.privilege
  }

  async run(command: string, options: RunCommandOptions = {}): Promise<CommandAnswer> {
    const [answer] = await this.runAll([command], options)
    return answer as CommandAnswer
  }

  async runAll(commands: readonly string[], options: RunCommandOptions = {}): Promise<readonly CommandAnswer[]> {
    commands.forEach(checkCommand)
    if (commands.length === 0) return []
    return this.#inTurn(async () => {
      const preparation = this.#isPrepared ? [] : this.platform.onOpen
      this.#isPrepared = true
      const startedAt = performance.now()
      const outputs = await this.#exchange([...preparation, ...commands], preparation.length, options)
      return commands.map((command, index) => this.#answer(command, outputs, preparation.length + index, startedAt))
    })
  }

  become(platform: Platform): Session | undefined {
    const prompt = seenPrompt(platform, this.#prompt.line, this.#prompt.isLearned)
    return prompt && new ShellSession(this.#reader, platform, prompt, this.#promptTimeoutMs)
  }

  async enable(secret: Secret | undefined, options: EnableOptions = {}): Promise<EnableAnswer> {
    const { signal, timeoutMs = 30_000, sendBefore } = options
    return this.#inTurn(async () => {
      const dialogue = new EnableDialogue(this.platform, secret, { signal, sendBefore })
      try {
        await this.#learnPrompt(timeoutMs, signal)
        if (this.privilege === 'privileged' || !this.platform.enable) return 'unsent'
        await this.#synchronise(signal)
        await this.#reader.converse(dialogue.begin(this.#prompt), dialogue, this.#enableLimits(timeoutMs, signal))
      } catch (error) {
        // The outcome says all that the caller needs; what stopped the session is told to the next call.
        this.#reader.lose(error)
        return dialogue.outcomeWhenLost
      }
      if (dialogue.prompt) this.#prompt = dialogue.prompt
      if (dialogue.prompt?.privilege === 'privileged') this.#isPrepared = false
      if (dialogue.mustEnd) this.#reader.lose(undefined)
      return dialogue.outcome
    })
  }

  /** Says good-bye where the device listens, and closes the shell; waits for no answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    const isListening = this.#reader.lost === undefined && this.#atPrompt()
    if (isListening) this.#reader.write((this.platform.logout ?? 'exit') + (this.platform.enter ?? '\n'))
    await this.#reader[Symbol.asyncDispose]()
  }

  /** One call after the other, whatever becomes of the one before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  async #exchange(
    commands: readonly string[],
    preparation: number,
    options: RunCommandOptions,
  ): Promise<readonly Output[]> {
    const { timeoutMs = 120_000, maxBytes = defaultMaxBytes, signal, isComplete } = options
    await this.#synchronise(signal)
    const { typeAhead = 'echoed' } = this.platform
    const onlyReads = commands.slice(preparation).every((command) => isReadOnly(this.platform, command))
    const exchange = new CommandExchange(this.platform, commands, {
      prompt: this.#prompt,
      window: {
        first: typeAhead === 'lost' ? 1 : preparation + 1,
        next: typeAhead === 'clean' && onlyReads ? maxAhead : 1,
      },
      ...(isComplete ? { isComplete } : {}),
    })
    const current = (): string => commands[exchange.finished] ?? ''
    await this.#reader.converse(exchange.nextText(), exchange, {
      timeoutMs,
      maxBytes,
      ...(signal ? { signal } : {}),
      tooSlow: (tail) => commandTimedOut(current(), timeoutMs, exchange.echoed > exchange.finished, tail),
      tooLarge: () => outputTooLarge(current(), maxBytes),
    })
    this.#prompt = exchange.prompt
    return exchange.outputs
  }

  /** Sends the preparation alone, so that the prompt is known exactly before anything hangs on it. */
  async #learnPrompt(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#prompt.isLearned || this.platform.onOpen.length === 0) return
    this.#isPrepared = true
    const { onOpen } = this.platform
    await this.#exchange(onOpen, onOpen.length, { timeoutMs, ...(signal ? { signal } : {}) })
  }

  /**
   * Makes sure that the device waits for a command. What came since the last one may have pushed the prompt away: text of the
   * login (wait for the prompt behind it) or a log message (an empty line brings the prompt back).
   */
  async #synchronise(signal: AbortSignal | undefined): Promise<void> {
    if (this.#reader.lost !== undefined) throw this.#reader.lost
    if (this.#atPrompt()) return
    const listener: Listener = {
      line: () => undefined,
      rest: () => (this.#atPrompt() ? { do: 'end' } : { do: 'wait' }),
    }
    await this.#reader.converse(this.#prompt.isLearned ? (this.platform.enter ?? '\n') : '', listener, {
      timeoutMs: this.#promptTimeoutMs,
      maxBytes: defaultMaxBytes,
      ...(signal ? { signal } : {}),
      tooSlow: (tail) => outOfStep(tail),
      tooLarge: (tail) => outOfStep(tail),
    })
  }

  #atPrompt(): boolean {
    const line = this.#reader.rest.trimEnd()
    if (line === '') return false
    if (this.#prompt.isLearned) return isSameDevice(patternsOf(this.platform), this.#prompt, line)
    const seen = seenPrompt(this.platform, line, false)
    if (seen) this.#prompt = seen
    return seen !== undefined
  }

  #enableLimits(timeoutMs: number, signal: AbortSignal | undefined): ConversationLimits {
    // No tail: what the device shows after the secret may be the secret.
    const unclear = (): NetlatchError =>
      new NetlatchError('SESSION_LOST', 'enable: no answer that can be read. Run again.')
    return { timeoutMs, maxBytes: 64 * 1024, ...(signal ? { signal } : {}), tooSlow: unclear, tooLarge: unclear }
  }

  #answer(command: string, outputs: readonly Output[], index: number, startedAt: number): CommandAnswer {
    const { text, finishedAt } = outputs[index] as Output
    const error = errorLine(this.platform, text)
    const durationMs = finishedAt - (outputs[index - 1]?.finishedAt ?? startedAt)
    return { command, output: text, ...(error === undefined ? {} : { error }), durationMs }
  }
}

function checkCommand(command: string): void {
  if (command.trim() === '' || /[\x00-\x1f\x7f-\x9f]/.test(command))
    throw new NetlatchError(
      'USAGE',
      `${JSON.stringify(command)} is not one command. Send one line without control characters.`,
    )
}

function errorLine(platform: Platform, output: string): string | undefined {
  const patterns = patternsOf(platform)
  const outer = [...firstLines(output, errorLinesAtStart), ...lastLines(output, errorLinesAtEnd)]
  return outer.find((line) => patterns.isError(line))?.trim()
}

/** Those that are not empty; what comes behind them is not looked at. */
function firstLines(output: string, most: number): readonly string[] {
  const lines: string[] = []
  for (let from = 0; from < output.length && lines.length < most; ) {
    const found = output.indexOf('\n', from)
    const end = found === -1 ? output.length : found
    const line = output.slice(from, end)
    if (line.trim() !== '') lines.push(line)
    from = end + 1
  }
  return lines
}

function lastLines(output: string, most: number): readonly string[] {
  const lines: string[] = []
  for (let to = output.length; to > 0 && lines.length < most; ) {
    const start = output.lastIndexOf('\n', to - 1) + 1
    const line = output.slice(start, to)
    if (line.trim() !== '') lines.unshift(line)
    to = start - 1
  }
  return lines
}

function commandTimedOut(command: string, timeoutMs: number, wasEchoed: boolean, tail: string): NetlatchError {
  const what = wasEchoed ? 'no prompt' : 'no echo'
  return new NetlatchError(
    'COMMAND_TIMED_OUT',
    `${JSON.stringify(command)}: ${what} within ${timeoutMs / 1000} s after ${JSON.stringify(tail)}. Allow it more time.`,
    { details: { command, tail } },
  )
}

function outputTooLarge(command: string, maxBytes: number): NetlatchError {
  return new NetlatchError(
    'OUTPUT_TOO_LARGE',
    `${JSON.stringify(command)}: the answer is over ${maxBytes} bytes. Ask for less at once.`,
    { details: { command, maxBytes } },
  )
}

function outOfStep(tail: string): NetlatchError {
  return new NetlatchError(
    'SESSION_LOST',
    `session lost: no prompt comes back after ${JSON.stringify(tail)}. Run again.`,
    {
      details: { tail },
    },
  )
}
