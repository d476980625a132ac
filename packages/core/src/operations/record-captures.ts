import type { Archive, Configuration } from '../backup/archive.ts'
import { sealedPathOf } from '../backup/archive-path.ts'
import { filesOf, type StoredCapture } from '../backup/stored-capture.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import type { RedactionMode } from '../workspace/redaction-modes.ts'

export interface CaptureRun {
  readonly runId: string
  readonly devices: number
  readonly captures: readonly StoredCapture[]
  readonly subject?: string
  readonly at?: Date
  readonly redaction: RedactionMode
}

/** Puts the good captures of a run on the branch, as one commit. Null when that changes nothing. */
export async function commitCaptures(archive: Archive, run: CaptureRun): Promise<string | null> {
  const { captures, ...rest } = run
  const files = filesOf(captures, sealedPathOf)
  if (files.length === 0) return null
  return (await archive.commit({ ...rest, files }))?.commit ?? null
}

export interface IndexInput {
  readonly state: StateStore
  readonly archive: Archive
  readonly runId: string
  readonly commit: string | null
}

/** Of one device and configuration; more than that tell nothing new. */
const mostHeld = 5

/**
 * The state's index of the archive: written after the commit, so that nothing in it is missing there. All at once, so that the
 * store can put many on the disk together. An unchanged configuration adds no row, and of held captures only the latest stay:
 * the index grows as the archive does.
 */
export async function indexCaptures(input: IndexInput, captures: readonly StoredCapture[]): Promise<void> {
  const { state, runId, commit } = input
  const lastGood = { running: await state.lastSnapshots('running'), startup: await state.lastSnapshots('startup') }
  const write = async (capture: StoredCapture) => {
    const { device, configuration, code, blob, capturedAt, unproven } = capture
    const last = lastGood[configuration].get(device)
    if (code === 'UNCHANGED' && last && (last.blob === undefined || last.blob === blob))
      // What was proven once stays so, however little an equal one shows.
      await state.confirmSnapshot(last.id, capturedAt, last.unprovenBecause === undefined ? undefined : unproven)
    else await state.saveSnapshot(recordOf(capture, runId, commit))
  }
  await Promise.all(captures.map(write))
  for (const { device, configuration, code } of captures)
    if (code === 'CAPTURE_HELD') await dropOldHeld(input, device, configuration)
}

async function dropOldHeld(
  { state, archive }: IndexInput,
  device: string,
  configuration: Configuration,
): Promise<void> {
  const all = await state.snapshots(device, { held: true, configuration })
  const old = all.slice(mostHeld)
  if (old.length === 0) return
  const kept = new Set(all.slice(0, mostHeld).map(({ blob }) => blob))
  for (const { id } of old) await state.dropSnapshot(id)
  const blobs = old.flatMap(({ blob }) =>
    blob === undefined || kept.has(blob) ? [] : [{ device, configuration, blob }],
  )
  await archive.dropHeld(blobs)
}

function recordOf(capture: StoredCapture, runId: string, commit: string | null): Omit<SnapshotRecord, 'id'> {
  const { device, configuration, capturedAt, bytes, sections, sha256, path, blob, because, code, unproven } = capture
  const isNew = code === 'CHANGED' || code === 'FIRST'
  return {
    device,
    configuration,
    capturedAt,
    seenAt: capturedAt,
    bytes,
    sections,
    runId,
    sha256,
    blob,
    ...(unproven !== undefined && { unprovenBecause: unproven }),
    ...(code === 'CAPTURE_HELD' ? { heldBecause: because } : { path, ...(commit !== null && isNew && { commit }) }),
  }
}
