import type { Shell } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import type { Platform } from '../platforms/platform.ts'
import { patternsOf } from '../platforms/platform-patterns.ts'
import type { Abortable } from '../progress.ts'
import { type DevicePrompt, seenPrompt } from './device-prompt.ts'
import type { Session } from './session.ts'
import { type Listener, ShellReader, type Step } from './shell-reader.ts'
import { ShellSession } from './shell-session.ts'

/** The terminal to ask for: wide enough that nothing wraps (IOS takes at most 512), high enough for pagers that count rows. */
export const terminalSize = { columns: 511, rows: 1000 } as const

/** Banners are text; a device that says more than this before its prompt never stops. */
const maxBytesBeforePrompt = 1024 * 1024
/** Questions before the prompt, at most: a question that comes back is not answered for ever. */
const maxLoginAnswers = 4

export interface SessionOptions extends Abortable {
  /** From the open shell to the prompt. @default 30_000 */
  readonly promptTimeoutMs?: number
}

/**
 * Waits for the device's prompt, answering the platform's questions before it. Sends nothing else: the preparation (`onOpen`)
 * travels together with the first command. `shell` must have been opened with {@link terminalSize}; it is closed when this fails.
 * Throws PROMPT_NOT_FOUND with the last lines in its message (not redacted), or SESSION_LOST.
 */
export async function openSession(shell: Shell, platform: Platform, options: SessionOptions = {}): Promise<Session> {
  const { promptTimeoutMs = 30_000, signal } = options
  const reader = new ShellReader(shell, terminalSize.columns)
  try {
    const prompt = await awaitPrompt(reader, platform, { promptTimeoutMs, signal })
    return new ShellSession(reader, platform, prompt, promptTimeoutMs)
  } catch (error) {
    await reader[Symbol.asyncDispose]()
    throw error
  }
}

async function awaitPrompt(
  reader: ShellReader,
  platform: Platform,
  options: { readonly promptTimeoutMs: number; readonly signal: AbortSignal | undefined },
): Promise<DevicePrompt> {
  const listener = new FirstPrompt(platform)
  const notFound = (what: string) => (tail: string) => promptNotFound(platform, what, tail)
  await reader.converse('', listener, {
    timeoutMs: options.promptTimeoutMs,
    maxBytes: maxBytesBeforePrompt,
    signal: options.signal,
    tooSlow: notFound(`within ${options.promptTimeoutMs / 1000} s`),
    tooLarge: notFound('in 1 MB of text'),
  })
  if (listener.prompt === undefined) throw promptNotFound(platform, '', reader.tail)
  return listener.prompt
}

/** Answers the questions of the login and ends with the first line that looks like a prompt. */
class FirstPrompt implements Listener {
  prompt: DevicePrompt | undefined
  readonly #platform: Platform
  #answers = 0
  #answered = ''

  constructor(platform: Platform) {
    this.#platform = platform
  }

  line(): void {
    this.#answered = ''
  }

  rest(text: string): Step {
    // A question that was answered stays on the screen, and the rest of it may still come.
    const isAnswered = this.#answered !== '' && text.startsWith(this.#answered)
    const shown = isAnswered ? text.slice(this.#answered.length) : text
    const answer = patternsOf(this.#platform).loginAnswer(shown)
    if (answer !== undefined && this.#answers < maxLoginAnswers) {
      this.#answered = text
      this.#answers++
      return { do: 'write', text: answer }
    }
    this.prompt = answer === undefined ? seenPrompt(this.#platform, shown, false) : undefined
    return this.prompt ? { do: 'end' } : { do: 'wait' }
  }
}

function promptNotFound(platform: Platform, within: string, tail: string): NetlatchError {
  const shown = tail === '' ? 'nothing' : JSON.stringify(tail)
  return new NetlatchError(
    'PROMPT_NOT_FOUND',
    `no prompt ${within}: the device shows ${shown}, ${platform.name} expects /${platform.prompt}/. Check platform:.`,
    { details: { tail, pattern: platform.prompt, platform: platform.name } },
  )
}
