import { NetlatchError } from '../errors.ts'
import { type Cell, runTemplateAside } from './run-template.ts'
import type { Template } from './template.ts'

/** What became of an answer that was to be parsed. The answer itself is kept beside it in any case. */
export interface ParsedAnswer {
  readonly command: string
  /** The template's file; null where none fits the command. */
  readonly template: string | null
  readonly header: readonly string[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  /** Share of the cells that are filled, 0–1; 0 without rows. */
  readonly score: number
  /** Why there are no rows, where that is not as asked for. */
  readonly failed?: string
}

export interface ParseRequest {
  readonly command: string
  readonly output: string
  readonly template: Template | undefined
  /** A table with a lower score is thrown away: the template was not made for this text. */
  readonly minScore: number
}

/** Turns one answer into rows. Never throws for what a device said. */
export async function parseAnswer({ command, output, template, minScore }: ParseRequest): Promise<ParsedAnswer> {
  const nothing = { command, template: template?.file ?? null, header: [], rows: [], score: 0 }
  if (!template) return { ...nothing, failed: 'no template for this command' }
  try {
    const { header, rows } = await runTemplateAside(template, output)
    const score = scoreOf(rows)
    if (score < minScore)
      return { ...nothing, score, failed: `score ${score.toFixed(2)} of ${template.file} is below ${minScore}` }
    const named = rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])))
    return { ...nothing, header, rows: named, score }
  } catch (error) {
    if (!(error instanceof NetlatchError) || error.code !== 'COMMAND_ERROR') throw error
    return { ...nothing, failed: String(error.details.reason) }
  }
}

/** Filled cells of all cells: a template that does not fit the text finds few rows, or rows full of holes. */
function scoreOf(rows: readonly (readonly Cell[])[]): number {
  const count = rows.reduce((sum, row) => sum + row.length, 0)
  if (count === 0) return 0
  return rows.reduce((sum, row) => sum + row.filter((cell) => cell.length > 0).length, 0) / count
}
