/** Literals, `.`, anchors and repetitions; never a line feed. */
const literal = '[^\\\\[(\\n]'
/** `\S \d \w \b \t`, and signs that are escaped. */
const escaped = '\\\\(?:[Sdwbt]|[^\\w\\s])'
const group = '\\((?:\\?:|\\?P?<\\w+>|(?!\\?))'
const listed = '\\[(?![\\^\\]])(?:[^\\\\\\][\\x00-\\x1f]|\\\\(?:[Sdw]|t(?!-)|[^\\w\\s]))+\\]'
/** What is not listed holds line feeds, unless they are listed. */
const unlisted = '\\[\\^(?:[^\\\\\\][\\n]|\\\\[^ns])*\\\\[ns](?:[^\\\\\\][\\n]|\\\\.)*\\]'

const inLine = new RegExp(`^(?:${[literal, escaped, group, listed, unlisted].join('|')})*$`)

/**
 * Whether a pattern, matched with `^` and `$` at every line, finds in a text what it finds in its lines one by one: no piece of it
 * can match a line feed. False also where that is only not plain to see.
 */
export function staysInLine(pattern: string): boolean {
  return inLine.test(pattern)
}
