import type { AbandonedRun, Archive } from '../backup/archive.ts'
import type { StoredCapture } from '../backup/stored-capture.ts'
import type { StateStore } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'
import { commitCaptures, indexCaptures } from './record-captures.ts'

export interface RecoveredRun {
  readonly runId: string
  /** How many captures it had saved. */
  readonly captures: number
  /** Null when the archive has all of it already, or newer. */
  readonly commit: string | null
}

/**
 * Finishes backup runs that were killed before their end: what they had captured becomes the commit that they would have made,
 * and is recorded. A device that was backed up again meanwhile keeps the newer one.
 */
export async function recoverBackups(netlatch: Netlatch): Promise<readonly RecoveredRun[]> {
  const archive = await netlatch.archive()
  const abandoned = await archive.abandonedRuns()
  const recovered: RecoveredRun[] = []
  for (const run of abandoned) {
    // One that cannot be finished now is left to the next.
    using journal = run
    const finished = await recover(await netlatch.state(), archive, journal)
    await journal.close()
    if (finished.captures > 0) recovered.push(finished)
  }
  return recovered
}

async function recover(state: StateStore, archive: Archive, run: AbandonedRun): Promise<RecoveredRun> {
  const { runId, devices } = run
  const captures = await usable(state, archive, run)
  const latest = captures.map(({ capturedAt }) => capturedAt.getTime()).reduce((a, b) => Math.max(a, b), 0)
  // The run may have been killed after its commit, or a recovery after its own.
  const commit =
    (await archive.commitOf(runId)) ??
    (await commitCaptures(archive, {
      runId,
      devices,
      captures,
      redaction: run.redaction,
      subject: `Back up ${devices} ${devices === 1 ? 'device' : 'devices'}: ${captures.length} captures of a run that was killed`,
      at: new Date(latest),
    }))
  await indexCaptures({ state, archive, runId, commit }, captures)
  await state.finishRun(runId, { commit, devices: captures.length, killed: true })
  return { runId, captures: captures.length, commit }
}

/** What is still there, is not recorded yet, and is the newest of its device. */
async function usable(
  state: StateStore,
  archive: Archive,
  { runId, captures }: AbandonedRun,
): Promise<readonly StoredCapture[]> {
  const there = await archive.existing(
    captures.flatMap(({ blob, sealed }) => (typeof sealed === 'string' ? [blob, sealed] : [blob])),
  )
  const kept: StoredCapture[] = []
  for (const capture of captures) {
    const { device, configuration, capturedAt, blob, sealed } = capture
    if (!there.has(blob) || (typeof sealed === 'string' && !there.has(sealed))) continue
    const records = await state.snapshots(device, { configuration, limit: 20 })
    const isRecorded = records.some((record) => record.runId === runId && record.blob === blob)
    const isSuperseded = records.some((record) => record.heldBecause === undefined && record.seenAt > capturedAt)
    if (!isRecorded && !isSuperseded) kept.push(capture)
  }
  return kept
}
