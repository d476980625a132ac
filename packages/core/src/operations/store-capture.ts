import type { Archive, Configuration } from '../backup/archive.ts'
import { archivePath, sealedPathOf } from '../backup/archive-path.ts'
import type { CapturedAnswer } from '../backup/configuration-text.ts'
import { type JudgedCapture, judgeCapture } from '../backup/judge-capture.ts'
import { quoteLine } from '../backup/reason-text.ts'
import type { StoredCapture } from '../backup/stored-capture.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import type { SnapshotRecord, StateStore } from '../state/state-store.ts'
import { recipientsMark, sealedMark, sealText } from '../vault/age-sealed-text.ts'
import type { RedactionMode } from '../workspace/redaction-modes.ts'
import type { Netlatch } from './netlatch.ts'
import type { TurnByTurn } from './turn-by-turn.ts'

/** What a run captures with. */
export interface CaptureInput {
  readonly state: StateStore
  /** Of the run. */
  readonly startedAt: Date
  readonly archive: Archive
  readonly acceptShrink: boolean
  /** Where captures have their turns to be judged. */
  readonly judging: TurnByTurn
  readonly startup: boolean
  readonly redaction: RedactionMode
  /** Of the vault; who can open sealed configurations. */
  readonly recipients: readonly string[]
  /** Of each device, before this run. */
  readonly lastGood: Readonly<Record<Configuration, ReadonlyMap<string, SnapshotRecord>>>
  /** Notes a capture, durably. */
  readonly keep: (capture: StoredCapture) => Promise<void>
}

/** What a device gave when it was asked for a configuration. */
export interface Answered {
  readonly device: Device
  readonly platform: Platform
  /** By its prompt. */
  readonly hostname?: string
  readonly configuration: Configuration
  readonly answers: readonly CapturedAnswer[]
  readonly redactionKey: Uint8Array
  readonly capturedAt: Date
}

/**
 * Judges what a device answered, stores it as a backup or as held, and notes it. `running`: the running configuration, not held, of
 * which a startup-config may be the copy. Throws NoConfiguration, and CAPTURE_HELD when its secrets cannot be replaced.
 */
export async function storeCapture(
  netlatch: Netlatch,
  input: CaptureInput,
  answered: Answered,
  running?: StoredCapture,
): Promise<StoredCapture> {
  const { state } = input
  const { device, platform, hostname, configuration, answers, redactionKey, capturedAt } = answered
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
  const judge = () =>
    judgeCapture({
      device,
      platform,
      configuration,
      answers,
      session: { ...(hostname !== undefined && { hostname }) },
      ...(before && { lastGood: before.text, mayVouch }),
      ...(lastHeld && { lastHeld }),
      redaction: input.redaction,
      redactionKey,
      redact: netlatch.redact,
      acceptShrink: input.acceptShrink,
    })
  const judged = await input.judging.run(judge)
  if (configuration === 'startup' && judged.verdict === 'held') refuseShort(judged.text)
  const { bytes, sections, sha256, verdict, because } = judged
  const common = {
    device: device.name,
    configuration,
    capturedAt,
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
export class NoConfiguration extends Error {
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
