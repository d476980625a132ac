import type { Device } from '../model.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

export const backupStates = ['good', 'unproven', 'stale', 'held', 'never'] as const

/**
 * `good` seen within the stale limit · `unproven` stored, and nothing shows yet that it is all of the configuration · `stale` longer
 * ago · `held` a capture after the last one was not good enough · `never` none is stored and none held.
 */
export type BackupState = (typeof backupStates)[number]

export interface DeviceBackup {
  readonly device: string
  readonly site?: string
  readonly state: BackupState
  /** When the last good configuration was there last, changed or not; absent where none was ever proven. */
  readonly lastGoodAt?: Date
  /** When it last changed. */
  readonly changedAt?: Date
  readonly bytes?: number
  readonly held?: { readonly at: Date; readonly because: string }
  /** The configuration that is stored behind the last good one, or without one. */
  readonly unproven?: { readonly at: Date; readonly because: string }
  /** The next command; empty when all is well. */
  readonly advice: string
}

export interface BackupStatus {
  readonly devices: readonly DeviceBackup[]
  readonly counts: Readonly<Record<BackupState, number>>
}

export interface BackupStatusOptions {
  /** Older than that is stale. @default 48 hours */
  readonly staleAfterMs?: number
}

export const defaultStaleMs = 48 * 3_600_000

/** How old the last good backup of each device is, by the state's index: nothing is connected, git is not asked. */
export async function backupStatus(
  netlatch: Netlatch,
  devices: readonly Device[],
  { staleAfterMs = defaultStaleMs }: BackupStatusOptions = {},
): Promise<BackupStatus> {
  const state = await netlatch.state()
  const [last, good] = [await state.lastSnapshots(), await state.lastSnapshots('running', { proven: true })]
  const held = await latestHeld(state)
  const options = { now: netlatch.now(), staleAfterMs }
  const each = devices.map((device) =>
    deviceBackup(device, last.get(device.name), held.get(device.name), { ...options, good: good.get(device.name) }),
  )
  const count = (wanted: BackupState) => each.filter((one) => one.state === wanted).length
  const counts = {
    good: count('good'),
    unproven: count('unproven'),
    stale: count('stale'),
    held: count('held'),
    never: count('never'),
  }
  return { devices: each, counts }
}

/** The latest held capture of each device. */
export async function latestHeld(state: StateStore): Promise<ReadonlyMap<string, SnapshotRecord>> {
  const records = await state.snapshots(undefined, { held: true, configuration: 'running' })
  // Latest first: the first of a device stays.
  return new Map(records.toReversed().map((record) => [record.device, record]))
}

/** How one device's backup is, from the latest that is stored, proven or not, and its latest held one. */
export function deviceBackup(
  { name, site }: Pick<Device, 'name' | 'site'>,
  last: SnapshotRecord | undefined,
  held: SnapshotRecord | undefined,
  { now, staleAfterMs = defaultStaleMs, good }: BackupStatusOptions & OfDevice,
): DeviceBackup {
  const isHeld = held !== undefined && (last === undefined || last.seenAt < held.capturedAt)
  const unproven = last?.unprovenBecause
  const lastGood = last !== undefined && unproven === undefined ? last : good
  const isStale = last !== undefined && last.seenAt.getTime() < now.getTime() - staleAfterMs
  const stored: BackupState = last === undefined ? 'never' : unproven !== undefined ? 'unproven' : 'good'
  const state: BackupState = isHeld ? 'held' : isStale ? 'stale' : stored
  return {
    device: name,
    ...(site !== undefined && { site }),
    state,
    ...(lastGood && { lastGoodAt: lastGood.seenAt }),
    ...(last && { changedAt: last.capturedAt, bytes: last.bytes }),
    ...(isHeld && { held: { at: held.capturedAt, because: held.heldBecause ?? '' } }),
    ...(last && unproven !== undefined && { unproven: { at: last.seenAt, because: unproven } }),
    advice: adviceOn(state, name),
  }
}

interface OfDevice {
  readonly now: Date
  /** The latest that is good, where the latest that is stored is not proven. */
  readonly good?: SnapshotRecord | undefined
}

function adviceOn(state: BackupState, device: string): string {
  switch (state) {
    case 'good':
      return ''
    case 'held':
      return `netlatch backups held ${device}`
    case 'unproven':
      return `netlatch backup ${device}, or netlatch backups accept ${device}`
    default:
      return `netlatch backup ${device}`
  }
}
