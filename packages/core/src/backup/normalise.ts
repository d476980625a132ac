import { compilePattern } from '../platforms/pattern.ts'
import type { ConfigurationCapture, Platform } from '../platforms/platform.ts'
import { staysInLine } from '../platforms/stays-in-line.ts'
import { type CapturedAnswer, dropPreamble, unifyLineEndings } from './configuration-text.ts'

/**
 * The configuration as it is compared and, once redacted, stored: without the preamble, the volatile lines, trailing spaces and
 * empty lines at the end, every line ended by one line feed. Comparison and archive use the same text, so an unchanged
 * configuration is the same blob and makes no commit, plain `git log -p` shows only what somebody changed, and all that without
 * asking the state.
 *
 * Several commands of one capture follow each other in their order.
 */
export function normaliseConfiguration(
  platform: Platform,
  capture: ConfigurationCapture,
  answers: readonly CapturedAnswer[],
): string {
  return answers
    .map(({ output }) => dropPreamble(unifyLineEndings(output), capture.preamble))
    .map((text) => withoutVolatile(platform, trimLines(text)))
    .filter((text) => text !== '')
    .map((text) => `${text}\n`)
    .join('')
}

/** In most texts no line has blanks at its end. */
const hasBlanksAtEnds = /[^\S\n]\n/

function trimLines(text: string): string {
  if (!hasBlanksAtEnds.test(text)) return text.trimEnd()
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}

function withoutVolatile({ volatile }: Platform, text: string): string {
  const starts = new Set(volatile.flatMap(({ pattern }) => volatileLines(pattern, text)))
  if (starts.size === 0) return text
  let kept = ''
  let from = 0
  for (const start of [...starts].toSorted((a, b) => a - b)) {
    kept += text.slice(from, start)
    from = endOfLine(text, start) + 1
  }
  return (kept + text.slice(from)).trimEnd()
}

/**
 * Where the lines begin that a pattern matches. What matches a line matches the text, where `^` and `$` stand at every line: most
 * texts need no look at their lines, and where no match goes beyond a line, only lines with one can be volatile.
 */
function volatileLines(pattern: string, text: string): readonly number[] {
  const inText = compilePattern(pattern, { flags: 'm' })
  const inLine = compilePattern(pattern)
  const starts = staysInLine(pattern)
    ? Array.from(inText.findAll(text), ({ index }) => startOfLine(text, index))
    : inText.test(text)
      ? startsOfLines(text)
      : []
  return starts.filter((start) => inLine.test(text.slice(start, endOfLine(text, start))))
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function startOfLine(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
