import type { LinearPattern } from '../linear-pattern.ts'

export const valueOptions = ['Filldown', 'Fillup', 'Key', 'List', 'Required'] as const
export type ValueOption = (typeof valueOptions)[number]

export const lineActions = ['Next', 'Continue', 'Error'] as const
export const recordActions = ['NoRecord', 'Record', 'Clear', 'Clearall'] as const

/** States that end the parsing; they have no rules. */
export const finalStates: readonly string[] = ['End', 'EOF']

/** A column of the table that a template makes. */
export interface TemplateValue {
  readonly name: string
  /** In the order written: it is the order in which they act. */
  readonly options: readonly ValueOption[]
  /** The value's own pattern with its brackets, as text. */
  readonly regex: string
  /** Of a List with named groups inside: each entry is a mapping of them. */
  readonly nested?: LinearPattern
}

export interface TemplateRule {
  readonly pattern: LinearPattern
  readonly lineAction: (typeof lineActions)[number]
  readonly recordAction: (typeof recordActions)[number]
  /** The next state; of an Error its message. */
  readonly target?: string
  /** In the template, from 1. */
  readonly line: number
}

/** A TextFSM template, checked whole. */
export interface Template {
  /** As messages call its file. */
  readonly file: string
  readonly values: readonly TemplateValue[]
  /** `Start` is always there, `End` never. An empty `EOF` means that the last row is not recorded by itself. */
  readonly states: ReadonlyMap<string, readonly TemplateRule[]>
}
