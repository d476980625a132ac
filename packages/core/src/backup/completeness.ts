import { compilePattern } from '../platforms/pattern.ts'
import type { ConfigurationCapture, Platform } from '../platforms/platform.ts'
import { captureCommands, configurationAnswers } from './capture-commands.ts'
import { blankTexts, type CapturedAnswer, dropPreamble, joinOutputs, unifyLineEndings } from './configuration-text.ts'
import { formatBytes, quoteLine } from './reason-text.ts'
import { hearWitness } from './witness.ts'

/** What a gate says: the capture may pass, or why it is held. The reason is safe to print. */
export type GateResult = { readonly ok: true } | { readonly ok: false; readonly because: string }

/**
 * What the completeness gate says. The session always came to the end of what the device sent; `unproven` says why nothing in the
 * capture shows that the device itself had not stopped early.
 */
export type Completeness =
  | { readonly ok: true; readonly unproven?: string }
  | { readonly ok: false; readonly because: string }

export interface CompletenessOptions {
  /** Of one answer, UTF-8. @default 16 MiB */
  readonly maxBytes?: number
}

const passed = { ok: true } as const
const noMark = 'nothing in it marks its end'

/**
 * Whether these are whole answers to the commands of a capture: every command answered without a refusal, nothing of the
 * terminal left in them, and the configuration ends as this platform ends one, its witness heard behind it.
 *
 * Judged on the raw text. An end marker counts only as the last line, with its line end (`end` may be the beginning of
 * `end-policy`), and only outside free texts (a banner may say `end`).
 */
export function checkCompleteness(
  platform: Platform,
  capture: ConfigurationCapture,
  answers: readonly CapturedAnswer[],
  { maxBytes = 16 * 1024 * 1024 }: CompletenessOptions = {},
): Completeness {
  const missing = captureCommands(capture)[answers.length]
  if (missing !== undefined) return held(`no answer to "${missing}"`)
  const { witness } = capture
  const answer = witness && answers[capture.commands.length]
  const refusal = answer && refusalOf(platform, capture, answer)
  // A device that does not know the question has told nothing about its configuration.
  const isUnknown = typeof witness?.answer === 'object' && refusal !== undefined
  const checked = isUnknown ? answers.filter((one) => one !== answer) : answers
  const refused = checked.map((one) => checkAnswer(platform, capture, one, maxBytes)).find((one) => !one.ok)
  if (refused) return refused
  const own = configurationAnswers(capture, answers)
  const text = joinOutputs(own)
  const gate = checkWhole(capture, text)
  if (!gate.ok) return gate
  const unproven: Completeness = showsItsEnd(capture, text) ? passed : { ok: true, unproven: noMark }
  if (!witness || !answer) return unproven
  const heard = hearWitness({ witness, answer, own, text, refusal })
  if (heard.kind === 'held') return held(heard.because)
  if (heard.kind === 'proven') return passed
  return heard.kind === 'silent' && unproven !== passed ? { ok: true, unproven: heard.because } : unproven
}

/**
 * Whether one answer proves by itself that it is the end of its configuration: a session need not ask for the prompt once more
 * then.
 */
export function endsWhole(capture: ConfigurationCapture, output: string): boolean {
  if (capture.witness || !hasEnd(capture)) return false
  return checkWhole(capture, unifyLineEndings(output)).ok
}

/** Whether every configuration of this kind ends with something that stands nowhere else in it. */
function hasEnd({ whole }: ConfigurationCapture): boolean {
  return (whole.by === 'end-marker' && !whole.echoed) || (whole.by === 'balanced' && whole.tail !== undefined)
}

function showsItsEnd(capture: ConfigurationCapture, text: string): boolean {
  if (hasEnd(capture)) return true
  const content = contentOf(capture, blankTexts(text, capture.texts).text)
  if (capture.knownEnd === undefined || !content?.isTerminated || content.isOneLine) return false
  return compilePattern(capture.knownEnd).test(content.last)
}

function checkAnswer(
  platform: Platform,
  capture: ConfigurationCapture,
  answer: CapturedAnswer,
  maxBytes: number,
): GateResult {
  const { command, output, error } = answer
  if (error !== undefined) return held(`"${command}" was refused: ${quoteLine(error)}`)
  const bytes = Buffer.byteLength(output)
  if (bytes >= maxBytes) return held(`answer of ${formatBytes(bytes)}, the limit is ${formatBytes(maxBytes)}`)
  const text = unifyLineEndings(output)
  const control = /[^\P{Cc}\t\n]/u.exec(text)
  if (control) return held(`control character ${codePoint(control[0])} in line ${lineNumber(text, control.index)}`)
  const refusal = refusalOf(platform, capture, answer)
  return refusal === undefined ? passed : held(`"${command}" was refused: ${quoteLine(refusal)}`)
}

