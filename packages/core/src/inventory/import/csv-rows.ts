export interface CsvRow {
  /** Where the row starts; a quoted cell may hold line breaks. */
  readonly line: number
  readonly cells: readonly string[]
}

export type CsvReading =
  | { readonly rows: readonly CsvRow[] }
  /** A quote that is never closed. */
  | { readonly brokenAt: number }

/**
 * Reads a table as RFC 4180 has it: quotes around cells, two for one inside. The separator is a comma, semicolon or tab, whichever
 * the first line has most of. Empty rows and the `sep=` line of spreadsheets are left out.
 */
export function readCsv(text: string): CsvReading {
  const source = text.replace(/^\uFEFF/, '')
  const [firstLine = ''] = source.split(/\r?\n/, 1)
  const told = /^sep=(.)$/.exec(firstLine)?.[1]
  const separator = told ?? mostFrequent(firstLine)
  const rows: CsvRow[] = []
  let cells: string[] = []
  let line = 1
  let rowLine = 1
  let position = 0
  const endRow = () => {
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: rowLine, cells })
    cells = []
  }
  while (position <= source.length) {
    if (source[position] === '"') {
      const cell = quotedCell(source, position)
      if (!cell) return { brokenAt: line }
      // Text behind the closing quote belongs to the cell, as spreadsheets read it.
      const end = nextOf(source, cell.end, [separator, '\n', '\r'])
      cells.push(cell.text + source.slice(cell.end, end))
      line += cell.text.split('\n').length - 1
      position = end
    } else {
      const end = nextOf(source, position, [separator, '\n', '\r'])
      cells.push(source.slice(position, end))
      position = end
    }
    const isSeparator = source[position] === separator
    if (!isSeparator) {
      endRow()
      if (source[position] === '\r' && source[position + 1] === '\n') position += 1
      line += 1
      rowLine = line
    }
    position += 1
  }
  return { rows: told === undefined ? rows : rows.filter((row) => row.line > 1) }
}

function quotedCell(source: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let text = ''
  let from = start + 1
  for (;;) {
    const quote = source.indexOf('"', from)
    if (quote === -1) return undefined
    text += source.slice(from, quote)
    if (source[quote + 1] !== '"') return { text, end: quote + 1 }
    text += '"'
    from = quote + 2
  }
}

function nextOf(source: string, from: number, marks: readonly string[]): number {
  for (let index = from; index < source.length; index += 1) if (marks.includes(source[index] ?? '')) return index
  return source.length
}

function mostFrequent(line: string): string {
  const counted = [',', ';', '\t'].map((mark) => ({ mark, count: line.split(mark).length }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ','
}
