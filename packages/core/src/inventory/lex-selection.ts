import { NetlatchError } from '../errors.ts'
import type { NumberRange, Pattern, Segment } from './selection-pattern.ts'

export type SelectionToken =
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' | 'end'; readonly column: number }
  | WordToken

/** A run of characters up to a space or a bracket: `site:fra,muc`, `@failed`, `sw-[01-12]`. */
export interface WordToken {
  readonly kind: 'word'
  readonly column: number
  /** As it was written. */
  readonly text: string
  /** What stands before the first unquoted colon, where that can be a key. */
  readonly key?: string
  readonly values: readonly Pattern[]
}

/** Cuts a selection into tokens. Throws SELECTION_INVALID with the column. */
export function lexSelection(text: string): readonly SelectionToken[] {
  const tokens: SelectionToken[] = []
  let position = 0
  while (position < text.length) {
    const char = text[position] ?? ''
    const column = position + 1
    if (/\s/.test(char)) {
      position += 1
    } else if (char === '(' || char === ')') {
      tokens.push({ kind: char, column })
      position += 1
    } else {
      const word = readWord(text, position)
      position = word.end
      const operator = word.text.toLowerCase()
      const isOperator = operator === 'and' || operator === 'or' || operator === 'not'
      tokens.push(isOperator ? { kind: operator, column } : { ...word.token, column })
    }
  }
  return [...tokens, { kind: 'end', column: text.length + 1 }]
}

export function selectionError(text: string, column: number, message: string, advice?: string): NetlatchError {
  const options = { details: { column }, ...(advice !== undefined && { advice }) }
  return new NetlatchError('SELECTION_INVALID', `"${text}", column ${column}: ${message}.`, options)
}

function readWord(text: string, start: number): { token: Omit<WordToken, 'column'>; text: string; end: number } {
  const values: Segment[][] = [[]]
  let key: string | undefined
  let position = start
  const literal = (more: string) => {
    const segments = values.at(-1) ?? []
    const last = segments.at(-1)
    if (last?.kind === 'literal') segments[segments.length - 1] = { kind: 'literal', text: last.text + more }
    else segments.push({ kind: 'literal', text: more })
  }
  while (position < text.length) {
    const char = text[position] ?? ''
    if (/[\s()]/.test(char)) break
    if (char === '"' || char === "'") {
      const quoted = readQuoted(text, position)
      literal(quoted.text)
      position = quoted.end
      continue
    }
    if (char === '[') {
      const end = text.indexOf(']', position)
      if (end === -1) throw selectionError(text, position + 1, 'a [ without its ]', 'Write a range as sw-[01-12].')
      values.at(-1)?.push({ kind: 'range', ranges: readRanges(text, position + 1, end) })
      position = end + 1
      continue
    }
    if (char === ':' && key === undefined && isKey(text.slice(start, position), text.slice(position + 1))) {
      key = text.slice(start, position).toLowerCase()
      values.splice(0, values.length, [])
    } else if (char === ',') values.push([])
    else if (char === '*') values.at(-1)?.push({ kind: 'any' })
    else if (char === '?') values.at(-1)?.push({ kind: 'one' })
    else literal(char)
    position += 1
  }
  const word = text.slice(start, position)
  return { token: { kind: 'word', text: word, ...(key !== undefined && { key }), values }, text: word, end: position }
}

/** `tag` in `tag:x`, `dc1` in `dc1:dc2`; not the `fe80` of an IPv6 address. */
function isKey(before: string, after: string): boolean {
  const isAddress = /^[\da-f]{1,4}$/i.test(before) && /^[\da-f]*:[\da-f:]*(?:[/\s(),]|$)/i.test(after)
  return /^[a-z][\w.-]*$/i.test(before) && !isAddress
}

function readQuoted(text: string, start: number): { text: string; end: number } {
  const mark = text[start]
  let content = ''
  for (let position = start + 1; position < text.length; position += 1) {
    const char = text[position] ?? ''
    if (char === mark) return { text: content, end: position + 1 }
    const isEscape = char === '\\' && mark === '"' && position + 1 < text.length
    if (isEscape) position += 1
    content += text[position] ?? ''
  }
  throw selectionError(text, start + 1, 'a quote that does not end', `Add ${mark} at its end.`)
}

function readRanges(text: string, start: number, end: number): readonly NumberRange[] {
  const advice = 'Write a range as sw-[01-12] or sw-[01,03,07-09].'
  let column = start + 1
  return text
    .slice(start, end)
    .split(',')
    .map((part) => {
      const here = column
      column += part.length + 1
      const [, from = '', to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? []
      if (!from) throw selectionError(text, here, `"${part}" is no range of numbers`, advice)
      if (Number(from) > Number(to)) throw selectionError(text, here, `the range ${part} runs backwards`, advice)
      return { from, to }
    })
}
