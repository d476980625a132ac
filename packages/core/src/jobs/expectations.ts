import { type LinearPattern, linearPattern } from '../linear-pattern.ts'
import type { CommandAnswer } from '../session/session.ts'

/** What the answers of a device must look like. Patterns are linear in time; `^` and `$` are ends of lines. */
export interface Expectation {
  /** @default every command */
  readonly command?: string
  readonly contains: readonly string[]
  readonly matches: readonly string[]
  readonly notMatches: readonly string[]
}

export function expectedPattern(source: string): LinearPattern {
  return linearPattern(source, { multiline: true })
}

/** What does not hold, one sentence each, as `show version: has no "15.2"`. Empty when all is as expected. */
export function unmetExpectations(
  expectations: readonly Expectation[],
  answers: readonly CommandAnswer[],
): readonly string[] {
  return expectations.flatMap((expectation) => {
    const of = answers.filter(({ command }) => expectation.command === undefined || command === expectation.command)
    return of.flatMap((answer) => unmetBy(expectation, answer).map((what) => `${answer.command}: ${what}`))
  })
}

function unmetBy(expectation: Expectation, { output }: CommandAnswer): readonly string[] {
  return [
    ...expectation.contains.filter((text) => !output.includes(text)).map((text) => `has no "${text}"`),
    ...expectation.matches.filter((source) => !expectedPattern(source).test(output)).map((s) => `does not match ${s}`),
    ...expectation.notMatches.filter((source) => expectedPattern(source).test(output)).map((s) => `matches ${s}`),
  ]
}
