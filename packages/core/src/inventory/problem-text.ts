import type { Device, Origin } from '../model.ts'
import { foldNamesShort } from './fold-names.ts'

/** `fra-acc-07`, or `12 devices (fra-acc-[01-12])` with at most three names. */
export function countDevices(devices: readonly Device[]): string {
  const names = devices.map(({ name }) => name)
  const [only] = names
  if (names.length === 1 && only !== undefined) return only
  return `${names.length.toLocaleString('en-US')} devices (${foldNamesShort(names, 3)})`
}

/** Where an effective value stands, else where the device does. */
export function originOfValue(device: Device, key: string): Origin {
  return device.origins[key] ?? device.origin
}
