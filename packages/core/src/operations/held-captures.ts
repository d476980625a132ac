import type { Archive, Configuration } from '../backup/archive.ts'
import { archivePath, sealedPathOf } from '../backup/archive-path.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { SnapshotRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'
import { findDevice } from './select-targets.ts'

/** A capture that was not good enough to replace the last good one. */
export interface HeldCapture {
  readonly device: string
  readonly configuration: Configuration
  readonly because: string
  readonly capturedAt: Date
  readonly bytes: number
  /** Absent where none is stored, or what is stored is unproven. */
  readonly lastGood?: { readonly capturedAt: Date; readonly seenAt: Date; readonly bytes: number }
  /** From the stored one to the held one, unified. */
  readonly diff: string
}

/** The latest held capture of each device and configuration that has one newer than its last good one, or of one device. */
export async function heldCaptures(netlatch: Netlatch, device?: string): Promise<readonly HeldCapture[]> {
  if (device !== undefined) findDevice(netlatch, device)
  const held = await latestHeld(netlatch, device)
  return Promise.all(held.map((each) => describe(netlatch, each)))
}

/** What a person accepted: a held capture that is the backup now, or a stored one that counts as proven. */
export interface AcceptedCapture {
  readonly accepted: 'held' | 'unproven'
  /** Null when the archive has that text already. */
  readonly commit: string | null
}

/**
 * Makes the held capture of a device its backup; without one, what is stored and unproven counts as good from now on. Throws
 * NOT_FOUND.
 */
export async function acceptCapture(netlatch: Netlatch, name: string): Promise<AcceptedCapture> {
  const device = findDevice(netlatch, name)
  const [held] = await latestHeld(netlatch, name)
  return held || !(await acceptUnproven(netlatch, name))
    ? acceptHeld(netlatch, device)
    : { accepted: 'unproven', commit: null }
}

/** Whether there was one. */
async function acceptUnproven(netlatch: Netlatch, device: string): Promise<boolean> {
  const state = await netlatch.state()
  const stored = [await state.lastSnapshots('running'), await state.lastSnapshots('startup')]
  const unproven = stored.flatMap((each) => each.get(device) ?? []).filter((each) => each.unprovenBecause !== undefined)
  if (unproven.length === 0) return false
  const runId = await state.startRun({ operation: 'accept', selection: `name:${device}`, devices: 1 })
  for (const { id, seenAt } of unproven) await state.confirmSnapshot(id, seenAt)
  await state.finishRun(runId, { commit: null })
  return true
}

async function acceptHeld(netlatch: Netlatch, device: Device): Promise<AcceptedCapture> {
  const { name } = device
  const { record } = await oneHeld(netlatch, name)
  const { id: _id, heldBecause: _because, blob = '', configuration, ...rest } = record
  const state = await netlatch.state()
  const archive = await netlatch.archive()
  const path = archivePath(device, configuration)
  const runId = await state.startRun({ operation: 'accept', selection: `name:${name}`, devices: 1 })
  const subject = `Accept the held capture of ${name}`
  const mode = await archive.lastRedaction()
  const redaction = mode === undefined ? {} : { redaction: mode }
  const sealed = await archive.heldSealed({ device: name, configuration, blob })
  const files = [{ path, blob }, ...(await sealedFile(archive, path, sealed))]
  const committed = await archive.commit({ runId, devices: 1, files, subject, at: netlatch.now(), ...redaction })
  const commit = committed?.commit ?? null
  await state.saveSnapshot({ ...rest, configuration, blob, path, runId, ...(commit !== null && { commit }) })
  await forget(netlatch, name, configuration)
  await state.finishRun(runId, { commit })
  return { accepted: 'held', commit }
}

/** Forgets the held capture of a device; its last good backup stays. Throws NOT_FOUND. */
export async function dropHeldCapture(netlatch: Netlatch, name: string): Promise<void> {
  findDevice(netlatch, name)
  const { record } = await oneHeld(netlatch, name)
  await forget(netlatch, name, record.configuration)
}

/** The sealed one of the accepted capture; one of another capture must not stay beside it. */
async function sealedFile(archive: Archive, path: string, blob: string | null) {
  const sealed = sealedPathOf(path)
  return blob !== null || (await archive.read(sealed)) ? [{ path: sealed, blob }] : []
}

interface Held {
  readonly record: SnapshotRecord
  /** What is stored, good or unproven. */
  readonly last: SnapshotRecord | undefined
}

async function describe(netlatch: Netlatch, { record, last }: Held): Promise<HeldCapture> {
  const { device, configuration, heldBecause = '', capturedAt, bytes, blob = null } = record
  const archive = await netlatch.archive()
  const site = netlatch.inventory.byName.get(device)?.site
  const good = await archive.read(archivePath({ name: device, ...(site !== undefined && { site }) }, configuration))
  const isGood = last !== undefined && last.unprovenBecause === undefined
  const labels = { from: `${device} last${isGood || !good ? ' good' : ''}`, to: `${device} held` }
  const { text } = await archive.diff(good?.blob ?? null, blob, labels)
  const held = { device, configuration, because: heldBecause, capturedAt, bytes, diff: text }
  if (!isGood) return held
  return { ...held, lastGood: { capturedAt: last.capturedAt, seenAt: last.seenAt, bytes: last.bytes } }
}

async function latestHeld(netlatch: Netlatch, device: string | undefined): Promise<readonly Held[]> {
  const state = await netlatch.state()
  const held = await state.snapshots(device, { held: true })
  const stored = { running: await state.lastSnapshots('running'), startup: await state.lastSnapshots('startup') }
  const groups = Map.groupBy(held, (record) => `${record.configuration} ${record.device}`)
  const latest = [...groups.values()].flatMap(([record]) => record ?? [])
  return latest
    .map((record) => ({ record, last: stored[record.configuration].get(record.device) }))
    .filter(({ record, last }) => last === undefined || last.seenAt < record.capturedAt)
}

async function oneHeld(netlatch: Netlatch, device: string): Promise<Held> {
  const all = await latestHeld(netlatch, device)
  const held = all.find(({ record }) => record.configuration === 'running') ?? all[0]
  if (held) return held
  throw new NetlatchError('NOT_FOUND', `${device} has no held capture.`, { advice: 'netlatch backups held' })
}

/** Every held capture of the device goes, from the state first: an archive that kept one is no harm. */
async function forget(netlatch: Netlatch, device: string, configuration: Configuration): Promise<void> {
  const state = await netlatch.state()
  const archive = await netlatch.archive()
  const all = await state.snapshots(device, { held: true, configuration })
  for (const record of all) await state.dropSnapshot(record.id)
  await archive.dropHeld(all.flatMap(({ blob }) => (blob === undefined ? [] : [{ device, configuration, blob }])))
}
