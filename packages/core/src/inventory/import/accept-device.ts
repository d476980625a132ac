import type { Origin, ValueOrigin } from '../../model.ts'
import { nameSchema } from '../../workspace/name-schema.ts'
import { type DeviceValues, deviceSchema } from '../inventory-schema.ts'
import type { NoteBook } from './import-notes.ts'
import type { ImportedDevice } from './imported.ts'
import { mapPlatform, type PlatformTable } from './platform-names.ts'

/** A value as a source gives it. Absent values are undefined, null or an empty text. */
export interface RawValue {
  readonly value: unknown
  /** @default the device's place */
  readonly at?: Origin
  /** As {@link ValueOrigin.layer}. @default 'device' */
  readonly layer?: string
}

export interface RawDevice {
  readonly name: string
  readonly at: Origin
  /** By the keys of our own file. `host` may be a list; numbers may be texts. */
  readonly values: Readonly<Partial<Record<keyof DeviceValues, RawValue>>>
}

/** The order of keys in a written device. */
export const deviceKeys = [
  'host',
  'port',
  'platform',
  'transport',
  'status',
  'site',
  'role',
  'groups',
  'tags',
  'realm',
  'jump_host',
  'credential',
  'expect',
  'ssh',
] as const satisfies readonly (keyof DeviceValues)[]

/**
 * Makes a device of what a source gave. A value that our schema refuses is left out with a note; a device without a usable
 * name or address is skipped with one. The platform becomes Netmiko's name, or `autodetect` with a note.
 */
export function acceptDevice(raw: RawDevice, table: PlatformTable, notes: NoteBook): ImportedDevice | undefined {
  if (!nameSchema.safeParse(raw.name).success) {
    notes.add('skipped', 'a name that an inventory cannot hold', JSON.stringify(raw.name), raw.at)
    return undefined
  }
  const values: Record<string, unknown> = {}
  const origins: Record<string, ValueOrigin> = {}
  for (const key of deviceKeys) {
    const given = raw.values[key]
    const value = given && usable(key, given, raw, table, notes)
    if (!given || value === undefined) continue
    values[key] = value
    const at: ValueOrigin = { ...(given.at ?? raw.at), layer: given.layer ?? 'device' }
    origins[key] = at
    if (key === 'tags' && Array.isArray(value)) for (const tag of value) origins[`tags.${tag}`] = at
    if (key === 'ssh' || key === 'expect') for (const inner of Object.keys(value)) origins[`${key}.${inner}`] = at
  }
  if (values.host === undefined) {
    notes.add('skipped', 'no address', raw.name, raw.at)
    return undefined
  }
  values.platform ??= platformOf(undefined, raw, table, notes)
  // Each value was found right by its own schema.
  const device = { name: raw.name, values: values as DeviceValues, at: raw.at, origins }
  const given = raw.values.platform?.value
  const isUnknown = values.platform === 'autodetect' && typeof given === 'string' && given !== 'autodetect'
  return isUnknown ? { ...device, unknownPlatform: given } : device
}

function usable(
  key: keyof DeviceValues,
  { value: given }: RawValue,
  raw: RawDevice,
  table: PlatformTable,
  notes: NoteBook,
): NonNullable<unknown> | undefined {
  const value = tidy(key, given)
  if (value === undefined) return undefined
  const schema = deviceSchema.shape[key]
  const refuse = (what: unknown) => {
    const shown = typeof what === 'string' && what.length <= 60 && !/\p{C}/u.test(what) ? ` "${what}"` : ''
    notes.add('left-out', `${key}${shown} is not valid`, raw.name, raw.at)
  }
  if (key === 'platform') return platformOf(String(value), raw, table, notes)
  if (Array.isArray(value)) {
    const good = [...new Set(value)].filter((item) => {
      const isGood = schema.safeParse([item]).success
      if (!isGood) refuse(item)
      return isGood
    })
    if (good.length === 0) return undefined
    return key === 'host' && good.length === 1 ? good[0] : good
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) refuse(value)
  return parsed.success ? (parsed.data ?? undefined) : undefined
}

/** Texts without spaces around them, lists without empty items, port numbers as numbers. */
function tidy(key: keyof DeviceValues, given: unknown): NonNullable<unknown> | undefined {
  const isList = key === 'host' || key === 'tags' || key === 'groups'
  if (isList) {
    const items = [given].flat().flatMap((item) => {
      const text = typeof item === 'string' || typeof item === 'number' ? String(item).trim() : ''
      return text === '' ? [] : [text]
    })
    return items.length > 0 ? items : undefined
  }
  if (given === null || given === undefined) return undefined
  if (typeof given === 'object') return given
  const text = String(given).trim()
  if (text === '') return undefined
  return key === 'port' && /^\d{1,5}$/.test(text) ? Number(text) : text
}

function platformOf(given: string | undefined, raw: RawDevice, table: PlatformTable, notes: NoteBook): string {
  const found = given === undefined ? undefined : mapPlatform(table, given)
  if (found !== undefined) return found
  const text = given === undefined ? 'no platform given' : `platform "${given.slice(0, 60)}"`
  notes.add('platform', text, raw.name, raw.values.platform?.at ?? raw.at)
  return 'autodetect'
}
