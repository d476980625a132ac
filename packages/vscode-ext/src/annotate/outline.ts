import type { NamePlace } from '@netlatch/core'

export interface OutlineEntry {
  readonly name: string
  readonly kind: NamePlace['kind']
  /** Counts from 1. */
  readonly line: number
  readonly column: number
  readonly length: number
  /** The line before the next entry of any kind. */
  readonly lastLine: number | undefined
}

/** What is defined in a file, each with the lines that belong to it. */
export function outline(definitions: readonly NamePlace[]): readonly OutlineEntry[] {
  const ordered = definitions.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  return ordered.map(({ name, kind, at, length }, index) => {
    const next = ordered[index + 1]?.at.line
    const lastLine = next === undefined ? undefined : Math.max(at.line, next - 1)
    return { name, kind, line: at.line, column: at.column, length, lastLine }
  })
}
