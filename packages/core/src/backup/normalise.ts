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
  const volatile = platform.volatile.map(({ pattern }) => compilePattern(pattern))
  return answers
    .map(({ output }) => dropPreamble(unifyLineEndings(output), capture.preamble))
    .map((text) => text.split('\n').map((line) => line.trimEnd()))
    .map((lines) => lines.filter((line) => !volatile.some((pattern) => pattern.test(line))))
    .map((lines) => lines.join('\n').trimEnd())
    .filter((text) => text !== '')
    .map((text) => `${text}\n`)
    .join('')
}
