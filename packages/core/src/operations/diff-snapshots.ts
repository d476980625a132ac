import type { Configuration, TextDiff } from '../backup/archive.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { SnapshotRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'
import { rawConfiguration } from './raw-configuration.ts'
import { findDevice } from './select-targets.ts'
import { findVersion, lastTwoVersions, parseSnapshotPoint, type SnapshotVersion } from './snapshot-versions.ts'

export interface DiffOptions {
  /** A commit, a time as `2026-05-04`, `2026-05-04T12:00` or `3d`, or how many versions back. @default the backup before `to` */
  readonly from?: string
  /** @default the last backup */
  readonly to?: string
  /** @default 'running' */
  readonly configuration?: Configuration
}

/** What changed between two backups of a device. Throws NOT_FOUND for a device without backups. */
export async function diffSnapshots(netlatch: Netlatch, name: string, options: DiffOptions = {}): Promise<TextDiff> {
  const device = findDevice(netlatch, name)
  const { configuration = 'running' } = options
  const [last, previous] = await lastTwoVersions(netlatch, device, configuration)
  if (!last) throw noBackup(name, configuration)
  const to = options.to === undefined ? last : await versionAt(netlatch, device, configuration, options.to)
  const from = options.from === undefined ? previous : await versionAt(netlatch, device, configuration, options.from)
  const archive = await netlatch.archive()
  await requireThere(netlatch, device, from, to)
  const labels = { from: `a/${(from ?? to ?? last).path}`, to: `b/${(to ?? last).path}` }
  return archive.diff(from?.blob ?? null, to?.blob ?? null, labels)
}

/** Good and held captures of a device, latest first. @default limit 20 */
export async function snapshotHistory(
  netlatch: Netlatch,
  name: string,
  options: { readonly limit?: number } = {},
): Promise<readonly SnapshotRecord[]> {
  findDevice(netlatch, name)
  const state = await netlatch.state()
  return state.snapshots(name, { limit: options.limit ?? 20 })
}

export interface ShowOptions {
  /** A commit, a time as `2026-05-04`, `2026-05-04T12:00` or `3d`, or how many versions back. @default the last backup */
  readonly at?: string
  /** @default 'running' */
  readonly configuration?: Configuration
  /** With its secrets, where they were kept: what a device can be restored from. Needs the identity where they are sealed. @default false */
  readonly raw?: boolean
}

/** The saved configuration of a device, the last one or as it was. Throws NOT_FOUND, USAGE, and VAULT_LOCKED for a sealed one. */
export async function showSnapshot(
  netlatch: Netlatch,
  name: string,
  options: ShowOptions | string = {},
): Promise<string> {
  const {
    at,
    configuration = 'running',
    raw = false,
  }: ShowOptions = typeof options === 'string' ? { at: options } : options
  const device = findDevice(netlatch, name)
  const found = await savedVersion(netlatch, device, configuration, at)
  await requireThere(netlatch, device, found)
  if (raw) return rawConfiguration(netlatch, name, found)
  const archive = await netlatch.archive()
  return archive.readBlob(found.blob)
}

/** The version that is meant; throws NOT_FOUND with what there is instead. */
export async function savedVersion(
  netlatch: Netlatch,
  device: Device,
  configuration: Configuration,
  at: string | undefined,
): Promise<SnapshotVersion> {
  const point = at === undefined ? undefined : parseSnapshotPoint(at, netlatch.now())
  const found = await findVersion(netlatch, device, configuration, point)
  if (found) return found
  if (point && (await findVersion(netlatch, device, configuration)))
    throw new NetlatchError('NOT_FOUND', `${device.name} has no ${named(configuration)} at ${at}.`, {
      advice: `netlatch history ${device.name}`,
    })
  throw noBackup(device.name, configuration)
}

/** The state may know versions that the archive lost: a repository that was replaced, or restored from an older copy. */
async function requireThere(
  netlatch: Netlatch,
  { name }: Device,
  ...versions: readonly (SnapshotVersion | undefined)[]
): Promise<void> {
  const archive = await netlatch.archive()
  const blobs = versions.flatMap((version) => (version ? [version.blob] : []))
  const there = await archive.existing(blobs)
  if (blobs.every((blob) => there.has(blob))) return
  throw new NetlatchError(
    'NOT_FOUND',
    `${name}: the state knows this backup, ${archive.repository} does not have it.`,
    {
      advice: `bring that repository back, or make a new backup: netlatch backup ${name}`,
    },
  )
}

async function versionAt(
  netlatch: Netlatch,
  device: Device,
  configuration: Configuration,
  at: string,
): Promise<SnapshotVersion | undefined> {
  return findVersion(netlatch, device, configuration, parseSnapshotPoint(at, netlatch.now()))
}

function named(configuration: Configuration): string {
  return configuration === 'running' ? 'backup' : 'saved startup-config'
}

function noBackup(name: string, configuration: Configuration): NetlatchError {
  return new NetlatchError('NOT_FOUND', `${name} has no ${named(configuration)}.`, {
    advice: `netlatch backup ${name}`,
  })
}
