import Table from 'cli-table3'

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

export interface TableOptions {
  readonly head?: readonly string[]
  /** Columns that hold numbers, from 0. */
  readonly right?: readonly number[]
}

/** Columns without lines, two spaces in front, as all tables of Netlatch look. Trailing spaces are cut. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const columns = Math.max(0, ...rows.map((row) => row.length), options.head?.length ?? 0)
  const drawn = new Table({
    ...(options.head && { head: [...options.head] }),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
    colAligns: Array.from({ length: columns }, (_, index) => (options.right?.includes(index) ? 'right' : 'left')),
  })
  for (const row of rows) drawn.push([...row])
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
