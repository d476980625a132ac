import type { ArchiveMatch, Configuration } from '../backup/archive.ts'
import { archivePath, sealedPath } from '../backup/archive-path.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import type { Netlatch } from './netlatch.ts'

export interface SearchOptions extends Abortable {
  /** Only their configurations. @default every file of the archive, also of devices that are gone from the inventory */
  readonly devices?: readonly Device[]
  /** An extended regular expression instead of plain text. @default false */
  readonly regexp?: boolean
  /** @default false */
  readonly ignoreCase?: boolean
  /** Only the configurations as they are now, not what they were before. @default false */
  readonly current?: boolean
}

export interface BackupMatch {
  /** Of the inventory; the file's path where that does not know it. */
  readonly device: string
  readonly configuration: Configuration
  /** Whether the line is in the last backup; else it is gone or was changed since. */
  readonly current: boolean
  /** When the version with this line came into the archive; of a current one, when it was last seen. */
  readonly at: Date
  /** The commit that brought it, of a current one the latest of the archive. */
  readonly commit: string
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** A command line holds so many paths; more are sorted out afterwards. */
const mostPaths = 1000

/** Lines that match, of the configurations as they are now and then of what they were, latest first. Throws USAGE. */
export async function* searchBackups(
  netlatch: Netlatch,
  pattern: string,
  options: SearchOptions = {},
): AsyncGenerator<BackupMatch, void, undefined> {
  const { devices, regexp = false, ignoreCase = false, current = false, signal } = options
  const archive = await netlatch.archive()
  const state = await netlatch.state()
  const seen = { running: await state.lastSnapshots('running'), startup: await state.lastSnapshots('startup') }
  const places = placesOf(devices ?? netlatch.inventory.devices)
  const paths = devices && places.size <= mostPaths ? [...places.keys()] : []
  const query = { pattern, regexp, ignoreCase, past: !current, paths, ...(signal && { signal }) }
  for await (const match of archive.search(query)) {
    const place = places.get(match.path)
    if ((devices && !place) || sealedPath.test(match.path)) continue
    yield asMatch(match, place, (device, configuration) => seen[configuration].get(device)?.seenAt)
  }
}

interface Place {
  readonly device: string
  readonly configuration: Configuration
}

function placesOf(devices: readonly Device[]): ReadonlyMap<string, Place> {
  const configurations = ['running', 'startup'] as const
  return new Map(
    devices.flatMap((device) =>
      configurations.map((configuration) => [
        archivePath(device, configuration),
        { device: device.name, configuration },
      ]),
    ),
  )
}

function asMatch(
  { path, commit, line, text, at, current }: ArchiveMatch,
  place: Place | undefined,
  seenAt: (device: string, configuration: Configuration) => Date | undefined,
): BackupMatch {
  const device = place?.device ?? path
  const configuration = place?.configuration ?? (/\+startup\.cfg$/.test(path) ? 'startup' : 'running')
  return {
    device,
    configuration,
    current,
    at: (current && seenAt(device, configuration)) || at,
    commit,
    path,
    line,
    text,
  }
}
