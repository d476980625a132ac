import type { DeviceRecord, SnapshotRecord } from '../state/state-store.ts'
import { latestHeld } from './backup-status.ts'
import { chargesOf } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import { quarantinedCredentials } from './quarantined-credentials.ts'

/** What is remembered of each device, as annotations show it. */
export interface Standing {
  /** Devices never seen are absent. */
  readonly records: ReadonlyMap<string, DeviceRecord>
  /** The last good backup of each device. */
  readonly backups: ReadonlyMap<string, SnapshotRecord>
  /** The latest held capture of each device, which may be older than the last good one. */
  readonly held: ReadonlyMap<string, SnapshotRecord>
  /** Credentials that are tried nowhere until they are changed or released, and since when. */
  readonly quarantined: ReadonlyMap<string, Date>
  /** Changes with every write of any program: {@link Netlatch.state}'s version when this was read. */
  readonly version: number
}

export const nothingKnown: Standing = {
  records: new Map(),
  backups: new Map(),
  held: new Map(),
  quarantined: new Map(),
  version: -1,
}

/** Reads what is stored, and makes nothing: where there is no state yet, nothing is known. */
export async function readStanding(netlatch: Netlatch): Promise<Standing> {
  const { bytes } = await netlatch.checkState()
  if (bytes === 0) return nothingKnown
  const state = await netlatch.state()
  // Before the rest: what is written in between is read again then.
  const version = await state.version()
  const vault = await netlatch.vaultIfUnlocked()
  const { charges } = chargesOf(netlatch, vault)
  const [records, backups, held, homes] = await Promise.all([
    state.devices(),
    state.lastSnapshots(),
    latestHeld(state),
    state.homes(charges),
  ])
  const quarantined = quarantinedCredentials(vault?.credentials ?? netlatch.credentials, vault, {
    homes,
    devices: records,
  })
  return { records, backups, held, quarantined, version }
}

/** Logins of a device that were refused since one succeeded last, without enable secrets. */
export async function failedTries(netlatch: Netlatch, device: string): Promise<number> {
  const history = await (await netlatch.state()).history(device, { limit: 20 })
  const logins = history.filter(({ purpose }) => purpose === 'login')
  const lastGood = logins.findIndex(({ outcome }) => outcome === 'ok')
  const since = lastGood === -1 ? logins : logins.slice(0, lastGood)
  return since.filter(({ outcome }) => outcome === 'rejected' || outcome === 'unclear').length
}
