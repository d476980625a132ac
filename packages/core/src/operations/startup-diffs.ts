import type { TextDiff } from '../backup/archive.ts'
import { archivePath } from '../backup/archive-path.ts'
import type { Device } from '../model.ts'
import type { SnapshotRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

/**
 * `saved` the device starts with what it runs with · `unsaved` it would start with something else · `unknown` no
 * startup-config of it is in the archive.
 */
export interface StartupDiff {
  readonly device: string
  readonly state: 'saved' | 'unsaved' | 'unknown'
  /** When both were captured last. */
  readonly at?: Date
  /** From the startup-config to the running one; empty unless `unsaved`. */
  readonly diff: TextDiff
  /** Why it is unknown, for people. */
  readonly because: string
}

const nothing: TextDiff = { text: '', linesAdded: 0, linesRemoved: 0 }

/**
 * What devices run with and did not save, as of the last backup: volatile lines are in neither text. One after the other, in
 * the order of the devices; connects to nothing.
 */
export async function* startupDiffs(
  netlatch: Netlatch,
  devices: readonly Device[],
): AsyncGenerator<StartupDiff, void, undefined> {
  const state = await netlatch.state()
  const running = await state.lastSnapshots('running')
  const startup = await state.lastSnapshots('startup')
  for (const device of devices)
    yield await startupDiff(netlatch, device, running.get(device.name), startup.get(device.name))
}

async function startupDiff(
  netlatch: Netlatch,
  device: Device,
  running: SnapshotRecord | undefined,
  startup: SnapshotRecord | undefined,
): Promise<StartupDiff> {
  if (running?.blob === undefined || startup?.blob === undefined)
    return { device: device.name, state: 'unknown', diff: nothing, because: whyUnknown(netlatch, device, running) }
  const at = running.seenAt < startup.seenAt ? running.seenAt : startup.seenAt
  const common = { device: device.name, at, because: '' }
  if (running.blob === startup.blob) return { ...common, state: 'saved', diff: nothing }
  const archive = await netlatch.archive()
  const [runs, starts] = await Promise.all([archive.readBlob(running.blob), archive.readBlob(startup.blob)])
  if (saidBy(runs) === saidBy(starts)) return { ...common, state: 'saved', diff: nothing }
  const labels = { from: `a/${archivePath(device, 'startup')}`, to: `b/${archivePath(device)}` }
  return { ...common, state: 'unsaved', diff: await archive.diff(startup.blob, running.blob, labels) }
}

/** Separators, and remarks that name the command or the configuration: they differ between the two where nothing else does. */
const remark = /^\s*[!#]?\s*$|^[!#] ?.*\b(?:command|startup|running)\b/i

function saidBy(text: string): string {
  return text
    .split('\n')
    .filter((line) => !remark.test(line))
    .join('\n')
}

function whyUnknown(netlatch: Netlatch, device: Device, running: SnapshotRecord | undefined): string {
  if (running === undefined) return 'no backup yet'
  const platform = netlatch.platform(device.platform)
  if (platform && !platform.configurations.startup) return `${device.platform} has no startup-config of its own`
  if (netlatch.workspace.settings.backups.startup === false) return 'backups: { startup: false } in netlatch.yaml'
  return 'no startup-config was saved with its backups'
}
