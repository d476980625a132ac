import type { Configuration } from '../backup/archive.ts'
import type { CaptureVerdict } from '../backup/judge-capture.ts'
import type { StoredCapture } from '../backup/stored-capture.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import { captureDevice, type DeviceCaptures, type StartupOutcome } from './capture-device.ts'
import type { Netlatch } from './netlatch.ts'
import type { DiscoveryOptions } from './plan-discovery.ts'
import { planVisits } from './plan-visits.ts'
import { commitCaptures, indexCaptures } from './record-captures.ts'
import { recoverBackups } from './recover-backups.ts'
import { redactionNotice } from './redaction-notice.ts'
import type { CaptureInput } from './store-capture.ts'
import { TurnByTurn } from './turn-by-turn.ts'
import { type VisitOptions, visitDevices, type Worked, type WorkFacts } from './visit-devices.ts'

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
  /** What is `unproven` is stored like what is good. */
  readonly verdict: CaptureVerdict
  /** Why it is not called good: `nothing in it marks its end`. */
  readonly unproven?: string
  /** In the archive. */
  readonly path: string
  readonly bytes: number
  readonly linesAdded: number
  readonly linesRemoved: number
  /** The commit that holds it; null when nothing changed or it was held. */
  readonly commit: string | null
  /** Absent where the platform has no startup-config, or none is wanted. */
  readonly startup?: StartupOutcome
}

/**
 * Saves the running configuration of each device into the archive, and the startup-config where there is one, in one commit. A
 * capture that is not whole, not of the device or suspiciously small is held: the last good one stays. A result is given only
 * when what it says is on the disk, so all come at the end; `onProgress` tells them as the devices are done. Stopped early, it
 * commits what it has; killed, the next run commits what it had noted. Throws INPUT_INVALID when configurations shall be sealed and
 * the vault has no recipient with an age key.
 */
export async function* backupConfigs(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: BackupOptions = {},
): AsyncGenerator<BackupResult | DeviceResult, void, undefined> {
  const { selection = 'all', acceptShrink = false, wait, ...run } = options
  const { startup = true, redaction = 'fingerprint' } = netlatch.workspace.settings.backups
  const recipients = redaction === 'sealed' ? ageRecipients(netlatch) : []
  const state = await netlatch.state()
  const archive = await netlatch.archive()
  for (const recovered of await recoverBackups(netlatch)) options.onProgress?.({ type: 'recovered', ...recovered })
  const notice = redactionNotice(await archive.lastRedaction(), redaction)
  if (notice !== '') options.onProgress?.({ type: 'notice', text: notice })
  const { targets, foregone, knowledge } = await planVisits(netlatch, devices, options)
  const runId = await state.startRun({ operation: 'backup', selection, devices: devices.length })
  const journal = await archive.startJournal({ runId, devices: devices.length, redaction })
  const captures: StoredCapture[] = []
  const input: CaptureInput = {
    state,
    startedAt: netlatch.now(),
    archive,
    acceptShrink,
    judging: new TurnByTurn(),
    startup,
    redaction,
    recipients,
    lastGood: { running: await state.lastSnapshots('running'), startup: await state.lastSnapshots('startup') },
    keep: async (capture) => {
      captures.push(capture)
      await journal.add(capture)
    },
  }
  const results: (BackupResult | DeviceResult)[] = []
  let commit: string | null = null
  try {
    const visits = visitDevices<BackupResult>(netlatch, targets, knowledge, {
      ...run,
      operation: 'backup',
      selection,
      order: 'resolution',
      reuse: true,
      ...(wait === false && { maxWaitMs: 0 }),
      foregone,
      runId,
      work: async (opened) => {
        const judge = await captureDevice(netlatch, input, opened)
        return async () => asWorked(await judge())
      },
    })
    for await (const result of visits) results.push(result)
  } finally {
    // What cannot be committed now stays in the journal.
    using _ = journal
    commit = await commitCaptures(archive, { runId, devices: devices.length, captures, redaction })
    await indexCaptures({ state, archive, runId, commit }, captures)
    await Promise.all(results.map((result) => state.saveResult(runId, result)))
    await state.finishRun(runId, { commit, devices: results.length })
    await journal.close()
  }
  for (const result of results) yield withCommit(result, commit)
  if (commit !== null) await archive.maintain()
}

function ageRecipients({ vaultFile, workspace }: Netlatch): readonly string[] {
  const recipients = vaultFile?.recipients.flatMap((each) => ('age' in each ? [each.age] : [])) ?? []
  if (recipients.length > 0) return recipients
  const file = workspace.file ?? 'netlatch.yaml'
  throw new NetlatchError(
    'INPUT_INVALID',
    `${file}: redaction: sealed, and no recipient of the vault has an age key.`,
    {
      advice: 'netlatch vault recipients add <name> <age1…>, or redaction: fingerprint',
    },
  )
}

function asWorked({ privilege, running, startup }: DeviceCaptures): Worked<BackupResult> {
  const { configuration, code, because, unproven, path, bytes, linesAdded, linesRemoved } = running
  const details: WorkFacts['details'] =
    code === 'CAPTURE_HELD'
      ? { reason: because }
      : { added: linesAdded, removed: linesRemoved, ...(unproven !== undefined && { unproven }) }
  const verdict = code === 'CAPTURE_HELD' ? 'held' : unproven === undefined ? 'good' : 'unproven'
  return {
    facts: { code, privilege, details },
    more: {
      configuration,
      verdict,
      ...(unproven !== undefined && { unproven }),
      path,
      bytes,
      linesAdded,
      linesRemoved,
      commit: null,
      ...(startup && { startup }),
    },
  }
}

function withCommit(result: BackupResult | DeviceResult, commit: string | null): BackupResult | DeviceResult {
  if (!('verdict' in result)) return result
  return { ...result, commit: result.code === 'CHANGED' || result.code === 'FIRST' ? commit : null }
}
