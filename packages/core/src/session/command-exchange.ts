import type { Platform } from '../platforms/platform.ts'
import { patternsOf } from '../platforms/platform-patterns.ts'
import { createEchoReader, type Echo, type EchoReader } from './command-echo.ts'
import { type DevicePrompt, isSameDevice, seenPrompt } from './device-prompt.ts'
import type { Listener, Step } from './shell-reader.ts'

/**
 * Sent where the prompt stands at the end of the output: a command of blanks, which no device runs, logs or accounts. Its echo,
 * the prompt with these blanks behind it, is what no line of a configuration looks like.
 */
const challenge = '    '
/** A device that swallows blanks has to show its prompt this often instead. */
const maxChallenges = 4
/** What lies between the prompt and the line above it, at most: an empty line and one or two of context. */
const maxContextLines = 3

export interface ExchangeOptions {
  /** What is known of the prompt before the first byte is sent. */
  readonly prompt: DevicePrompt
  /** How many commands travel before the first prompt came back, and how many after each later one. */
  readonly window: { readonly first: number; readonly next: number }
  /**
   * Evidence that the last output is complete. Without it the prompt at its end is challenged, so that no line of the output can
   * pass for it.
   */
  readonly isComplete?: (output: string) => boolean
}

export interface Output {
  readonly text: string
  /** On the monotonic clock, milliseconds. */
  readonly finishedAt: number
}

/**
 * One or several commands on their way: reads their echoes, cuts the output between them, answers the pager, and decides when
 * the last one is over. A command ends where the prompt stands with the next command behind it, so that a line of the output
 * cannot end it; only the last one has to be confirmed. Knows nothing of shells.
 */
export class CommandExchange implements Listener {
  readonly #platform: Platform
  readonly #commands: readonly string[]
  readonly #options: ExchangeOptions
  readonly #enter: string
  #prompt: DevicePrompt
  #echo: EchoReader | undefined
  #lines: string[] = []
  readonly #outputs: Output[] = []
  #written = 0
  /** Commands whose echo was read. */
  #echoed = 0
  #challenges = 0
  /** Lines that show the prompt with a challenge behind it. */
  readonly #echoes: number[] = []
  /** The pager line that was answered and still stands, and the answer, which some devices echo. */
  #answeredPager = ''
  #pagerAnswer = ''

  constructor(platform: Platform, commands: readonly string[], options: ExchangeOptions) {
    this.#platform = platform
    this.#commands = commands
    this.#options = options
    this.#enter = platform.enter ?? '\n'
    this.#prompt = options.prompt
    this.#echo = this.#nextEcho()
  }

  get outputs(): readonly Output[] {
    return this.#outputs
  }

  /** As learned on the way; it differs from the one before when a command changed the mode. */
  get prompt(): DevicePrompt {
    return this.#prompt
  }

  get finished(): number {
    return this.#outputs.length
  }

  /** How many commands the device has repeated. */
  get echoed(): number {
    return this.#echoed
  }

