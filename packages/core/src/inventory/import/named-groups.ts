import type { ImportedDevice, ImportedGroup } from './imported.ts'

/** The groups that devices name, each with a tag of its name: credentials are chosen by tags. */
export function groupsNamed(devices: readonly ImportedDevice[]): readonly ImportedGroup[] {
  const groups = new Map<string, ImportedGroup>()
  for (const { values, at } of devices)
    for (const name of values.groups ?? [])
      if (!groups.has(name)) groups.set(name, { name, groups: [], tags: [name], at })
  return [...groups.values()]
}
