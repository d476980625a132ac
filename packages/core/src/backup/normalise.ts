import { compilePattern } from '../platforms/pattern.ts'
import type { ConfigurationCapture, Platform } from '../platforms/platform.ts'
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

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}

function withoutVolatile({ volatile }: Platform, text: string): string {
  // What matches a line matches the text, where `^` and `$` stand at every line: most texts need no look at their lines.
  const present = volatile.filter(({ pattern }) => compilePattern(pattern, { flags: 'm' }).test(text))
  if (present.length === 0) return text
  const patterns = present.map(({ pattern }) => compilePattern(pattern))
  return text
    .split('\n')
    .filter((line) => !patterns.some((pattern) => pattern.test(line)))
    .join('\n')
    .trimEnd()
}
