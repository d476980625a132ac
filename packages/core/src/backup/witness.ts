import { compilePattern } from '../platforms/pattern.ts'
import type { CaptureWitness } from '../platforms/platform.ts'
import { type CapturedAnswer, unifyLineEndings } from './configuration-text.ts'
import { formatBytes } from './reason-text.ts'

/**
 * What a witness says of the answers before it: `heard` that the session had come to their end, which says nothing of a device
 * that stopped early itself · `proven` that this is the device's own end · `silent` nothing, as the device does not know the
 * question · `held` that something is missing.
 */
export type Testimony =
  | { readonly kind: 'heard' | 'proven' }
  | { readonly kind: 'silent' | 'held'; readonly because: string }

export interface WitnessInput {
  readonly witness: CaptureWitness
  readonly answer: CapturedAnswer
  /** The configuration's own answers, and all of them as one text. */
  readonly own: readonly CapturedAnswer[]
  readonly text: string
  /** The device's line, when the question was refused. */
  readonly refusal: string | undefined
}

/** Devices count empty lines, or a line before the output, in their own ways: fewer than so many of a hundred are a cut. */
const leastPercent = 90

export function hearWitness({ witness, answer, own, text, refusal }: WitnessInput): Testimony {
  const said = unifyLineEndings(answer.output)
  if (typeof witness.answer === 'string') {
    const isHeard = said.endsWith('\n') && compilePattern(witness.answer, { flags: 'm' }).test(said)
    return isHeard ? { kind: 'heard' } : strange(witness)
  }
  if (refusal !== undefined) return { kind: 'silent', because: `"${witness.command}" is not known there` }
  if ('repeats' in witness.answer) return compareLastLines(said, text)
  const { counts, of } = witness.answer
  const counted = compilePattern(counts, { flags: 'm' }).find(said)?.groups.lines
  if (counted === undefined || !said.endsWith('\n')) {
    // More than a word of the device's own is the rest of the configuration, behind what only looked like a prompt.
    const isShort = said.trim().split('\n').length <= 2
    return isShort ? { kind: 'silent', because: `"${witness.command}" says no number` } : strange(witness)
  }
  const counting = own.filter(({ command }) => of === undefined || command === of)
  return compareCount(Number(counted), countLines(counting), witness.command)
}

function compareLastLines(said: string, text: string): Testimony {
  const [last = [], whole = []] = [said, text].map((one) =>
    one
      .split('\n')
      .map((line) => line.trimEnd())
      .filter(Boolean),
  )
  const isRepeated = last.length > 0 && last.every((line, at) => line === whole.at(at - last.length))
  if (isRepeated) return { kind: 'proven' }
  return { kind: 'held', because: `cut off: other last lines after ${formatBytes(Buffer.byteLength(text))}` }
}

function compareCount(counted: number, came: number, command: string): Testimony {
  if (came === counted) return { kind: 'proven' }
  const lines = (count: number) => count.toLocaleString('en-US')
  if (came * 100 < counted * leastPercent)
    return { kind: 'held', because: `cut off: ${lines(came)} of ${lines(counted)} lines` }
  return { kind: 'silent', because: `"${command}" counts ${lines(counted)} lines, ${lines(came)} came` }
}

/** Line ends, as every counting program counts: a line without its end is none. */
function countLines(answers: readonly CapturedAnswer[]): number {
  return answers.reduce((sum, { output }) => sum + unifyLineEndings(output).split('\n').length - 1, 0)
}

function strange({ command }: CaptureWitness): Testimony {
  return { kind: 'held', because: `"${command}" behind the configuration was not answered as it should be` }
}
