import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { FleetDescription } from './description.ts'
import { type DevicePlace, knownHostsLines } from './place.ts'

export interface WorkspaceOptions {
  /** Keys of netlatch.yaml; it is not written without any. */
  readonly netlatch?: Readonly<Record<string, unknown>>
  /** `groups:` of the inventory. */
  readonly groups?: Readonly<Record<string, unknown>>
  /** `defaults:` of the inventory. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Which devices' keys known_hosts holds. @default all */
  readonly known?: (name: string) => boolean
}

/**
 * Writes inventory.yaml and known_hosts for a fleet into a folder. A device's `inventory` adds to its entry, or takes a
 * place in it (`platform: autodetect`).
 */
export async function fleetWorkspace(
  fleet: { readonly description: FleetDescription; readonly places: readonly DevicePlace[] },
  folder: string,
  options: WorkspaceOptions = {},
): Promise<void> {
  const said = new Map(fleet.description.devices.map((device) => [device.name, device.inventory]))
  const devices = Object.fromEntries(
    fleet.places.map(({ name, platform, address, port }) => [
      name,
      { host: address, port, platform, ...said.get(name) },
    ]),
  )
  const known = fleet.places.filter((place) => options.known?.(place.name) ?? true).flatMap(knownHostsLines)
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'inventory.yaml'),
    stringify({
      version: 1,
      ...(options.defaults === undefined ? {} : { defaults: options.defaults }),
      ...(options.groups === undefined ? {} : { groups: options.groups }),
      devices,
    }),
  )
  await writeFile(join(folder, 'known_hosts'), known.map((line) => `${line}\n`).join(''))
  if (options.netlatch !== undefined) await writeFile(join(folder, 'netlatch.yaml'), stringify(options.netlatch))
}
