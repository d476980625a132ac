import type { Archive, Configuration } from '../backup/archive.ts'
import { archivePath, sealedPathOf } from '../backup/archive-path.ts'
import { captureCommands } from '../backup/capture-commands.ts'
import { endsWhole } from '../backup/completeness.ts'
import { type JudgedCapture, judgeCapture } from '../backup/judge-capture.ts'
import { quoteLine } from '../backup/reason-text.ts'
import type { StoredCapture } from '../backup/stored-capture.ts'
import { failureCode } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { Session } from '../session/session.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import { recipientsMark, sealedMark, sealText } from '../vault/age-sealed-text.ts'
import type { RedactionMode } from '../workspace/redaction-modes.ts'
import { openDeviceSession, raisePrivilege } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import type { OpenedDevice } from './visit-devices.ts'

/** What a run captures with. */
export interface CaptureInput {
  readonly state: StateStore
  /** Of the run. */
  readonly startedAt: Date
  readonly archive: Archive
  readonly acceptShrink: boolean
  readonly startup: boolean
  readonly redaction: RedactionMode
  /** Of the vault; who can open sealed configurations. */
  readonly recipients: readonly string[]
  /** Of each device, before this run. */
  readonly lastGood: Readonly<Record<Configuration, ReadonlyMap<string, SnapshotRecord>>>
  /** Notes a capture, durably. */
  readonly keep: (capture: StoredCapture) => Promise<void>
}

/** What came of the startup-config beside the running one: it never decides the device's result. */
export type StartupOutcome =
  | { readonly verdict: 'good' | 'unproven' | 'held' | 'failed'; readonly because: string }
  | { readonly verdict: 'absent'; readonly because: string }

export interface DeviceCaptures {
  readonly session: Pick<Session, 'privilege'>
  readonly running: StoredCapture
  readonly startup?: StartupOutcome
}

/**
 * Captures the running configuration of an open device, and behind it the startup-config where the platform has one. Each is
 * noted as soon as it is stored. Throws what ends the device's running capture.
 */
export async function captureDevice(
  netlatch: Netlatch,
  input: CaptureInput,
  opened: OpenedDevice,
): Promise<DeviceCaptures> {
  await using session = await openDeviceSession(netlatch, opened)
  const { configurations } = session.platform
  if (configurations.running.privileged) await raisePrivilege(netlatch, opened, session)
  if (configurations.running.privileged && session.privilege === 'user') throw notPrivileged(opened)
  const running = await capture(netlatch, input, { opened, session, configuration: 'running' })
  const isWanted = input.startup && configurations.startup !== undefined && running.code !== 'CAPTURE_HELD'
  if (!isWanted) return { session, running }
  return { session, running, startup: await captureStartup(netlatch, input, { opened, session, running }) }
}

/** The running configuration is saved by now: whatever happens here leaves it alone. */
async function captureStartup(
  netlatch: Netlatch,
  input: CaptureInput,
  {
    opened,
    session,
    running,
  }: { readonly opened: OpenedDevice; readonly session: Session; readonly running: StoredCapture },
): Promise<StartupOutcome> {
  try {
    const found = await capture(netlatch, input, { opened, session, configuration: 'startup', running })
    if (found.unproven !== undefined) return { verdict: 'unproven', because: found.unproven }
    return { verdict: found.code === 'CAPTURE_HELD' ? 'held' : 'good', because: found.because }
  } catch (error) {
    opened.ports.signal?.throwIfAborted()
    if (error instanceof NoConfiguration) return { verdict: 'absent', because: error.line }
    return { verdict: 'failed', because: failureCode(error).error.message }
  }
}

interface Subject {
  readonly opened: OpenedDevice
  readonly session: Session
  readonly configuration: Configuration
  /** The running configuration, not held, of which a startup-config may be the copy. */
  readonly running?: StoredCapture
}

