import { cpus } from 'node:os'
import { type Figure, rounded, verdictOf } from './figures.ts'

const units: Readonly<Record<Figure['unit'], string>> = {
  x: '×',
  ms: ' ms',
  s: ' s',
  KB: ' KB',
  MB: ' MB',
  'round trips': ' round trips',
  logins: ' logins',
  'a second': ' a second',
}

export function machine(): string {
  const [first] = cpus()
  return `${cpus().length} cores (${first?.model.trim() || process.arch}), Node ${process.versions.node}, ${process.platform}`
}

/** The table for people: a heading for each suite, then figure, target and verdict. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => ({
    ...figure,
    shown: figure.value === undefined ? '–' : inUnit(figure.value, figure.unit),
    wanted: figure.target === undefined ? '' : `≤ ${figure.target}${units[figure.unit]}`,
    verdict: verdictOf(figure),
  }))
  const width = (pick: (row: (typeof rows)[number]) => string) => Math.max(...rows.map((row) => pick(row).length))
  const [nameWidth, valueWidth, targetWidth] = [width((r) => r.name), width((r) => r.shown), width((r) => r.wanted)]
  const lines: string[] = []
  let suite = ''
  for (const row of rows) {
    if (row.suite !== suite) lines.push('', row.suite)
    suite = row.suite
    const cells = [row.name.padEnd(nameWidth), row.shown.padStart(valueWidth), row.wanted.padEnd(targetWidth)]
    const note = row.note === undefined ? '' : `  ${row.note}`
    lines.push(`  ${cells.join('  ')}  ${row.verdict.padEnd('not measured'.length)}${note}`.trimEnd())
  }
  return `${lines.join('\n')}\n`
}

export function figureJson(figures: readonly Figure[], date: Date): string {
  const rows = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }))
  return `${JSON.stringify({ date: date.toISOString(), machine: machine(), figures: rows }, null, 2)}\n`
}

function inUnit(value: number, unit: Figure['unit']): string {
  const digits = unit === 'x' || unit === 's' ? 2 : unit === 'logins' || unit === 'a second' ? 0 : 1
  return `${rounded(value, unit).toFixed(digits)}${units[unit]}`
}
