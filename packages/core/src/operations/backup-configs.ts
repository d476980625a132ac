import type { Archive, Configuration } from '../backup/archive.ts'
import { archivePath } from '../backup/archive-path.ts'
import { captureCommands } from '../backup/capture-commands.ts'
import { endsWhole } from '../backup/completeness.ts'
import { type JudgedCapture, judgeCapture } from '../backup/judge-capture.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import type { Session } from '../session/session.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import { openDeviceSession, raisePrivilege } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import type { DiscoveryOptions } from './plan-discovery.ts'
import { planVisits } from './plan-visits.ts'
import { type OpenedDevice, type VisitOptions, visitDevices, type Worked } from './visit-devices.ts'

export interface BackupOptions
  extends RunOptions,
    Pick<DiscoveryOptions, 'credentials' | 'includeFallback'>,
    Pick<VisitOptions<BackupResult>, 'finish' | 'concurrency' | 'timeoutMs'> {
  readonly selection?: string
  /** Stay for the windows of the attempt budget, 40 minutes at most. @default true */
  readonly wait?: boolean
  /** Also when a configuration is much smaller than the last good one. @default false */
  readonly acceptShrink?: boolean
}

export interface BackupResult extends DeviceResult {
  readonly configuration: Configuration
  readonly verdict: JudgedCapture['verdict']
  /** In the archive. */
  readonly path: string
  readonly bytes: number
  readonly linesAdded: number
  readonly linesRemoved: number
  /** The commit that holds it; null when nothing changed or it was held. */
  readonly commit: string | null
}

/** A capture that passed or was held, with what the archive and the index need of it. */
interface Captured extends BackupResult {
  readonly blob: string
  readonly sha256: string
  readonly sections: number
  readonly because: string
}

/**
 * Saves the running-configuration of each device into the archive, in one commit. A capture that is not whole, not of the
 * device or suspiciously small is held: the last good one stays. A result is given only when what it says is on the disk,
 * so all come at the end; `onProgress` tells them as the devices are done. Stopped early, it commits what it has.
 */
export async function* backupConfigs(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: BackupOptions = {},
): AsyncGenerator<BackupResult | DeviceResult, void, undefined> {
  const { selection = 'all', acceptShrink = false, wait, ...run } = options
  const state = await netlatch.state()
  const archive = await netlatch.archive()
  const { targets, foregone, knowledge } = await planVisits(netlatch, devices, options)
  const runId = await state.startRun({ operation: 'backup', selection, devices: devices.length })
  const results: (Captured | DeviceResult)[] = []
  let commit: string | null = null
  try {
    const visits = visitDevices<Captured>(netlatch, targets, knowledge, {
      ...run,
      operation: 'backup',
      selection,
      order: 'resolution',
      reuse: true,
      ...(wait === false && { maxWaitMs: 0 }),
      foregone,
      runId,
      work: (opened) => capture(netlatch, { state, archive, acceptShrink }, opened),
    })
    for await (const result of visits) results.push(result)
  } finally {
    commit = await commitCaptures(archive, { runId, devices: devices.length, results })
    await index({ state, runId, commit, lastGood: await state.lastSnapshots() }, results)
    await state.finishRun(runId, { commit, devices: results.length })
  }
  for (const result of results) yield publicResult(result, commit)
}

interface CaptureInput {
  readonly state: StateStore
  readonly archive: Archive
  readonly acceptShrink: boolean
}

async function capture(netlatch: Netlatch, input: CaptureInput, opened: OpenedDevice): Promise<Worked<Captured>> {
  const { device, ports } = opened
  const { archive } = input
  const configuration: Configuration = 'running'
  await using session = await openDeviceSession(netlatch, opened)
  const how = session.platform.configurations[configuration]
  if (how.privileged) await raisePrivilege(netlatch, opened, session)
  if (how.privileged && session.privilege === 'user') throw notPrivileged(opened)
  const commands = captureCommands(how, device.expect?.serial === undefined ? undefined : session.platform.serial)
  const answers = await session.runAll(commands, {
    isComplete: (output) => commands.length === how.commands.length && endsWhole(how, output),
    ...(ports.signal && { signal: ports.signal }),
  })
  const path = archivePath(device, configuration)
  const [lastGood, lastHeld] = await Promise.all([archive.read(path), lastHeldOf(input.state, device, configuration)])
  const judged = judgeCapture({
    device,
    platform: session.platform,
    configuration,
    answers,
    session: { ...(session.hostname !== undefined && { hostname: session.hostname }) },
    ...(lastGood && { lastGood: lastGood.text }),
    ...(lastHeld && { lastHeld }),
    redactionKey: ports.vault.redactionKey,
    redact: netlatch.redact,
    acceptShrink: input.acceptShrink,
  })
  return judged.verdict === 'good'
    ? keepGood(archive, { session, path, configuration, judged, lastGood })
    : hold(archive, { device, session, path, configuration, judged })
}

