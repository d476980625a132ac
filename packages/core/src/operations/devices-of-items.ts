import { deviceResult } from '../device-result.ts'
import { type DeviceFields, fieldsOfItem, itemDevice } from '../inventory/import/item-devices.ts'
import type { Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { Netlatch } from './netlatch.ts'

/** What somebody else hands over as a device: an object whose fields are understood, or the fields themselves. */
export type DeviceItem = { readonly json: Readonly<Record<string, unknown>> } | { readonly fields: DeviceFields }

export interface DevicesOfItems {
  /** The active ones, in the order of the items; one that is there twice counts once. */
  readonly devices: readonly Device[]
  /** Results of the others: nothing connects to them. */
  readonly skipped: readonly DeviceResult[]
  /** Per item: the name of its device, or why there is none. */
  readonly items: readonly ({ readonly device: string } | { readonly problem: string })[]
  /** The workspace with these devices beside its own. */
  readonly netlatch: Netlatch
}

/**
 * Devices that are handed over by name, or with an address. One that the inventory has is the inventory's, whatever else the item
 * says: nobody moves a device to another address on the way. Credentials go where their scope lets them, as always.
 */
export function devicesOfItems(netlatch: Netlatch, items: readonly DeviceItem[]): DevicesOfItems {
  const { inventory } = netlatch
  const taken = new Map<string, Device>()
  const read = items.map((item, index) => {
    const fields = 'fields' in item ? item.fields : fieldsOfItem(item.json)
    const name = typeof fields.name === 'string' ? fields.name.trim() : String(fields.name ?? '')
    const known = inventory.byName.get(name) ?? taken.get(name)
    const found = known ? { device: known } : itemDevice(fields, index + 1)
    if ('problem' in found) return found
    taken.set(found.device.name, found.device)
    return { device: found.device.name }
  })
  const all = [...taken.values()]
  const devices = all.filter(({ status }) => status === 'active')
  const skipped = all
    .filter(({ status }) => status !== 'active')
    .map((device) =>
      deviceResult(device, { code: 'SKIPPED_STATUS', testedAt: netlatch.now(), details: { status: device.status } }),
    )
  const added = all.filter(({ name }) => !inventory.byName.has(name))
  if (added.length === 0) return { devices, skipped, items: read, netlatch }
  const together = [...inventory.devices, ...added]
  return {
    devices,
    skipped,
    items: read,
    netlatch: {
      ...netlatch,
      inventory: { ...inventory, devices: together, byName: new Map(together.map((each) => [each.name, each])) },
    },
  }
}
