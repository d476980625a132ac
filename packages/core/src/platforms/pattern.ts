import { linearPattern } from '../linear-pattern.ts'
import { isBuiltInPattern } from './built-in-patterns.ts'

/** A compiled pattern. It keeps no position: every call starts anew. */
export interface Pattern {
  test(text: string): boolean
  /** The first match at `from` or behind it. @default 0 */
  find(text: string, from?: number): PatternMatch | null
  /** All matches, none inside another. */
  findAll(text: string): Iterable<PatternMatch>
}

export interface PatternMatch {
  readonly text: string
  readonly index: number
  /** What the named groups matched. */
  readonly groups: Readonly<Record<string, string | undefined>>
  /** Where a named group begins; undefined when it matched nothing. */
  start(group: string): number | undefined
}

/** `m`: `^` and `$` at every line. `i`: case aside. */
type PatternFlags = '' | 'm' | 'i'

export interface PatternOptions {
  /** @default '' */
  readonly flags?: PatternFlags
  /** The patterns of the platform that `source` was put together from. @default itself */
  readonly of?: readonly string[]
  /** What it is matched against: single lines of at most 1,024 characters, or whole texts. @default 'text' */
  readonly on?: 'line' | 'text'
}

/**
 * Compiles patterns of a platform's data. Those that a built-in platform has were tried on hostile texts by the tests, and run as
 * RegExp; every other one is a user's and runs in linear time. Both read the same syntax. Throws for what is no pattern.
 */
export function compilePattern(
  source: string,
  { flags = '', of = [source], on = 'text' }: PatternOptions = {},
): Pattern {
  const isBuiltIn = of.every((pattern) => isBuiltInPattern(pattern, on))
  const key = `${isBuiltIn ? 'native' : 'linear'}/${flags}/${source}`
  const known = compiled.get(key)
  if (known) return known
  if (compiled.size >= maxCompiled) compiled.clear()
  const made = isBuiltIn ? native(source, flags) : linear(source, flags)
  compiled.set(key, made)
  return made
}

/** Compiling takes longer than most matches, and the same few patterns are asked for again and again. */
const compiled = new Map<string, Pattern>()
const maxCompiled = 4096

function native(source: string, flags: PatternFlags): Pattern {
  const plain = new RegExp(source, `g${flags}`)
  const find = (text: string, from = 0): PatternMatch | null => {
    plain.lastIndex = from
    const match = plain.exec(text)
    return match && nativeMatch(match, plain)
  }
  return {
    test: (text) => {
      plain.lastIndex = 0
      return plain.test(text)
    },
    find,
    findAll: (text) => allOf(find, text),
  }
}

function nativeMatch(match: RegExpExecArray, { source, flags }: RegExp): PatternMatch {
  return {
    text: match[0],
    index: match.index,
    groups: match.groups ?? {},
    start: (group) => {
      // Places make every match dear, and few are asked for: matched once more from where it was found.
      const withPlaces = new RegExp(source, `${flags}d`)
      withPlaces.lastIndex = match.index
      return withPlaces.exec(match.input)?.indices?.groups?.[group]?.[0]
    },
  }
}

function* allOf(find: Pattern['find'], text: string): Generator<PatternMatch, void, undefined> {
  for (let from = 0; from <= text.length; ) {
    const match = find(text, from)
    if (!match) return
    yield match
    from = match.index + Math.max(match.text.length, 1)
  }
}

function linear(source: string, flags: PatternFlags): Pattern {
  const pattern = linearPattern(source, { multiline: flags === 'm', ignoreCase: flags === 'i' })
  const find = (text: string, from = 0): PatternMatch | null => {
    const match = pattern.find(text, from)
    if (!match) return null
    const { index, groups, starts } = match
    return {
      text: match.text,
      index,
      groups: Object.fromEntries(Object.entries(groups).map(([name, found]) => [name, found ?? undefined])),
      start: (group) => ((starts[group] ?? -1) === -1 ? undefined : starts[group]),
    }
  }
  return {
    test: pattern.test,
    find,
    findAll: (text) => allOf(find, text),
  }
}
