import { linearPattern } from '../linear-pattern.ts'
import { findUnsupported } from './pattern-syntax.ts'

/** What keeps a pattern from being used, and where: `offset` counts characters of the pattern from 0. */
export interface PatternFault {
  /** Behind `pattern`: `looks ahead`. */
  readonly message: string
  readonly advice: string
  readonly offset: number
}

/** Undefined for a pattern that can be used. */
export function faultOf(pattern: string): PatternFault | undefined {
  const unsupported = findUnsupported(pattern)
  if (unsupported) return unsupported
  try {
    linearPattern(pattern, { multiline: true })
    return undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const [, reason = error.message, piece = ''] = /^(.*?): `([\s\S]*)`$/.exec(error.message) ?? []
    return {
      message: `has a mistake: ${piece === '' ? reason : `${reason} ${piece}`}`,
      advice: "Correct it; the syntax is RE2's.",
      offset: Math.max(piece === '' ? 0 : pattern.indexOf(piece), 0),
    }
  }
}

/** The names of a pattern's groups; none for one that cannot be used. */
export function groupsOf(pattern: string): readonly string[] {
  return faultOf(pattern) ? [] : linearPattern(pattern).groups
}
