import { didYouMean } from '../workspace/nearest-name.ts'
import { lexSelection, type SelectionToken, selectionError, type WordToken } from './lex-selection.ts'
import { type Selection, type SelectionKey, selectionKeys } from './selection.ts'
import { literalOf } from './selection-pattern.ts'

const maxDepth = 50

/** Reads a selection; separate arguments are one text. Throws SELECTION_INVALID with the column and what to write instead. */
export function parseSelection(selection: string | readonly string[]): Selection {
  const text = typeof selection === 'string' ? selection : selection.join(' ')
  const tokens = lexSelection(text)
  let index = 0
  const peek = (): SelectionToken => tokens[index] ?? { kind: 'end', column: text.length + 1 }
  const take = (): SelectionToken => {
    const token = peek()
    index += 1
    return token
  }

  const chain = (kind: 'and' | 'or', next: (depth: number) => Selection, depth: number): Selection => {
    const first = next(depth)
    const others: Selection[] = []
    while (peek().kind === kind) {
      take()
      others.push(next(depth))
    }
    const [second, ...rest] = others
    return second ? { kind, operands: [first, second, ...rest] } : first
  }
  const parseOr = (depth: number): Selection => chain('or', parseAnd, depth)
  const parseAnd = (depth: number): Selection => chain('and', parseNot, depth)
  const parseNot = (depth: number): Selection => {
    const token = take()
    if (depth > maxDepth) throw selectionError(text, token.column, 'nested too deeply', 'Write it flatter.')
    if (token.kind === 'not') return { kind: 'not', operand: parseNot(depth + 1) }
    if (token.kind === '(') {
      const inner = parseOr(depth + 1)
      const close = take()
      if (close.kind !== ')') throw selectionError(text, token.column, 'a ( without its )', 'Add the ).')
      return inner
    }
    if (token.kind === 'word') return readTerm(text, token)
    const found = token.kind === 'end' ? 'it ends here' : `"${token.kind}" stands here`
    const advice =
      text.trim() === '' ? 'Name devices, a tag, site:… or all.' : 'Write a device, a tag or key:value here.'
    throw selectionError(text, token.column, `something is missing: ${found}`, advice)
  }

  const result = parseOr(0)
  const rest = peek()
  if (rest.kind === ')') throw selectionError(text, rest.column, 'a ) without its (', 'Remove it.')
  if (rest.kind !== 'end') {
    const advice = 'Write a,b for either of them, or: a and b.'
    throw selectionError(text, rest.column, 'two terms with nothing between them', advice)
  }
  return result
}

function readTerm(text: string, word: WordToken): Selection {
  if (word.text.startsWith('@')) return readAt(text, word)
  if (/^all$/i.test(word.text)) return { kind: 'all' }
  refuseOtherTools(text, word)
  const { key, column } = word
  if (key !== undefined && !isSelectionKey(key)) {
    const otherwise = `The keys are ${selectionKeys.join(', ')}. Several names: ${word.text.replaceAll(':', ',')}`
    throw selectionError(text, column, `unknown key "${key}"`, didYouMean(key, selectionKeys, otherwise))
  }
  const [first, ...others] = word.values
  if (!first || word.values.some((value) => value.length === 0)) {
    throw selectionError(text, column, `a value is missing in ${word.text}`, 'Write key:value, or a,b.')
  }
  return { kind: 'term', ...(key !== undefined && { key }), values: [first, ...others], column }
}

function readAt(text: string, word: WordToken): Selection {
  const source = literalOf(word.values[0] ?? [])?.slice(1)
  if (!source || word.values.length > 1) {
    throw selectionError(text, word.column, `${word.text} names no file`, 'Write @failed, @devices.txt or @-.')
  }
  return word.text === '@failed' ? { kind: 'failed' } : { kind: 'file', source }
}

function isSelectionKey(key: string): key is SelectionKey {
  return (selectionKeys as readonly string[]).includes(key)
}

/** Signs that mean something to Ansible, NetBox or a shell are answered in our own words, never guessed at. */
function refuseOtherTools(text: string, word: WordToken): void {
  const unquoted = word.text.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, (quoted) => 'x'.repeat(quoted.length))
  if (/^[!&]|[:,][!&]/.test(unquoted)) {
    throw selectionError(text, word.column, `${word.text} is Ansible's way`, `Write: ${fromAnsible(word.text)}`)
  }
  if (unquoted.startsWith('~')) {
    throw selectionError(text, word.column, 'regular expressions are not read', 'Write * and ?, or sw-[01-12].')
  }
  const comparison = /^([a-z-]+)(!?)==?(.+)$/i.exec(unquoted)
  if (comparison) {
    const [, key = '', negation = '', value = ''] = comparison
    throw selectionError(text, word.column, `${word.text} has a =`, `Write: ${negation && 'not '}${key}:${value}`)
  }
  const sign = /[<>|;&!=]/.exec(unquoted)
  if (sign) {
    const advice = 'Write and, or, not; ages as older:30d; other text in quotes.'
    throw selectionError(text, word.column + sign.index, `"${sign[0]}" has no meaning here`, advice)
  }
}

/** `dc1:&core:!lab` → `dc1 and core and not lab`. */
function fromAnsible(pattern: string): string {
  const parts = pattern.split(/[:,](?=[!&])|[:,]/)
  const either = parts.filter((part) => !/^[!&]/.test(part))
  const both = parts.filter((part) => part.startsWith('&')).map((part) => part.slice(1))
  const without = parts.filter((part) => part.startsWith('!')).map((part) => `not ${part.slice(1)}`)
  return [either.join(',') || 'all', ...both, ...without].join(' and ')
}