async function capture(netlatch: Netlatch, input: CaptureInput, subject: Subject): Promise<StoredCapture> {
  const { state } = input
  const { opened, session, configuration, running } = subject
  const { device, ports } = opened
  const how = session.platform.configurations[configuration]
  if (!how) throw new TypeError(`${session.platform.name} has no ${configuration} configuration`)
  const commands = captureCommands(how, device.expect?.serial === undefined ? undefined : session.platform.serial)
  const answers = await session.runAll(commands, {
    isComplete: (output) => commands.length === how.commands.length && endsWhole(how, output),
    ...(ports.signal && { signal: ports.signal }),
  })
  const path = archivePath(device, configuration)
  const before = await lastGoodOf(input, device.name, configuration, path)
  // Only a configuration that can have shrunk is compared with a held one.
  const [last] = before ? await state.snapshots(device.name, { limit: 1, configuration }) : []
  // Of an earlier run: two that overlap have asked the device at one time.
  const isEarlier = last?.heldBecause !== undefined && last.capturedAt < input.startedAt
  const proof = running?.unproven === undefined ? running : undefined
  const lastHeld = proof ?? (isEarlier ? last : undefined)
  // The index was read before the run began: what it does not know is of a run beside this one.
  const known = input.lastGood[configuration].get(device.name)
  const mayVouch = known !== undefined && (known.blob ?? before?.blob) === before?.blob
  const judged = judgeCapture({
    device,
    platform: session.platform,
    configuration,
    answers,
    session: { ...(session.hostname !== undefined && { hostname: session.hostname }) },
    ...(before && { lastGood: before.text, mayVouch }),
    ...(lastHeld && { lastHeld }),
    redaction: input.redaction,
    redactionKey: ports.vault.redactionKey,
    redact: netlatch.redact,
    acceptShrink: input.acceptShrink,
  })
  if (configuration === 'startup' && judged.verdict === 'held') refuseShort(judged.text)
  const { bytes, sections, sha256, verdict, because } = judged
  const common = {
    device: device.name,
    configuration,
    capturedAt: netlatch.now(),
    path,
    bytes,
    sections,
    sha256,
    because: verdict === 'held' ? because : '',
    ...(verdict === 'unproven' && { unproven: because }),
  }
  const stored: StoredCapture =
    verdict === 'held'
      ? { ...common, ...(await hold(input, device.name, configuration, judged)) }
      : { ...common, ...(await keepGood(input, path, judged, before)) }
  await input.keep(stored)
  return stored
}

interface LastGood {
  readonly blob: string
  readonly text: string
  /** Absent where it lies at today's path. */
  readonly formerPath?: string
}

/** By the archive; for a device that has moved to another site since, by the state's index. */
async function lastGoodOf(
  { archive, lastGood }: CaptureInput,
  device: string,
  configuration: Configuration,
  path: string,
): Promise<LastGood | undefined> {
  const here = await archive.read(path)
  if (here) return here
  const known = lastGood[configuration].get(device)
  if (known?.path === undefined || known.path === path) return undefined
  const there = await archive.read(known.path)
  return there ? { ...there, formerPath: known.path } : undefined
}

async function keepGood(input: CaptureInput, path: string, judged: JudgedCapture, before: LastGood | undefined) {
  const { archive } = input
  const blob = await archive.store(judged.text)
  const { linesAdded, linesRemoved } = before
    ? await archive.diff(before.blob, blob)
    : { linesAdded: countLines(judged.text), linesRemoved: 0 }
  const code = before === undefined ? 'FIRST' : before.blob === blob ? 'UNCHANGED' : 'CHANGED'
  const sealed = await sealedFor(input, path, judged, code === 'UNCHANGED')
  return {
    code,
    blob,
    linesAdded,
    linesRemoved,
    ...(before?.formerPath !== undefined && { formerPath: before.formerPath }),
    ...(sealed !== undefined && { sealed }),
  } as const
}

function countLines(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/** Sealed anew when the configuration or the recipients changed; taken away when sealing was switched off. */
async function sealedFor(
  { archive, recipients }: CaptureInput,
  path: string,
  { raw }: JudgedCapture,
  isUnchanged: boolean,
): Promise<string | null | undefined> {
  const existing = await archive.read(sealedPathOf(path))
  if (!raw) return existing ? null : undefined
  if (isUnchanged && existing && sealedMark(existing.text) === recipientsMark(recipients)) return undefined
  return archive.store(await sealText(raw.reveal(), recipients))
}

async function hold(
  { archive, recipients }: CaptureInput,
  device: string,
  configuration: Configuration,
  { text, raw }: JudgedCapture,
) {
  const sealed = raw && (await sealText(raw.reveal(), recipients))
  const [blob = ''] = await archive.hold([{ device, configuration, text, ...(sealed !== undefined && { sealed }) }])
  return { code: 'CAPTURE_HELD', blob, linesAdded: 0, linesRemoved: 0 } as const
}

/** The device says in a line that there is none: that is no configuration to be kept. */
class NoConfiguration extends Error {
  readonly line: string

  constructor(line: string) {
    super(line)
    this.line = line
  }
}

function refuseShort(text: string): void {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length <= 2) throw new NoConfiguration(quoteLine(lines[0] ?? ''))
}

function notPrivileged({ device, credential }: OpenedDevice): NetlatchError {
  return new NetlatchError('COMMAND_ERROR', `${device.name}: the configuration needs privileged mode`, {
    details: { reason: `needs privileged mode: netlatch vault set ${credential.name} --enable` },
  })
}
