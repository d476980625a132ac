import type { Device } from '../model.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

export const backupStates = ['good', 'stale', 'held', 'never'] as const

/**
 * `good` seen within the stale limit · `stale` longer ago · `held` a capture after the last good one was not good enough ·
 * `never` no good one and none held.
 */
export type BackupState = (typeof backupStates)[number]

export interface DeviceBackup {
  readonly device: string
  readonly site?: string
  readonly state: BackupState
  /** When the last good configuration was there last, changed or not. */
  readonly lastGoodAt?: Date
  /** When it last changed. */
  readonly changedAt?: Date
  readonly bytes?: number
  readonly held?: { readonly at: Date; readonly because: string }
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
  const good = await state.lastSnapshots()
  const held = await latestHeld(state)
  const options = { now: netlatch.now(), staleAfterMs }
  const each = devices.map((device) => deviceBackup(device, good.get(device.name), held.get(device.name), options))
  const count = (wanted: BackupState) => each.filter((one) => one.state === wanted).length
  const counts = { good: count('good'), stale: count('stale'), held: count('held'), never: count('never') }
  return { devices: each, counts }
}

/** The latest held capture of each device. */
export async function latestHeld(state: StateStore): Promise<ReadonlyMap<string, SnapshotRecord>> {
  const records = await state.snapshots(undefined, { held: true, configuration: 'running' })
  // Latest first: the first of a device stays.
  return new Map(records.toReversed().map((record) => [record.device, record]))
}

/** How one device's backup is, from its last good capture and its latest held one. */
export function deviceBackup(
  { name, site }: Pick<Device, 'name' | 'site'>,
  good: SnapshotRecord | undefined,
  held: SnapshotRecord | undefined,
  { now, staleAfterMs = defaultStaleMs }: BackupStatusOptions & { readonly now: Date },
): DeviceBackup {
  const isHeld = held !== undefined && (good === undefined || good.seenAt < held.capturedAt)
  const isStale = good !== undefined && good.seenAt.getTime() < now.getTime() - staleAfterMs
  const state: BackupState = isHeld ? 'held' : good === undefined ? 'never' : isStale ? 'stale' : 'good'
  const advice = { good: '', stale: `netlatch backup ${name}`, held: `netlatch backups held ${name}` }
  return {
    device: name,
    ...(site !== undefined && { site }),
    state,
    ...(good && { lastGoodAt: good.seenAt, changedAt: good.capturedAt, bytes: good.bytes }),
    ...(isHeld && { held: { at: held.capturedAt, because: held.heldBecause ?? '' } }),
    advice: state === 'never' ? `netlatch backup ${name}` : advice[state],
  }
}
