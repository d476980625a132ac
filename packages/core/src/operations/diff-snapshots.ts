import type { TextDiff } from '../backup/archive.ts'
import { archivePath } from '../backup/archive-path.ts'
import { NetlatchError } from '../errors.ts'
import type { SnapshotRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'
import { findDevice } from './select-targets.ts'

export interface DiffOptions {
  /** A commit, or a time as `2026-05-04` or `2026-05-04T12:00`. @default the backup before `to` */
  readonly from?: string
  /** @default the last backup */
  readonly to?: string
}

/** What changed between two backups of a device. Throws NOT_FOUND for a device without backups. */
export async function diffSnapshots(netlatch: Netlatch, name: string, options: DiffOptions = {}): Promise<TextDiff> {
  const device = findDevice(netlatch, name)
  const archive = await netlatch.archive()
  const path = archivePath(device)
  const [last, previous] = await archive.history(path, { limit: 2 })
  if (!last) throw noBackup(name)
  const blobAt = async (at: string) => (await archive.read(path, pointInTime(at)))?.blob ?? null
  const to = options.to === undefined ? last.blob : await blobAt(options.to)
  const from = options.from === undefined ? (previous?.blob ?? null) : await blobAt(options.from)
  return archive.diff(from, to, { from: `a/${path}`, to: `b/${path}` })
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

/** The saved configuration of a device, the last one or as it was at a commit or time. Throws NOT_FOUND. */
export async function showSnapshot(netlatch: Netlatch, name: string, at?: string): Promise<string> {
  const device = findDevice(netlatch, name)
  const archive = await netlatch.archive()
  const found = await archive.read(archivePath(device), at === undefined ? undefined : pointInTime(at))
  if (!found) throw noBackup(name)
  return found.text
}

/** Hexadecimal digits are a commit; what reads as a date is one. */
function pointInTime(text: string): string | Date {
  if (/^[0-9a-f]{7,64}$/i.test(text)) return text
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  throw new NetlatchError('USAGE', `"${text}" is neither a commit nor a time.`, {
    advice: 'netlatch history <device> shows both',
  })
}

function noBackup(name: string): NetlatchError {
  return new NetlatchError('NOT_FOUND', `${name} has no backup.`, { advice: `netlatch backup ${name}` })
}
