import { rename, rm, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { NetlatchError } from '@netlatch/core'
import type { Command } from 'commander'

export interface OutputOptions {
  readonly output?: string
}

export function withOutput(command: Command): Command {
  return command.option('-o, --output <file>', 'also into a file: .csv, .json, .ndjson or .md by its end')
}

/** A row of a file: flat values; what is nested stands as JSON in tables. */
export type OutputRow = object

type Format = (rows: readonly OutputRow[], columns: readonly string[]) => string

const formats: Readonly<Record<string, Format>> = {
  '.json': (rows) => `${JSON.stringify(rows, null, 2)}\n`,
  '.ndjson': (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  '.csv': csvText,
  '.md': markdownTable,
}

/** Refuses a file that cannot be written in any known form, before anything else is done. */
export function checkOutput({ output }: OutputOptions): void {
  if (output !== undefined) formatOf(output)
}

/** Writes rows in the form that the file's end says. `columns`: those of tables, in their order. The file is whole or the old one. */
export async function writeOutput(path: string, rows: readonly OutputRow[], columns: readonly string[]): Promise<void> {
  await writeWhole(path, formatOf(path)(rows, columns))
}

export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw unwritable(path, cause)
  }
}

export function unwritable(path: string, cause: unknown): NetlatchError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const reasons: Readonly<Record<string, string>> = { EISDIR: 'is a folder', ENOENT: 'there is no such folder' }
  const reason = reasons[String(code)] ?? 'cannot be written'
  return new NetlatchError('FILE_UNREADABLE', `${path}: ${reason}. Nothing was written there.`, {
    cause,
    advice: 'Name a file in a folder that is there and that this user may write: --output <file>',
  })
}

function formatOf(path: string): Format {
  const format = formats[extname(path).toLowerCase()]
  if (format) return format
  throw new NetlatchError('USAGE', `--output ${path}: the name's end says the form.`, {
    advice: 'Let it end in .csv, .json, .ndjson or .md.',
  })
}

function csvText(rows: readonly OutputRow[], columns: readonly string[]): string {
  const lines = [columns.map(csvCell), ...rows.map((row) => columns.map((column) => csvCell(fieldOf(row, column))))]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** Spreadsheets run a cell that starts like a formula; a quote in front makes it text. */
function csvCell(value: unknown): string {
  const text = cellText(value)
  const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function markdownTable(rows: readonly OutputRow[], columns: readonly string[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => markdownCell(fieldOf(row, column))))),
  ].join('')
}

function markdownCell(value: unknown): string {
  return cellText(value)
    .replace(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`)
    .replace(/\s*\n\s*/g, ' ')
}

function fieldOf(row: OutputRow, column: string): unknown {
  return (row as Readonly<Record<string, unknown>>)[column]
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