interface Judged {
  readonly session: Session
  readonly path: string
  readonly configuration: Configuration
  readonly judged: JudgedCapture
}

async function keepGood(
  archive: Archive,
  {
    session,
    path,
    configuration,
    judged,
    lastGood,
  }: Judged & { readonly lastGood: Awaited<ReturnType<Archive['read']>> },
): Promise<Worked<Captured>> {
  const blob = await archive.store(judged.text)
  const diff = await archive.diff(lastGood?.blob ?? null, blob)
  const code = lastGood === null ? 'FIRST' : blob === lastGood.blob ? 'UNCHANGED' : 'CHANGED'
  const details = { added: diff.linesAdded, removed: diff.linesRemoved }
  return {
    facts: { code, privilege: session.privilege, details },
    more: captured({ path, configuration, judged, blob, linesAdded: diff.linesAdded, linesRemoved: diff.linesRemoved }),
  }
}

async function hold(
  archive: Archive,
  { device, session, path, configuration, judged }: Judged & { readonly device: Device },
): Promise<Worked<Captured>> {
  const [blob = ''] = await archive.hold([{ device: device.name, configuration, text: judged.text }])
  return {
    facts: { code: 'CAPTURE_HELD', privilege: session.privilege, details: { reason: judged.because } },
    more: captured({ path, configuration, judged, blob, linesAdded: 0, linesRemoved: 0 }),
  }
}

function captured({
  judged,
  ...rest
}: Omit<Judged, 'session'> & { blob: string; linesAdded: number; linesRemoved: number }): Omit<
  Captured,
  keyof DeviceResult
> {
  const { verdict, because, bytes, sections, sha256 } = judged
  return { ...rest, verdict, because, bytes, sections, sha256, commit: null }
}

async function lastHeldOf(
  state: StateStore,
  device: Device,
  configuration: Configuration,
): Promise<SnapshotRecord | undefined> {
  const [last] = await state.snapshots(device.name, { limit: 1, configuration })
  return last?.heldBecause === undefined ? undefined : last
}

function notPrivileged({ device, credential }: OpenedDevice): NetlatchError {
  return new NetlatchError('COMMAND_ERROR', `${device.name}: the configuration needs privileged mode`, {
    details: { reason: `needs privileged mode: netlatch vault set ${credential.name} --enable` },
  })
}

function isCaptured(result: Captured | DeviceResult): result is Captured {
  return 'verdict' in result
}

async function commitCaptures(
  archive: Archive,
  run: { readonly runId: string; readonly devices: number; readonly results: readonly (Captured | DeviceResult)[] },
): Promise<string | null> {
  const good = run.results.filter(isCaptured).filter(({ verdict }) => verdict === 'good')
  if (good.length === 0) return null
  const files = good.map(({ path, blob }) => ({ path, blob }))
  const committed = await archive.commit({ runId: run.runId, devices: run.devices, files })
  return committed?.commit ?? null
}

interface IndexInput {
  readonly state: StateStore
  readonly runId: string
  readonly commit: string | null
  /** Before this run. */
  readonly lastGood: ReadonlyMap<string, SnapshotRecord>
}

/**
 * The state's index of the archive: written after the commit, so that nothing in it is missing there. All at once, so that the
 * store can put many on the disk together.
 */
async function index(
  { state, runId, commit, lastGood }: IndexInput,
  results: readonly (Captured | DeviceResult)[],
): Promise<void> {
  const write = async (result: Captured | DeviceResult) => {
    const same = result.code === 'UNCHANGED' ? lastGood.get(result.device) : undefined
    if (same) await state.confirmSnapshot(same.id, result.testedAt)
    else if (isCaptured(result)) await state.saveSnapshot(snapshotOf(result, runId, commit))
    await state.saveResult(runId, result)
  }
  await Promise.all(results.map(write))
}

function snapshotOf(result: Captured, runId: string, commit: string | null): Omit<SnapshotRecord, 'id'> {
  const { device, configuration, testedAt, bytes, sections, sha256, path, blob, verdict, because, code } = result
  const isNew = code === 'CHANGED' || code === 'FIRST'
  return {
    device,
    configuration,
    capturedAt: testedAt,
    seenAt: testedAt,
    bytes,
    sections,
    runId,
    sha256,
    blob,
    ...(verdict === 'good' ? { path, ...(commit !== null && isNew && { commit }) } : { heldBecause: because }),
  }
}

function publicResult(result: Captured | DeviceResult, commit: string | null): BackupResult | DeviceResult {
  if (!isCaptured(result)) return result
  const { blob: _b, sha256: _s, sections: _n, because: _w, ...rest } = result
  return { ...rest, commit: result.code === 'CHANGED' || result.code === 'FIRST' ? commit : null }
}
