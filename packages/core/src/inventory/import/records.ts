import { deviceStatuses, type Origin } from '../../model.ts'
import type { DeviceValues } from '../inventory-schema.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { commonPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { groupsNamed } from './named-groups.ts'
import { isTelnet } from './platform-names.ts'
import { foldName, holdsSecret, isSecretName, noteLogin, noteSecret } from './secret-names.ts'

/** One row or object: what its columns say, and where it stands. */
export interface DeviceRecord {
  readonly fields: Readonly<Record<string, unknown>>
  readonly at: Origin
}

type Field = 'name' | 'username' | 'ssh.algorithms' | 'ssh.reason' | 'ssh.until' | 'expect.hostname' | 'expect.serial'

/** What columns are called, folded; the first that a table has wins. */
const columns: Readonly<Partial<Record<keyof DeviceValues | Field, readonly string[]>>> = {
  name: ['name', 'device', 'device_name', 'hostname', 'host_name', 'node', 'sysname', 'fqdn', 'host'],
  host: [
    'host',
    'hosts',
    'ip',
    'ip_address',
    'ipaddress',
    'address',
    'mgmt_ip',
    'mgmt_address',
    'management_ip',
    'management_address',
    'primary_ip',
    'primary_ip4',
    'ipv4',
    'ip4',
    'ipv4_address',
    'ansible_host',
    'fqdn',
    'hostname',
    'host_name',
  ],
  port: ['port', 'ssh_port', 'tcp_port'],
  platform: [
    'platform',
    'device_type',
    'netmiko_device_type',
    'os',
    'network_os',
    'nos',
    'driver',
    'model_os',
    'os_type',
  ],
  transport: ['transport', 'protocol', 'connection'],
  status: ['status', 'state'],
  site: ['site', 'location', 'site_name', 'pop', 'datacenter', 'data_center', 'dc'],
  role: ['role', 'device_role', 'function'],
  groups: ['groups', 'group'],
  tags: ['tags', 'tag', 'labels'],
  realm: ['realm'],
  jump_host: ['jump_host', 'jumphost'],
  credential: ['credential'],
  username: ['username', 'user', 'login', 'ssh_user', 'ssh_username'],
  'ssh.algorithms': ['ssh_algorithms'],
  'ssh.reason': ['ssh_reason'],
  'ssh.until': ['ssh_until'],
  'expect.hostname': ['expect_hostname'],
  'expect.serial': ['expect_serial'],
}

/** Columns that say nothing an inventory holds; not worth a line in the report. */
const ordinary = new Set([
  'id',
  'description',
  'comment',
  'comments',
  'notes',
  'serial',
  'serial_number',
  'model',
  'vendor',
  'manufacturer',
  'source',
  // Our own export says what is known, too; that is the state's business.
  'working_credential',
  'tested_at',
])

/** Whether a column says which device a row is about. */
export function namesDevices(column: string): boolean {
  const folded = foldName(column)
  return [columns.name, columns.host].some((names) => names?.includes(folded))
}

/** Whether a table can have a column of this name, of whatever meaning. */
export function isColumnName(column: string): boolean {
  const folded = foldName(column)
  return Object.values(columns).some((names) => names.includes(folded))
}

export interface RecordOptions {
  /** Turns an item of the tags column into a tag. @default as it stands */
  readonly tagOf?: (item: unknown) => string
}