  /** What to write next: to begin, and each time a prompt invites it. */
  nextText(): string {
    const { first, next } = this.#options.window
    const from = this.#written
    this.#written = Math.min(from + (from === 0 ? first : next), this.#commands.length)
    return this.#commands
      .slice(from, this.#written)
      .map((command) => command + this.#enter)
      .join('')
  }

  line(text: string): void {
    const line = this.#withoutPager(text)
    if (line === undefined) return
    if (this.#echoed > 0) this.#lines.push(line)
    if (this.#challenges > 0 && this.#isChallengeEcho(line)) this.#echoes.push(this.#lines.length - 1)
    const echo = this.#echo?.read(line) ?? this.#bareEcho(line)
    if (!echo) return
    if (this.#echoed > 0) this.#finish(this.#outputOf(this.#lines.slice(0, -echo.lines), echo.glued))
    this.#lines = []
    this.#prompt = this.#seen(echo.prompt)
    this.#echoed++
    this.#echo = this.#nextEcho()
  }

  rest(text: string): Step {
    if (this.#echoed === 0) return { do: 'wait' }
    const shown = this.#behindPager(text)
    if (shown === undefined) return { do: 'wait' }
    const answer = patternsOf(this.#platform).pagerAnswer(shown)
    if (answer !== undefined) {
      this.#answeredPager = text
      this.#pagerAnswer = answer
      return { do: 'write', text: answer }
    }
    return this.#echoed === this.#written ? this.#atTheEnd(shown.trimEnd()) : { do: 'wait' }
  }

  #atTheEnd(line: string): Step {
    if (this.#challenges > 0) return this.#confirmed(line)
    const isPrompt = line !== '' && isSameDevice(patternsOf(this.#platform), this.#prompt, line)
    // Output that does not end with a line end has the prompt glued to it.
    if (!isPrompt && !line.endsWith(this.#prompt.line)) return { do: 'wait' }
    if (this.#written < this.#commands.length) return { do: 'write', text: this.nextText() }
    const isComplete = this.#options.isComplete
    if (isComplete && line === this.#prompt.line) {
      const output = this.#outputOf(this.#lines)
      if (isComplete(output)) return this.#done(output, line)
    }
    return this.#challenge()
  }

  /** Over when every challenge was echoed and the prompt stands at the end; what a device says to blanks is not the answer's. */
  #confirmed(line: string): Step {
    if (line === '' || !isSameDevice(patternsOf(this.#platform), this.#prompt, line)) return { do: 'wait' }
    const [first] = this.#echoes
    if (first === undefined) return this.#weaklyConfirmed(line)
    if (this.#echoes.length < this.#challenges) return { do: 'wait' }
    return this.#cutAt(first, line, this.#lines.slice((this.#echoes.at(-1) ?? first) + 1))
  }

  /**
   * No echo shows the blanks: the device swallows them, or the prompt was a line of the output (a banner may quote several in a
   * row). Only the prompt once for each of several challenges, and nothing else between, is taken for an end then.
   */
  #weaklyConfirmed(line: string): Step {
    let end = this.#lines.length
    let context: readonly string[] = []
    for (let seen = 0; seen < this.#challenges; seen++) {
      const at = this.#promptAbove(end, line, seen === this.#challenges - 1)
      if (at === -1) return { do: 'wait' }
      context = this.#lines.slice(at + 1, end)
      end = at
    }
    return this.#challenges < maxChallenges ? this.#challenge() : this.#cutAt(end, line, context)
  }

  /** Ends with the output above the line `end`, which shows the prompt; `context` came between prompts of empty answers. */
  #cutAt(end: number, promptLine: string, context: readonly string[]): Step {
    const shown = (this.#lines[end] ?? '').trimEnd()
    const glued = shown.endsWith(this.#prompt.line) ? shown.slice(0, shown.length - this.#prompt.line.length) : ''
    return this.#done(this.#outputOf(this.#withoutRepeated(this.#lines.slice(0, end), context), glued), promptLine)
  }

  #isChallengeEcho(line: string): boolean {
    const shown = line.trimEnd()
    if (line.length - shown.length < challenge.length || shown === '') return false
    return shown.endsWith(this.#prompt.line) || isSameDevice(patternsOf(this.#platform), this.#prompt, shown)
  }

  #challenge(): Step {
    this.#challenges++
    return { do: 'write', text: challenge + this.#enter }
  }

  /** The line above `end` that shows this prompt, context lines skipped; -1 when there is none. */
  #promptAbove(end: number, prompt: string, mayBeGlued: boolean): number {
    for (let at = end - 1; at >= 0 && at >= end - 1 - maxContextLines; at--) {
      const shown = this.#lines[at]?.trimEnd() ?? ''
      const isPrompt = shown === prompt || (mayBeGlued && shown.endsWith(prompt))
      if (isPrompt && this.#isContext(this.#lines.slice(at + 1, end), this.#lines.slice(0, at))) return at
    }
    return -1
  }

  #isContext(between: readonly string[], before: readonly string[]): boolean {
    const patterns = patternsOf(this.#platform)
    const isKnown = between.every((line) => line.trim() === '' || patterns.isContext(line))
    return isKnown || sameLines(between, before.slice(-between.length))
  }

  /** Takes the lines above the prompt off, which came once more with the empty line's prompt; blank ones stay. */
  #withoutRepeated(lines: readonly string[], between: readonly string[]): readonly string[] {
    const shown = between.findIndex((line) => line.trim() !== '')
    const context = shown === -1 ? [] : between.slice(shown)
    return context.length > 0 && sameLines(context, lines.slice(-context.length))
      ? lines.slice(0, -context.length)
      : lines
  }

  #withoutContext(lines: readonly string[]): readonly string[] {
    const last = lines.at(-1)
    return last !== undefined && patternsOf(this.#platform).isContext(last) ? lines.slice(0, -1) : lines
  }

  #done(output: string, promptLine: string): Step {
    this.#finish(output)
    this.#prompt = this.#seen(promptLine)
    return { do: 'end' }
  }

  #finish(output: string): void {
    this.#outputs.push({ text: output, finishedAt: performance.now() })
  }

  #outputOf(lines: readonly string[], glued = ''): string {
    return joinLines(this.#withoutContext(lines)) + glued
  }

  #seen(line: string): DevicePrompt {
    return seenPrompt(this.#platform, line, true) ?? { ...this.#prompt, line, isLearned: true }
  }

  #nextEcho(): EchoReader | undefined {
    const command = this.#commands[this.#echoed]
    if (command === undefined) return undefined
    const patterns = patternsOf(this.#platform)
    const { line: known, isLearned } = this.#prompt
    // Before the prompt was learned, whatever the platform calls a prompt may stand in front of the first echo.
    const isPrompt = (line: string): boolean =>
      isLearned ? isSameDevice(patterns, this.#prompt, line) : patterns.hostOfPrompt(line) !== undefined
    return createEchoReader(command, { known, isLearned, isPrompt })
  }

  /** A log message between prompt and echo leaves the echo alone on its line. Only a command that travels alone can say so. */
  #bareEcho(line: string): Echo | undefined {
    const command = this.#commands[0]
    const isBare = this.#commands.length === 1 && this.#echoed === 0 && this.#prompt.isLearned
    return isBare && line.trim() === command?.trim() ? { prompt: this.#prompt.line, glued: '', lines: 1 } : undefined
  }

  /** A pager that does not rub itself out stays in front of the next line, or alone on its own. */
  #withoutPager(text: string): string | undefined {
    const pager = this.#answeredPager
    if (pager === '') return text
    this.#answeredPager = ''
    const behind = text.startsWith(pager) ? text.slice(pager.length) : text
    const isPagerAlone =
      text.trimEnd() === pager.trimEnd() || (behind !== text && behind.trim() === this.#pagerAnswer.trim())
    return isPagerAlone ? undefined : behind
  }

  /** The unfinished line behind a pager that was answered; undefined while there is nothing new. */
  #behindPager(text: string): string | undefined {
    const pager = this.#answeredPager
    if (pager !== '' && text.startsWith(pager)) return text === pager ? undefined : text.slice(pager.length)
    this.#answeredPager = ''
    return text
  }
}

function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}