function checkWhole(capture: ConfigurationCapture, text: string): GateResult {
  const { whole } = capture
  const bytes = Buffer.byteLength(text)
  const outside = blankTexts(text, capture.texts)
  const content = contentOf(capture, outside.text)
  if (!content) return held('the answer is empty')
  if (outside.unclosed !== undefined) return cutOff(`inside ${quoteLine(outside.unclosed)}`, bytes)
  if (whole.by === 'end-marker') {
    const { last, isTerminated, isOneLine } = content
    const marked = isTerminated && !isOneLine && compilePattern(whole.pattern).test(last)
    return marked ? passed : cutOff(`no "${readable(whole.pattern)}"`, bytes)
  }
  if (whole.by === 'balanced') return checkBalanced(whole, outside.text, bytes)
  const first = contentOf(capture, text)?.first ?? ''
  if (!compilePattern(whole.pattern).test(first)) return held('does not begin as a configuration does')
  return text.endsWith('\n') ? passed : cutOff('no end of line', bytes)
}

function checkBalanced(
  whole: { readonly open: string; readonly close: string; readonly tail?: string },
  text: string,
  bytes: number,
): GateResult {
  let depth = 0
  let blocks = 0
  const either = `(?<opens>${whole.open})|(?<closes>${whole.close})`
  for (const match of compilePattern(either, { flags: 'm', of: [whole.open, whole.close] }).findAll(text)) {
    const opens = match.groups.opens !== undefined
    depth += opens ? 1 : -1
    blocks += opens ? 1 : 0
    if (depth < 0) return held(`unbalanced in line ${lineNumber(text, match.index)}: closes what was never opened`)
  }
  if (depth > 0) return cutOff(`${depth} ${depth === 1 ? 'block' : 'blocks'} open`, bytes)
  if (blocks === 0) return cutOff('no block', bytes)
  if (whole.tail !== undefined && !endsWith(text, whole.tail)) return cutOff('no end', bytes)
  return text.endsWith('\n') ? passed : cutOff('no end of line', bytes)
}

function endsWith(text: string, tail: string): boolean {
  return compilePattern(`(?:${tail})\\s*$`, { of: [tail] }).test(text)
}

/** What stands between the preamble and the end; undefined where there is nothing. */
function contentOf(capture: ConfigurationCapture, text: string): Content | undefined {
  const content = dropPreamble(text, capture.preamble)
  const trimmed = content.trimEnd()
  if (trimmed === '') return undefined
  const start = trimmed.lastIndexOf('\n') + 1
  return {
    first: trimmed.split('\n', 1)[0]?.trimEnd() ?? '',
    last: trimmed.slice(start),
    isOneLine: start === 0,
    isTerminated: content.indexOf('\n', start) !== -1,
  }
}

interface Content {
  /** Lines without blanks at their end; empty ones do not count. */
  readonly first: string
  readonly last: string
  readonly isOneLine: boolean
  /** The last line came with its line end. */
  readonly isTerminated: boolean
}

/** The device's own line; the middle of a banner refuses nothing. */
function refusalOf(
  platform: Platform,
  { texts }: ConfigurationCapture,
  { output, error }: CapturedAnswer,
): string | undefined {
  if (error !== undefined) return error
  const text = unifyLineEndings(output)
  const outside = blankTexts(text, texts).text
  const match = platform.errors
    .map((each) => compilePattern(each, { flags: 'm' }).find(outside))
    .find((found) => found !== null)
  return match ? text.slice(match.index).trimStart().split('\n')[0] : undefined
}

function held(because: string): GateResult {
  return { ok: false, because }
}

function cutOff(what: string, bytes: number): GateResult {
  return held(`cut off: ${what} after ${formatBytes(bytes)}`)
}

/** `^end\s*$` reads as `end`. */
function readable(pattern: string): string {
  return pattern.replace(/^\^(?:\\s\*)?|(?:\\[sr][*+?])*\$$/g, '').replace(/\\(\W)/g, '$1')
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function lineNumber(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
