import { compilePattern, type Pattern, type PatternMatch } from '../platforms/pattern.ts'
import type { ConfigurationCapture } from '../platforms/platform.ts'

/** What a command printed: everything between its echo and the prompt that came back, nothing trimmed. */
export interface CapturedAnswer {
  readonly command: string
  readonly output: string
  /** The device's own line, when it refused the command. */
  readonly error?: string
}

/** One line feed per line, however many carriage returns the device puts before it (IOS on some lines: `\r\r\n`). */
export function unifyLineEndings(output: string): string {
  return output.includes('\r') ? output.replace(/\r+\n/g, '\n') : output
}

/** The answers one after another, each on lines of its own; the last one ends as it came. */
export function joinOutputs(answers: readonly CapturedAnswer[]): string {
  return answers
    .map(({ output }) => unifyLineEndings(output))
    .map((output, index) => (index === answers.length - 1 || /(?:^|\n)$/.test(output) ? output : `${output}\n`))
    .join('')
}

/** Takes away what stands before the configuration: the platform's preamble and empty lines. */
export function dropPreamble(text: string, preamble: readonly string[] = []): string {
  const patterns = preamble.map((pattern) => compilePattern(pattern))
  for (let start = 0; start < text.length; start = endOfLine(text, start) + 1) {
    const line = text.slice(start, endOfLine(text, start))
    if (line.trim() !== '' && !patterns.some((pattern) => pattern.test(line))) return text.slice(start)
  }
  return ''
}

export interface OutsideTexts {
  /** The text with the inside of every free text blanked; same length, same lines. */
  readonly text: string
  /** What opens a text that never closes, from the beginning of its line: `banner motd ^C`. Nothing of the text itself. */
  readonly unclosed?: string
}

/**
 * Blanks banners, certificates and quoted strings, so that an `end` or a brace in them counts for nothing. Whatever opens first
 * wins: a quote in a comment opens no string.
 */
export function blankTexts(text: string, texts: ConfigurationCapture['texts'] = []): OutsideTexts {
  const searches = texts.map(({ open, close }) => ({ close, next: search(compilePattern(open, { flags: 'm' }), text) }))
  let blanked = ''
  let position = 0
  while (position < text.length) {
    const opened = earliest(searches.map(({ close, next }) => ({ close, match: next(position) })))
    if (!opened) break
    const inside = opened.match.index + opened.match.text.length
    const closed = search(closing(opened.close, opened.match), text)(inside)
    blanked += text.slice(position, inside)
    const hidden = blank(text.slice(inside, closed?.index))
    if (!closed) return { text: blanked + hidden, unclosed: blanked.slice(blanked.lastIndexOf('\n') + 1) }
    blanked += hidden
    position = Math.max(closed.index + closed.text.length, position + 1)
    blanked += text.slice(closed.index, position)
  }
  return { text: blanked + text.slice(position) }
}

/** The sections of a configuration, for the shrink gate. */
export function countSections(text: string, capture: ConfigurationCapture): number {
  const outside = blankTexts(text, capture.texts).text
  const excluded = (capture.notSection ?? []).map((pattern) => compilePattern(pattern))
  let sections = 0
  for (const { index } of compilePattern(capture.section, { flags: 'm' }).findAll(outside)) {
    const line = outside.slice(index, endOfLine(outside, index))
    if (!excluded.some((pattern) => pattern.test(line))) sections += 1
  }
  return sections
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Searches forward, and only again when the last find lies behind the position: one pass over the text in all. */
function search(pattern: Pattern, text: string): (from: number) => PatternMatch | null {
  let found: PatternMatch | null | undefined
  return (from) => {
    if (found === null || (found && found.index >= from)) return found
    found = pattern.find(text, from)
    return found
  }
}

interface Opened {
  readonly close: string
  readonly match: PatternMatch
}

function earliest(found: readonly { readonly close: string; readonly match: PatternMatch | null }[]): Opened | null {
  return found.reduce<Opened | null>((first, { close, match }) => {
    if (!match || (first && first.match.index <= match.index)) return first
    return { close, match }
  }, null)
}

function closing(close: string, opened: PatternMatch): Pattern {
  const literal = (name: string) => (opened.groups[name] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const pattern = close.replace(/\{([A-Za-z]\w*)\}/g, (_, name: string) => literal(name))
  return compilePattern(pattern, { flags: 'm', of: [close] })
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
