import { literalOf, type Pattern, printPattern, quote } from './selection-pattern.ts'

export const inventoryKeys = [
  'tag',
  'name',
  'site',
  'platform',
  'role',
  'status',
  'group',
  'host',
  'port',
  'jump',
] as const
export const stateKeys = ['result', 'credential', 'older', 'backup', 'backup-older'] as const
export const selectionKeys = [...inventoryKeys, ...stateKeys] as const

export type SelectionKey = (typeof selectionKeys)[number]

/** What somebody asked for, before it meets an inventory. */
export type Selection =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly [Selection, Selection, ...Selection[]] }
  | { readonly kind: 'not'; readonly operand: Selection }
  | SelectionTerm
  | { readonly kind: 'all' }
  /** `@failed`: what needed attention in the last run. */
  | { readonly kind: 'failed' }
  /** `@devices.txt`, or `@-` for standard input. */
  | { readonly kind: 'file'; readonly source: string }

/** `key:value,value`; without a key a value is a device, a group or a tag. */
export interface SelectionTerm {
  readonly kind: 'term'
  readonly key?: SelectionKey
  readonly values: readonly [Pattern, ...Pattern[]]
  /** Of the term in the text, from 1. */
  readonly column: number
}

/** Writes a selection so that it reads back as the same one. */
export function printSelection(selection: Selection): string {
  switch (selection.kind) {
    case 'and':
    case 'or':
      return selection.operands.map((each) => printOperand(each, selection.kind)).join(` ${selection.kind} `)
    case 'not':
      return `not ${printOperand(selection.operand, 'not')}`
    case 'all':
      return 'all'
    case 'failed':
      return '@failed'
    case 'file':
      return `@${/^[\w./~-]+$/.test(selection.source) && selection.source !== 'failed' ? selection.source : quote(selection.source)}`
    case 'term': {
      const values = selection.values.map((value) =>
        isReserved(value, selection) ? quote(literalOf(value) ?? '') : printPattern(value, selection.key !== undefined),
      )
      return `${selection.key ? `${selection.key}:` : ''}${values.join(',')}`
    }
  }
}

/** All terms, in the order of the text. */
export function termsOf(selection: Selection): readonly SelectionTerm[] {
  if (selection.kind === 'term') return [selection]
  if (selection.kind === 'not') return termsOf(selection.operand)
  return 'operands' in selection ? selection.operands.flatMap(termsOf) : []
}

function printOperand(selection: Selection, inside: 'and' | 'or' | 'not'): string {
  const needsBrackets = selection.kind === 'or' || (selection.kind === 'and' && inside !== 'or')
  return needsBrackets ? `(${printSelection(selection)})` : printSelection(selection)
}

/** Words of the language need quotes where they stand for themselves. */
function isReserved(value: Pattern, { key, values }: SelectionTerm): boolean {
  const text = literalOf(value)
  return key === undefined && values.length === 1 && text !== undefined && /^(?:and|or|not|all)$/i.test(text)
}
