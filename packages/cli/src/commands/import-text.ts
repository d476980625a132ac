import {
  foldNames,
  foldNamesShort,
  type ImportNote,
  type ImportReport,
  type NoteKind,
  type Problem,
  type SyncReport,
} from '@netlatch/core'
import { problemCount, problemLines } from '../problem-lines.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

const headings: Readonly<Record<NoteKind, string>> = {
  secret: 'Secrets were found; none was taken',
  skipped: 'Not taken',
  platform: 'Taken as autodetect: the device will be asked what it is',
  'left-out': 'Left out',
  login: 'Logins to bring into the vault',
}

/** Causes of one kind that are shown without --verbose. */
const shownCauses = 12

export interface ImportTextOptions {
  /** Of the source. */
  readonly title: string
  readonly verbose: boolean
}

/** What came and what did not, by cause and with counts. */
export function importText(report: ImportReport, { title, verbose }: ImportTextOptions): string {
  const { file, devices, groups, added, present, changes, notes, examplesGone } = report
  const skipped = countOf(notes, 'skipped')
  const parts = [
    count(devices, 'device'),
    ...(groups > 0 ? [count(groups, 'group')] : []),
    ...(skipped > 0 ? [`${number(skipped)} skipped`] : []),
  ]
  const lines = [`${parts.join(', ')} from ${title}`]
  if (isSync(report)) {
    const moved = [
      `${number(added.length)} new`,
      `${number(report.changed.length)} changed`,
      `${number(report.removed.length)} gone`,
    ]
    lines.push(changes.length > 0 ? `  ${file}: ${moved.join(', ')}` : `  ${file}: unchanged`)
  } else if (added.length > 0) lines.push(`  ${file}: ${number(added.length)} new`)
  for (const { file: other } of changes.slice(1))
    lines.push(other === examplesGone ? `  ${other}: the examples are gone` : `  ${other}: changed to match`)
  for (const [where, same] of Map.groupBy(present, (each) => each.file)) {
    const names = foldNamesShort(
      same.map(({ name }) => name),
      3,
    )
    lines.push(`  ${where}: ${number(same.length)} there already, left as they are (${names})`)
  }
  for (const kind of Object.keys(headings) as NoteKind[]) {
    const ofKind = notes.filter((note) => note.kind === kind)
    if (ofKind.length > 0) lines.push('', headings[kind], notesTable(ofKind, verbose))
  }
  return lines.join('\n')
}

function notesTable(notes: readonly ImportNote[], verbose: boolean): string {
  const shown = verbose ? notes : notes.slice(0, shownCauses)
  const rows = shown.map(({ kind, text, devices, advice, at }) => [
    text,
    number(devices.length),
    // Where the first of them is: a secret should not stay there.
    ...(kind === 'secret' ? [`${at.file}:${at.line}`] : []),
    verbose ? foldNames(devices).join(' ') : foldNamesShort(devices, 3),
    advice ?? '',
  ])
  const left = notes.length - shown.length
  return `${table(rows, { right: [1] })}${left > 0 ? `\n  … ${left} more causes: --verbose` : ''}`
}

export function reportObject(
  type: 'import' | 'sync',
  report: ImportReport,
  more: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { problems: _problems, changes, ...rest } = report
  return { type, ...more, ...rest, files: changes.map(({ file }) => file) }
}

/** What `inventory check` says of the file. The exit code: 3 with errors. */
export function sayProblems(terminal: Terminal, problems: readonly Problem[], verbose: boolean): number {
  for (const problem of problems) terminal.emit({ type: 'problem', ...problem })
  if (!terminal.json && problems.length > 0) {
    terminal.say()
    for (const text of problemLines(problems, { verbose, columns: terminal.columns })) terminal.say(text)
    terminal.say(problemCount(problems))
  }
  return problems.some(({ severity }) => severity === 'error') ? 3 : 0
}

function isSync(report: ImportReport): report is SyncReport {
  return 'removed' in report
}

function countOf(notes: readonly ImportNote[], kind: NoteKind): number {
  return notes.reduce((sum, note) => (note.kind === kind ? sum + note.devices.length : sum), 0)
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
