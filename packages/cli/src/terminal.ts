import { styleText } from 'node:util'
import type { ResultSymbol } from '@netlatch/core'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** Where a command writes: results to standard output, people's progress and questions to standard error. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean
  /** Whether standard error is a terminal that a bar can be drawn on. */
  readonly hasBar: boolean
  /** Of what people read; endless where that is no terminal. */
  readonly columns: number
  readonly json: boolean
  readonly quiet: boolean
  readonly symbols: Readonly<Record<ResultSymbol, string>>
  /** A line for people: to standard output, or to standard error under `--json`. */
  say(line?: string): void
  /** A line about the work itself, always to standard error. */
  note(line: string): void
  /** One JSON object a line on standard output, only under `--json`. */
  emit(object: Readonly<Record<string, unknown>>): void
  /** Text as it is, to standard output (configurations, diffs). */
  write(text: string): void
  style(style: Style, text: string): string
}

const unicode: Readonly<Record<ResultSymbol, string>> = { good: '✓', bad: '✗', look: '!', idle: '○', none: '·' }
const ascii: Readonly<Record<ResultSymbol, string>> = { good: 'ok', bad: 'x', look: '!', idle: '-', none: '.' }

export function openTerminal(options: {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}): Terminal {
  const { env, stdout, stderr, stdin } = process
  const isUtf8 = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8')
  const hasColour = options.color && !env.NO_COLOR && env.TERM !== 'dumb'
  const people = options.json ? stderr : stdout
  return {
    isInteractive: Boolean(stdin.isTTY && stderr.isTTY),
    hasBar: Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !options.quiet,
    columns: people.columns ?? Number.POSITIVE_INFINITY,
    json: options.json,
    quiet: options.quiet,
    symbols: isUtf8 ? unicode : ascii,
    say: (line = '') => void people.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    emit: (object) => options.json && void stdout.write(`${JSON.stringify({ schema: 'netlatch/1', ...object })}\n`),
    write: (text) => void stdout.write(text),
    style: (style, text) => (hasColour && people.isTTY ? styleText(style, text, { validateStream: false }) : text),
  }
}
