import type { Origin } from '../../model.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { commonPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Devices of NetBox's `/api/dcim/devices/`. Slugs are taken for names, because they do not change with a spelling. Of a virtual
 * chassis the master only: the others have no address of their own.
 */
export function importNetBox(answers: readonly Json[], where: string): Imported {
  const notes = openNoteBook()
  const devices = new Map<string, ImportedDevice>()
  for (const [index, answer] of answers.entries()) {
    const at: Origin = { file: where, line: index + 1, column: 1 }
    const id = `device ${String(answer.id)}`
    const name = typeof answer.name === 'string' ? answer.name.trim() : ''
    if (name === '') {
      notes.add('skipped', 'no name', id, at)
      continue
    }
    const chassis = asObject(answer.virtual_chassis)
    const master = asObject(chassis?.master)
    if (master && master.id !== answer.id) {
      notes.add('skipped', 'a member of a virtual chassis, reached through its master', name, at)
      continue
    }
    if (devices.has(name)) {
      notes.add('skipped', 'a name that is there twice (another site or tenant)', `${name} (${id})`, at)
      continue
    }
    const device = acceptDevice({ name, at, values: valuesOf(answer) }, commonPlatforms, notes)
    if (device) devices.set(name, device)
  }
  return { devices: [...devices.values()], groups: [], jumpHosts: [], notes: notes.notes() }
}

function valuesOf(answer: Json): Readonly<Record<string, RawValue>> {
  const slug = (value: unknown): unknown => asObject(value)?.slug
  const status = asObject(answer.status)?.value
  return {
    host: { value: [answer.primary_ip, answer.primary_ip4, answer.primary_ip6, answer.oob_ip].flatMap(addressOf) },
    platform: { value: slug(answer.platform) },
    // Active is what a device is when nothing is said.
    status: { value: status === 'active' ? undefined : status },
    site: { value: slug(answer.site) },
    // Before NetBox 3.6 it was called device_role.
    role: { value: slug(answer.role ?? answer.device_role) },
    tags: { value: Array.isArray(answer.tags) ? answer.tags.map(slug).toSorted() : undefined },
  }
}

/** `10.0.0.1/24` without its mask. */
function addressOf(value: unknown): readonly string[] {
  const address = asObject(value)?.address
  return typeof address === 'string' ? [address.replace(/\/\d+$/, '')] : []
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
