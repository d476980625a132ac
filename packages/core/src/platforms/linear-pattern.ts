import { RE2JS } from 're2js'
import { findUnsupported } from './pattern-syntax.ts'

/** A pattern that the linear engine does not take, and where: `offset` counts characters of the pattern from 0. */
export interface PatternFault {
  readonly message: string
  readonly advice: string
  readonly offset: number
}

const flagBits = { m: RE2JS.MULTILINE, i: RE2JS.CASE_INSENSITIVE, '': 0 } as const

export type PatternFlags = keyof typeof flagBits

/** Compiles for re2js: time proportional to the text, whatever the pattern. Throws what {@link faultOf} puts into words. */
export function compileLinear(source: string, flags: PatternFlags): RE2JS {
  return RE2JS.compile(source, flagBits[flags] | RE2JS.LOOKBEHINDS)
}

/** What keeps this pattern from being used, or undefined. */
export function faultOf(pattern: string): PatternFault | undefined {
  const unsupported = findUnsupported(pattern)
  if (unsupported) return unsupported
  try {
    compileLinear(pattern, 'm')
    return undefined
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const [, what = 'not a regular expression', piece = ''] =
      /^error parsing regexp: (.*?)(?:: `([\s\S]*)`)?$/.exec(text) ?? []
    return {
      message: piece === '' ? what : `${what}: ${piece}`,
      advice: 'Correct the pattern; the syntax is that of RE2.',
      offset: Math.max(piece === '' ? 0 : pattern.indexOf(piece), 0),
    }
  }
}

/** The names of its groups; empty for a pattern that does not compile. */
export function groupsOf(pattern: string): readonly string[] {
  if (faultOf(pattern)) return []
  return Object.keys(compileLinear(pattern, 'm').namedGroups())
}
