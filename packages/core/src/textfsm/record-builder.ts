import type { TemplateValue } from './template.ts'

/** A text, or of a List its entries; an entry of a List with named groups inside is a mapping of them. */
export type Cell = string | readonly ListEntry[]
export type ListEntry = string | null | Readonly<Record<string, string | null>>

/** One cell for each Value, in their order. */
export type Row = readonly Cell[]

interface Column {
  readonly value: TemplateValue
  /** What was matched last for this row. */
  current: string | readonly ListEntry[] | null
  /** Filldown: what the next row begins with. */
  kept: string | null
  /** List: what was matched for this row. */
  entries: readonly ListEntry[]
}

/** Collects what the rules match into rows, as the options of the Values say. */
export class RecordBuilder {
  readonly #columns: readonly Column[]
  readonly #rows: Cell[][] = []

  constructor(values: readonly TemplateValue[]) {
    this.#columns = values.map((value) => ({ value, current: null, kept: null, entries: [] }))
  }

  get rows(): readonly Row[] {
    return this.#rows
  }

  /** Takes over the groups of a match, by the names of the Values. */
  assign(groups: Readonly<Record<string, string | null>>): void {
    for (const [index, column] of this.#columns.entries()) {
      if (!Object.hasOwn(groups, column.value.name)) continue
      const text = groups[column.value.name] ?? null
      column.current = text
      for (const option of column.value.options) {
        if (option === 'Filldown') column.kept = text
        else if (option === 'List') column.entries = [...column.entries, listEntry(column.value, text)]
        else if (option === 'Fillup' && text) this.#fillUp(index, text)
      }
    }
  }

  /** Ends the row: it is kept unless it lacks what is Required or has nothing at all. */
  save(): void {
    if (!this.#isComplete()) this.clear()
    else if (this.#columns.some(({ current }) => typeof current === 'string' || (current?.length ?? 0) > 0)) {
      this.#rows.push(this.#columns.map(({ current }) => current ?? ''))
      this.clear()
    }
  }

  #isComplete(): boolean {
    for (const column of this.#columns)
      for (const option of column.value.options) {
        if (option === 'List') column.current = column.entries
        else if (option === 'Required' && isEmpty(column.current)) return false
      }
    return true
  }

  /** Begins the row anew; what is Filldown stays. */
  clear(): void {
    for (const column of this.#columns) {
      const { options } = column.value
      column.current = options.includes('Filldown') ? column.kept : null
      if (!options.includes('Filldown')) column.entries = []
    }
  }

  clearAll(): void {
    for (const column of this.#columns) Object.assign(column, { current: null, kept: null, entries: [] })
  }

  /** Into the rows above, up to one that has a value. */
  #fillUp(index: number, text: string): void {
    for (const row of this.#rows.toReversed()) {
      if (!isEmpty(row[index] ?? null)) return
      row[index] = text
    }
  }
}

function listEntry({ nested }: TemplateValue, text: string | null): ListEntry {
  const match = text === null ? undefined : nested?.matchStart(text)
  return match ? match.groups : text
}

function isEmpty(cell: Column['current']): boolean {
  return cell === null || cell.length === 0
}
