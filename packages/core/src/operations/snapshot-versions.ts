import { parseAge } from '../ages.ts'
import type { Configuration } from '../backup/archive.ts'
import { archivePath } from '../backup/archive-path.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Netlatch } from './netlatch.ts'

/** Which version of a configuration is meant: so many before the last one, a commit, or a time. */
export type SnapshotPoint =
  | { readonly kind: 'back'; readonly versions: number }
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'time'; readonly time: Date }

const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * Reads `1` (the version before the last one; `-1`, `~1` and `1 back` say the same), `4f2c91a` (7 digits of a commit or more),
 * `2026-05-04` and `2026-05-04T12:00` (local time), `3d` (as it was three days ago). Throws USAGE.
 */
export function parseSnapshotPoint(text: string, now: Date): SnapshotPoint {
  const back = /^[-~]?(\d{1,5})(?: ?back)?$/.exec(text)
  if (back) return { kind: 'back', versions: Number(back[1]) }
  if (/^[0-9a-f]{7,64}$/i.test(text)) return { kind: 'commit', commit: text.toLowerCase() }
  const age = parseAge(text)
  if (age !== undefined) return { kind: 'time', time: new Date(now.getTime() - age) }
  const time = new Date(text.length === 10 ? `${text}T00:00` : text)
  if (isoTime.test(text) && !Number.isNaN(time.getTime())) return { kind: 'time', time }
  throw new NetlatchError('USAGE', `"${text}" is neither a commit, a time nor a number of versions back.`, {
    advice: 'as 4f2c91a, 2026-05-04, 2026-05-04T12:00, 3d or 1. netlatch history <device> shows commits and times',
  })
}

/** A stored version: its blob, and where the archive has it. */
export interface SnapshotVersion {
  readonly blob: string
  readonly path: string
  /** Absent when only git knows it. */
  readonly capturedAt?: Date
  /** A commit that has it, where one is known. */
  readonly commit?: string
}

/**
 * A version of a configuration, the last one without a point; undefined where there is none. Found through the state's index;
 * git is walked only for what that does not know, as when the state was lost.
 */
export async function findVersion(
  netlatch: Netlatch,
  device: Device,
  configuration: Configuration,
  point?: SnapshotPoint,
): Promise<SnapshotVersion | undefined> {
  const archive = await netlatch.archive()
  const path = archivePath(device, configuration)
  const versions = await indexedVersions(netlatch, device.name, configuration)
  const inGit = async (at?: string | Date): Promise<SnapshotVersion | undefined> => {
    const found = await archive.read(path, at)
    if (!found) return undefined
    return { blob: found.blob, path, ...(typeof at === 'string' && { commit: at }) }
  }
  if (point === undefined) return (await inGit()) ?? versions[0]
  switch (point.kind) {
    case 'time':
      return (
        versions.find(({ capturedAt }) => capturedAt !== undefined && capturedAt <= point.time) ?? inGit(point.time)
      )
    case 'commit':
      return versions.find(({ commit }) => commit?.startsWith(point.commit)) ?? inGit(point.commit)
    case 'back': {
      const known = versions[point.versions]
      if (known) return known
      const commits = await archive.history(path, { limit: point.versions + 1 })
      const { blob, commit } = commits[point.versions] ?? {}
      return typeof blob === 'string' && commit !== undefined ? { blob, path, commit } : undefined
    }
  }
}

/** The last two different versions, the last one first; fewer when there are fewer. */
export async function lastTwoVersions(
  netlatch: Netlatch,
  device: Device,
  configuration: Configuration,
): Promise<readonly SnapshotVersion[]> {
  const versions = await indexedVersions(netlatch, device.name, configuration)
  if (versions.length > 1) return versions.slice(0, 2)
  const path = archivePath(device, configuration)
  const archive = await netlatch.archive()
  const commits = await archive.history(path, { limit: 2 })
  const inGit = commits.flatMap(({ blob }) => (blob === null ? [] : [{ blob, path }]))
  return inGit.length > versions.length ? inGit : versions
}

/** Good captures by the state's index, latest first; one of several equal ones in a row. */
async function indexedVersions(
  netlatch: Netlatch,
  device: string,
  configuration: Configuration,
): Promise<readonly SnapshotVersion[]> {
  const state = await netlatch.state()
  const records = await state.snapshots(device, { held: false, configuration })
  return records.flatMap((record, index) => {
    const { blob, path, capturedAt, commit } = record
    // Of equal ones the oldest stands for all: from then on it was so.
    if (blob === undefined || path === undefined || records[index + 1]?.blob === blob) return []
    return [{ blob, path, capturedAt, ...(commit !== undefined && { commit }) }]
  })
}
