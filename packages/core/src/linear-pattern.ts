import { RE2JS, RE2JSSyntaxException } from 're2js'

/** A pattern whose search takes time in proportion to the text, whatever both are. */
export interface LinearPattern {
  readonly source: string
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean
  /** The match that begins where the text begins; undefined where there is none. */
  matchStart(text: string): LinearMatch | undefined
  /** The first match at `from` or behind it; undefined where there is none. @default 0 */
  find(text: string, from?: number): FoundMatch | undefined
  /** The names of its groups. */
  readonly groups: readonly string[]
}

export interface LinearMatch {
  readonly text: string
  /** The named groups; null where a group had no part in the match. */
  readonly groups: Readonly<Record<string, string | null>>
}

export interface FoundMatch extends LinearMatch {
  readonly index: number
  /** Where each named group begins; -1 where a group had no part in the match. */
  readonly starts: Readonly<Record<string, number>>
}

export interface LinearPatternOptions {
  /** `^` and `$` also match at the ends of lines. @default false */
  readonly multiline?: boolean
  /** @default false */
  readonly ignoreCase?: boolean
}

/**
 * Compiles a user's pattern, in RE2's syntax with look-behind, for text that comes from devices: an engine that backtracks could
 * be held for hours by one line. Throws a SyntaxError that says what is not understood: look-ahead and back references have no
 * search in linear time.
 */
export function linearPattern(source: string, options: LinearPatternOptions = {}): LinearPattern {
  const flags =
    RE2JS.LOOKBEHINDS | (options.multiline ? RE2JS.MULTILINE : 0) | (options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  const compiled = compile(source, flags)
  const names = Object.keys(compiled.namedGroups())
  return {
    source,
    groups: names,
    test: (text) => compiled.test(text),
    find: (text, from = 0) => {
      const matcher = compiled.matcher(text)
      if (!matcher.find(from)) return undefined
      return {
        text: matcher.group() ?? '',
        index: matcher.start(),
        groups: Object.fromEntries(names.map((name) => [name, matcher.group(name)])),
        starts: Object.fromEntries(names.map((name) => [name, matcher.start(name)])),
      }
    },
    matchStart: (text) => {
      const matcher = compiled.matcher(text)
      if (!matcher.lookingAt()) return undefined
      const groups = Object.fromEntries(names.map((name) => [name, matcher.group(name)]))
      return { text: matcher.group() ?? '', groups }
    },
  }
}

function compile(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags)
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    // The engine writes the options in front of the pattern that it quotes.
    const reason = error.message.replace(/^error parsing regexp: /, '').replace(/`(?:\(\?[ims]+\))+/, '`')
    throw new SyntaxError(/\(\?[=!]/.test(source) ? 'it looks ahead, which takes unlimited time' : reason)
  }
}
