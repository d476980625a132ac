import { NetlatchError } from '../../errors.ts'
import type { Origin } from '../../model.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { type NoteBook, openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { groupsNamed } from './named-groups.ts'
import type { PlatformTable } from './platform-names.ts'
import { isColumnName, namesDevices } from './records.ts'
import { wrongSource } from './refuse-source.ts'
import { oxidizedPlatforms, rancidPlatforms } from './router-db-platforms.ts'
import { holdsSecret, isSecretName, noteLogin, noteSecret } from './secret-names.ts'

export interface RouterDbOptions {
  /** The meaning of each column, as `['name', 'ip', 'model', 'group']`; `-` or an empty text for one that means nothing. */
  readonly map?: readonly string[]
  /** @default what separates the columns of the first line: `;`, else `:` */
  readonly delimiter?: string
}

const columnNames = ['name', 'ip', 'model', 'group', 'username', 'port', 'input', 'site', 'role']

/** Oxidized's csv source. Throws INPUT_INVALID when the columns are not told and more than two, USAGE for an unknown name. */
export function importOxidized(text: string, file: string, options: RouterDbOptions = {}): Imported {
  const rows = refuseHead('oxidized', file, rowsOf(text, options.delimiter))
  const map = checkMap(options.map ?? guessMap(rows, file))
  return importRows(
    file,
    rows,
    oxidizedPlatforms,
    (row, device, at, notes) => {
      const cell = (name: string): string | undefined => {
        const index = map.indexOf(name)
        return index === -1 ? undefined : row.cells[index]?.trim()
      }
      noteLogins(map, row.cells, { device, at, username: cell('username') }, notes)
      const input = cell('input')?.toLowerCase()
      return {
        name: cell('name') ?? '',
        host: cell('ip') || cell('name'),
        port: cell('port'),
        platform: cell('model'),
        group: cell('group'),
        site: cell('site'),
        role: cell('role'),
        transport: input === 'telnet' ? 'telnet' : undefined,
      }
    },
    map.indexOf('name'),
  )
}

/** RANCID's router.db: name, type, state and a comment, with `;` or, before version 3, with `:` between them. */
export function importRancid(text: string, file: string, group?: string): Imported {
  const rows = refuseHead('rancid', file, rowsOf(text))
  return importRows(file, rows, rancidPlatforms, ({ cells: [name = '', type, state = 'up'] }) => ({
    name: name.trim(),
    host: name.trim(),
    platform: type?.trim(),
    group,
    // Whatever is not up is not collected.
    status: state.trim().toLowerCase() === 'up' ? undefined : 'offline',
  }))
}

interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

interface RowValues {
  readonly name: string
  readonly host: string | undefined
  readonly port?: string | undefined
  readonly platform?: string | undefined
  readonly group?: string | undefined
  readonly site?: string | undefined
  readonly role?: string | undefined
  readonly status?: string | undefined
  readonly transport?: string | undefined
}

function importRows(
  file: string,
  rows: readonly Row[],
  table: PlatformTable,
  read: (row: Row, device: string, at: Origin, notes: NoteBook) => RowValues,
  nameColumn = 0,
): Imported {
  const notes = openNoteBook()
  const devices = new Map<string, ImportedDevice>()
  for (const row of rows) {
    const at: Origin = { file, line: row.line, column: 1 }
    const shown = row.cells[nameColumn]?.trim() || `line ${row.line}`
    const values = read(row, shown, at, notes)
    const first = devices.get(values.name)
    if (first) {
      notes.add('skipped', 'a name that is there twice', `${values.name} (line ${row.line})`, at)
      continue
    }
    const raw = (value: string | undefined): RawValue => ({ value })
    const { host, port, platform, group, site, role, status, transport } = values
    const device = acceptDevice(
      {
        name: values.name,
        at,
        values: {
          host: raw(host),
          port: raw(port),
          platform: raw(platform),
          transport: raw(transport),
          status: raw(status),
          site: raw(site),
          role: raw(role),
          groups: raw(group),
        },
      },
      table,
      notes,
    )
    if (device) devices.set(device.name, device)
  }
  const all = [...devices.values()]
  return { devices: all, groups: groupsNamed(all), jumpHosts: [], notes: notes.notes() }
}

/** A table of CSV would read as a device for each of its lines, the column names among them. */
function refuseHead(source: 'oxidized' | 'rancid', file: string, rows: readonly Row[]): readonly Row[] {
  const names = rows[0]?.cells.filter(isColumnName) ?? []
  if (names.length < 2 || !names.some(namesDevices)) return rows
  throw wrongSource(source, file, 'a table with column names', `As: netlatch inventory import csv ${file}`)
}

function rowsOf(text: string, delimiter?: string): readonly Row[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const first = lines.find((line) => isRow(line)) ?? ''
  const separator = delimiter ?? (first.includes(';') ? ';' : ':')
  return lines.flatMap((line, index) => (isRow(line) ? [{ line: index + 1, cells: line.split(separator) }] : []))
}

function isRow(line: string): boolean {
  return line.trim() !== '' && !/^\s*#/.test(line)
}

function guessMap(rows: readonly Row[], file: string): readonly string[] {
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.length))
  if (columns <= 2) return ['name', 'model']
  const example = ['name', 'ip', 'model', 'group', 'username', 'password']
  const advice = `As in Oxidized's configuration: --map ${Array.from({ length: columns }, (_, index) => example[index] ?? '-').join(':')}`
  throw new NetlatchError('INPUT_INVALID', `${file} has ${columns} columns; what is in them must be told.`, { advice })
}

function checkMap(map: readonly string[]): readonly string[] {
  const folded = map
    .map((name) => name.trim().toLowerCase())
    .map((name) => (name === 'enable' ? 'enable_password' : name))
  const unknown = folded.find(
    (name) => name !== '' && name !== '-' && !columnNames.includes(name) && !isSecretName(name),
  )
  const advice = `Known are ${columnNames.join(', ')}, password, enable, and - for the rest.`
  if (unknown !== undefined) throw new NetlatchError('USAGE', `--map: unknown column "${unknown}".`, { advice })
  if (!folded.includes('name')) throw new NetlatchError('USAGE', '--map names no column "name".', { advice })
  return folded
}

function noteLogins(
  map: readonly string[],
  cells: readonly string[],
  found: { readonly device: string; readonly at: Origin; readonly username: string | undefined },
  notes: NoteBook,
): void {
  const { device, at, username } = found
  let hasSecret = false
  for (const [index, name] of map.entries()) {
    if (!isSecretName(name) || !holdsSecret(cells[index])) continue
    hasSecret = true
    noteSecret(notes, { variable: `column ${name}`, username, device, at })
  }
  if (!hasSecret) noteLogin(notes, username, device, at)
}
