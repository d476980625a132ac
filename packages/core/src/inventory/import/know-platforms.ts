import type { Imported, ImportedDevice } from './imported.ts'

/**
 * Gives devices the platform that their source names and only this workspace knows, by a file of its own. What was noted about
 * them is not so any more.
 */
export function knowPlatforms(imported: Imported, names: readonly string[]): Imported {
  const known = new Set(names)
  const resolved = new Set<string>()
  const devices = imported.devices.map((device): ImportedDevice => {
    const name = device.unknownPlatform && foldName(device.unknownPlatform)
    if (!name || !known.has(name)) return device
    resolved.add(device.name)
    return { ...device, values: { ...device.values, platform: name } }
  })
  if (resolved.size === 0) return imported
  const notes = imported.notes.flatMap((note) => {
    if (note.kind !== 'platform') return [note]
    const left = note.devices.filter((name) => !resolved.has(name))
    return left.length === 0 ? [] : [{ ...note, devices: left }]
  })
  return { ...imported, devices, notes }
}

function foldName(given: string): string {
  return given.trim().toLowerCase().replaceAll(/[ -]/g, '_')
}
