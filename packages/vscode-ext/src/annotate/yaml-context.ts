/** Where in a YAML text somebody is typing. */
export interface TypingContext {
  /** Keys above, outermost first: `['devices', 'sw-1']`. */
  readonly path: readonly string[]
  /** `key`: a key of `path` is typed; `value`: the value, or an item of the list, of its last key. */
  readonly at: 'key' | 'value'
  /** What stands of the word already. */
  readonly word: string
}

/**
 * Looks backwards from an offset, by indentation and open brackets; never parses the text, which is half-written anyway. Undefined
 * inside a comment.
 */
export function typingContext(text: string, offset: number): TypingContext | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(lineStart, offset)
  if (/(?:^|\s)#/.test(before)) return undefined
  const indent = before.length - before.trimStart().length
  const item = /^((?:- +)*)(.*)$/.exec(before.trimStart())
  const content = item?.[2] ?? ''
  const isItem = (item?.[1] ?? '') !== ''
  const above = parents(text, lineStart, isItem ? indent + 1 : indent)
  const [, key, rest = ''] = /^"?([^":#{}[\],]+)"?:(?:\s+(.*)|$)/.exec(content) ?? []
  if (key === undefined) {
    const flow = readFlow(content)
    if (flow.path.length > 0 || flow.isOpen) return { path: [...above, ...flow.path], at: flow.at, word: flow.word }
    return { path: above, at: isItem ? 'value' : 'key', word: content }
  }
  if (!/^[[{]/.test(rest)) return { path: [...above, key], at: 'value', word: rest }
  const flow = readFlow(rest)
  return { path: [...above, key, ...flow.path], at: flow.at, word: flow.word }
}

/** Keys of the lines above with less indentation, down to none. */
function parents(text: string, lineStart: number, indent: number): readonly string[] {
  const path: string[] = []
  let limit = indent
  for (let end = lineStart - 1; end > 0 && limit > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    const from = end
    end = start - 1
    // Most lines of a long file are as deep or deeper.
    if (isIndented(text, start, limit)) continue
    const line = text.slice(start, from)
    const [, blanks = '', dash = '', key] = /^( *)(- +)?"?([^":#]+)"?:(?:\s|$)/.exec(line) ?? []
    const own = blanks.length + (dash ? 1 : 0)
    if (key !== undefined && own < limit) {
      path.unshift(key)
      limit = own
    }
  }
  return path
}

/** At least so many blanks stand at the beginning of a line. */
function isIndented(text: string, start: number, blanks: number): boolean {
  for (let at = start; at < start + blanks; at += 1) if (text[at] !== ' ') return false
  return true
}

/** Inside brackets on one line: `{ host: 10.0.0.1, tags: [core, la`. */
function readFlow(text: string): TypingContext & { readonly isOpen: boolean } {
  const stack: { readonly bracket: string; key?: string | undefined }[] = []
  let word = ''
  for (const sign of text) {
    const top = stack.at(-1)
    if (sign === '[' || sign === '{') {
      stack.push({ bracket: sign })
      word = ''
    } else if (sign === ']' || sign === '}') {
      stack.pop()
      word = ''
    } else if (sign === ',') {
      if (top) top.key = undefined
      word = ''
    } else if (sign === ':' && top?.bracket === '{' && top.key === undefined) {
      top.key = word.trim().replaceAll('"', '')
      word = ''
    } else word += sign
  }
  const top = stack.at(-1)
  const path = stack.flatMap(({ key }) => (key === undefined ? [] : [key]))
  const at = top?.bracket === '{' && top.key === undefined ? 'key' : 'value'
  return { path, at, word: word.trimStart(), isOpen: stack.length > 0 }
}
