import type { Device, Origin } from '../../model.ts'
import { parseYaml } from '../../workspace/yaml-file.ts'
import { nothingMerged, toDevice } from '../merge-device.ts'
import { acceptDevice, type RawDevice } from './accept-device.ts'
import { commonPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'

/** Texts of a device that somebody hands over instead of an inventory: of a form, a table, another tool's answer. */
export interface DeviceFields {
  readonly name: unknown
  readonly host?: unknown
  readonly port?: unknown
  readonly platform?: unknown
  readonly site?: unknown
  readonly role?: unknown
  readonly tags?: unknown
  readonly status?: unknown
}

/** A device, or why it cannot be one. */
export type ItemDevice = { readonly device: Device } | { readonly problem: string }

const file = parseYaml('', 'input')

/** The schema of the inventory decides; a platform nobody knows becomes `autodetect`, without a word. */
export function itemDevice(fields: DeviceFields, line: number): ItemDevice {
  const at: Origin = { file: 'input', line, column: 1 }
  const { name, ...values } = fields
  const text = typeof name === 'string' || typeof name === 'number' ? String(name).trim() : ''
  if (text === '') return { problem: 'it has no name' }
  const notes = openNoteBook()
  const raw = Object.entries(values).map(([key, value]) => [key, { value }])
  const accepted = acceptDevice(
    { name: text, at, values: Object.fromEntries(raw) as RawDevice['values'] },
    commonPlatforms,
    notes,
  )
  const [wrong] = notes.notes().filter(({ kind }) => kind !== 'platform')
  if (!accepted) return { problem: `${text}: ${wrong?.text ?? 'no address'}` }
  if (wrong) return { problem: `${text}: ${wrong.text}` }
  const own = {
    name: text,
    label: 'device',
    values: accepted.values,
    origins: accepted.origins,
    origin: at,
    file,
    path: [],
    problems: [],
  }
  const device = toDevice(own, nothingMerged, [])
  return device ? { device } : { problem: `${text}: no address` }
}

type Json = Readonly<Record<string, unknown>>

/**
 * The fields of a device in an item of another tool: our own, NetBox's, and the names that others use for address and platform.
 * What is not there is undefined.
 */
export function fieldsOfItem(item: Json): DeviceFields {
  const own = (...keys: readonly string[]) => keys.map((key) => item[key]).find((value) => isFilled(value))
  const address = [item.primary_ip, item.primary_ip4, item.primary_ip6, item.oob_ip].flatMap(addressOf)
  return {
    name: own('device', 'name', 'inventory_hostname') ?? own('host', 'hostname', 'ansible_host'),
    host: address[0] ?? own('host', 'ip', 'ansible_host', 'address', 'hostname'),
    port: own('port', 'ansible_port'),
    platform: slugOf(own('platform', 'device_type', 'ansible_network_os'), item.device_type),
    site: slugOf(item.site),
    role: slugOf(own('role', 'device_role')),
    tags: Array.isArray(item.tags) ? item.tags.map((tag: unknown) => slugOf(tag)) : item.tags,
    status: statusOf(item.status),
  }
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** NetBox's `device_type` is an object, and names a model of hardware. */
function slugOf(value: unknown, notThis?: unknown): unknown {
  const object = asObject(value)
  if (!object) return value
  return value === notThis ? undefined : object.slug
}

function statusOf(value: unknown): unknown {
  const text = asObject(value)?.value ?? value
  return text === 'active' ? undefined : text
}

function addressOf(value: unknown): readonly string[] {
  const address = asObject(value)?.address
  return typeof address === 'string' ? [address.replace(/\/\d+$/, '')] : []
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