/** Records of devices, whatever their columns are called. Columns with secrets are reported and not read. */
export function importRecords(records: readonly DeviceRecord[], options: RecordOptions = {}): Imported {
  const notes = openNoteBook()
  const devices = new Map<string, ImportedDevice>()
  for (const { fields, at } of records) {
    const folded = new Map(Object.entries(fields).map(([key, value]) => [foldName(key), value]))
    const used = new Set<string>()
    const find = (field: keyof typeof columns): RawValue | undefined => {
      const column = columns[field]?.find((name) => isGiven(folded.get(name)))
      if (column === undefined) return undefined
      used.add(column)
      return { value: folded.get(column) }
    }
    const name = String(find('name')?.value ?? '').trim()
    const shown = name === '' ? `line ${at.line}` : `${name} (line ${at.line})`
    noteLogins(folded, name || shown, at, textOf(find('username')?.value), notes)
    if (name === '') {
      notes.add('skipped', 'no name', shown, at)
      continue
    }
    if (devices.has(name)) {
      notes.add('skipped', 'a name that is there twice', shown, at)
      continue
    }
    const platform = find('platform')
    const device = acceptDevice(
      {
        name,
        at,
        values: {
          // A table of names alone: the name is what DNS knows.
          host: listOf(find('host')) ?? { value: name },
          port: find('port'),
          platform,
          transport: transportOf(find('transport'), platform),
          status: statusOf(find('status')),
          site: find('site'),
          role: find('role'),
          groups: listOf(find('groups')),
          tags: listOf(find('tags'), options.tagOf),
          realm: find('realm'),
          jump_host: find('jump_host'),
          credential: find('credential'),
          expect: together({ hostname: find('expect.hostname'), serial: find('expect.serial') }),
          ssh: together({
            algorithms: find('ssh.algorithms'),
            reason: find('ssh.reason'),
            until: find('ssh.until'),
          }),
        },
      },
      commonPlatforms,
      notes,
    )
    for (const [column, value] of folded)
      if (!used.has(column) && !ordinary.has(column) && !isSecretName(column) && isGiven(value))
        notes.add('left-out', `column ${column.slice(0, 40)} has no place in an inventory`, name, at)
    if (device) devices.set(name, device)
  }
  const all = [...devices.values()]
  const jumpHosts = new Set(all.flatMap(({ values }) => values.jump_host ?? []))
  return { devices: all, groups: groupsNamed(all), jumpHosts: [...jumpHosts], notes: notes.notes() }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && String(value).trim() !== ''
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined
}

/** Several items in one cell: `a b`, `a, b`, `a|b`, `a;b`. An object among them is known by its name. */
function listOf(raw: RawValue | undefined, itemOf?: (item: unknown) => string): RawValue | undefined {
  if (!raw) return undefined
  const items: readonly unknown[] = Array.isArray(raw.value) ? raw.value : String(raw.value).split(/[\s,;|]+/)
  const texts = items.map((item) => (itemOf ? itemOf(item) : String(item).trim()))
  return { ...raw, value: texts.filter((text) => text !== '') }
}

function transportOf(transport: RawValue | undefined, platform: RawValue | undefined): RawValue | undefined {
  if (isTelnet(String(platform?.value ?? ''))) return { value: 'telnet' }
  const given = String(transport?.value ?? '')
    .trim()
    .toLowerCase()
  return given === 'ssh' || given === 'telnet' ? { value: given } : undefined
}

/** `enabled`, `up` and `1` are what other programs say for active; words that mean nothing here are left out. */
function statusOf(status: RawValue | undefined): RawValue | undefined {
  const given = String(status?.value ?? '')
    .trim()
    .toLowerCase()
  if ((deviceStatuses as readonly string[]).includes(given)) return { value: given }
  if (['down', 'disabled', 'inactive', 'false', '0', 'no'].includes(given)) return { value: 'offline' }
  return undefined
}

function together(parts: Readonly<Record<string, RawValue | undefined>>): RawValue | undefined {
  const given = Object.entries(parts).flatMap(([key, raw]) => (raw ? [[key, String(raw.value).trim()]] : []))
  return given.length > 0 ? { value: Object.fromEntries(given) } : undefined
}

function noteLogins(
  fields: ReadonlyMap<string, unknown>,
  device: string,
  at: Origin,
  username: string | undefined,
  notes: ReturnType<typeof openNoteBook>,
): void {
  let hasSecret = false
  for (const [column, value] of fields) {
    if (!isSecretName(column) || !holdsSecret(value)) continue
    hasSecret = true
    noteSecret(notes, { variable: `column ${column}`, username, device, at })
  }
  if (!hasSecret) noteLogin(notes, username, device, at)
}
