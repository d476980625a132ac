import { escapeName } from '../backup/archive-path.ts'

export const savePlaces = ['device', 'site', 'timestamp', 'command'] as const
export type SavePlace = (typeof savePlaces)[number]

/** The places of a pattern that are none, `{host}`. */
export function unknownPlaces(pattern: string): readonly string[] {
  const known: readonly string[] = savePlaces
  return [...pattern.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '').filter((name) => !known.includes(name))
}

export function hasPlace(pattern: string, place: SavePlace): boolean {
  return pattern.includes(`{${place}}`)
}

/** A relative path without a step upwards, a hidden file or anything that another system reads as something else. */
export function isSafePattern(pattern: string): boolean {
  const steps = pattern.split('/')
  return (
    !/[\\:*?"<>|]|\p{C}/u.test(pattern) &&
    !/[{}]/.test(pattern.replaceAll(/\{\w+\}/g, '')) &&
    steps.every((step) => step !== '' && step.trim() === step && !/^[.-]|\.$/.test(step))
  )
}

export interface SaveValues {
  readonly device: string
  readonly site: string | undefined
  /** When the run began. */
  readonly at: Date
  /** As a file name, see {@link commandNames}. */
  readonly command: string
}

/** The path of a file below the workspace. A value is one name in it: it never adds a folder or leaves one. */
export function savePath(pattern: string, { device, site, at, command }: SaveValues): string {
  const values: Readonly<Record<SavePlace, string>> = {
    device: escapeName(device),
    site: site === undefined ? '_' : escapeName(site),
    // `20260504T011209Z`: sorts by time, and every file system takes it.
    timestamp: at.toISOString().replaceAll(/[-:]|\.\d+/g, ''),
    command,
  }
  return pattern.replaceAll(/\{(\w+)\}/g, (_, place: SavePlace) => values[place])
}

/** Names for the commands of a device that are different in any file system: `show ip route` → `show-ip-route`. */
export function commandNames(commands: readonly string[]): readonly string[] {
  const used = new Set<string>()
  return commands.map((command) => {
    const plain =
      command
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replace(/^-/, '')
        .slice(0, 80)
        .replace(/-$/, '') || 'command'
    let name = plain
    for (let number = 2; used.has(name); number += 1) name = `${plain}-${number}`
    used.add(name)
    return escapeName(name)
  })
}
