import { NetlatchError } from '../errors.ts'
import type { LinearPattern } from '../linear-pattern.ts'
import type { Problem } from '../model.ts'
import { TemplateMistake, templatePattern } from './template-pattern.ts'
import type { TemplateRequest } from './templates.ts'

export interface TemplateIndex {
  /** The template's file of the first line that fits. */
  find(request: TemplateRequest): string | undefined
}

interface IndexRow {
  readonly template: string
  readonly patterns: ReadonlyMap<string, LinearPattern>
}

/**
 * Reads an index: a first line with the columns, Template first and Command last; patterns in the others; `[[ ]]` around what may
 * be left out from behind (google/textfsm, wiki: CliTableHowTo). Throws INPUT_INVALID with every line that is not understood.
 */
export function readIndex(text: string, file: string): TemplateIndex {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ cells: line.split(',').map((cell) => cell.trim()), number: index + 1 }))
  const [header, ...rows] = lines.filter(({ cells }) => cells.join('') !== '' && !cells[0]?.startsWith('#'))
  const columns = header?.cells ?? []
  const problems: Problem[] = []
  const report = (line: number, message: string) =>
    problems.push({ code: 'wrong-index', severity: 'error', message, at: { file, line, column: 1 } })
  if (columns[0] !== 'Template' || !columns.includes('Command'))
    report(header?.number ?? 1, 'the first line names the columns: Template, Hostname, Platform, Command')
  const read = rows.flatMap(({ cells, number }): IndexRow[] => {
    try {
      return [readRow(columns, cells, number)]
    } catch (error) {
      if (!(error instanceof TemplateMistake)) throw error
      report(number, error.message)
      return []
    }
  })
  const [first] = problems
  if (first)
    throw new NetlatchError('INPUT_INVALID', `${file}:${first.at.line}: ${first.message}.`, {
      at: first.at,
      advice: 'Correct the index.',
      problems,
    })
  return {
    find: ({ command, platforms, hostname }) => {
      const asked = new Map([
        ['Command', [command]],
        ['Platform', platforms],
        ['Hostname', [hostname]],
      ])
      const fits = ({ patterns }: IndexRow) =>
        [...asked].every(([column, texts]) => {
          const pattern = patterns.get(column)
          return pattern === undefined || texts.some((each) => pattern.matchStart(each) !== undefined)
        })
      return read.find(fits)?.template
    },
  }
}

function readRow(columns: readonly string[], cells: readonly string[], number: number): IndexRow {
  if (cells.length !== columns.length)
    throw new TemplateMistake(number, `${cells.length} columns, and the first line has ${columns.length}`)
  const [template = ''] = cells
  if (!/^\w[\w./-]*$/.test(template)) throw new TemplateMistake(number, `"${template}" is no name of one template`)
  const patterns = columns.flatMap((column, index): [string, LinearPattern][] => {
    const cell = cells[index] ?? ''
    if (index === 0 || cell === '') return []
    return [[column, templatePattern(column === 'Command' ? completed(cell) : cell, number)]]
  })
  return { template, patterns: new Map(patterns) }
}

/** `sh[[ow]]` → `sh(o(w)?)?` */
function completed(command: string): string {
  return command.replaceAll(/\[\[(.+?)\]\]/g, (_, rest: string) => {
    const letters = [...rest]
    return `${letters.map((letter) => `(${letter}`).join('')}${')?'.repeat(letters.length)}`
  })
}
