import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import type { CommandAnswer } from '../session/session.ts'
import { answerRedactor } from './answer-redactor.ts'
import { openDeviceSession } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import { type PlanVisitsOptions, planVisits } from './plan-visits.ts'
import { type VisitOptions, visitDevices } from './visit-devices.ts'

export interface RunCommandsOptions
  extends RunOptions,
    Pick<PlanVisitsOptions, 'credentials' | 'includeFallback' | 'onlyOpened'>,
    Pick<VisitOptions<CommandsResult>, 'finish' | 'concurrency' | 'timeoutMs' | 'runId'> {
  /** What is asked, by platform where it differs. Each must only read, on the platform of every device. */
  readonly commands: readonly string[] | CommandsByPlatform
  readonly selection?: string
  /** Stay for the windows of the attempt budget, 40 minutes at most. @default true */
  readonly wait?: boolean
  /** For each command. @default 120_000 */
  readonly commandTimeoutMs?: number
  /**
   * Secrets of configurations in the answers become fingerprints, as in a backup: for answers that are stored, or go to a
   * language model. An answer of which that is not certain is COMMAND_ERROR. @default false: as the device shows them
   */
  readonly redact?: boolean
  /** Told the answers of a device before `redact` changes them: for what is stored by rules of its own. */
  readonly onAnswers?: (device: string, answers: readonly CommandAnswer[]) => void
}

/** The commands for a platform; none, where there is nothing to ask. */
export type CommandsByPlatform = (platform: Platform) => readonly string[]

export interface CommandsResult extends DeviceResult {
  /** What the device speaks: its platform in the inventory, or what it turned out to be. */
  readonly spokenPlatform: string

  /** One per command, in their order; secrets of the vault replaced, with `redact` those of configurations too. */
  readonly answers: readonly CommandAnswer[]
}

/**
 * Runs commands that only read. Throws USAGE, before anything is connected, for a command that a device's platform does not
 * know as read-only.
 */
export async function* runCommands(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: RunCommandsOptions,
): AsyncGenerator<CommandsResult | DeviceResult, void, undefined> {
  const { commands: asked, commandTimeoutMs, selection = 'all', wait, redact = false, onAnswers, ...run } = options
  const commandsOn = typeof asked === 'function' ? asked : () => asked
  refuseWriting(netlatch, devices, commandsOn)
  const { targets, foregone, knowledge } = await planVisits(netlatch, devices, options)
  yield* visitDevices<CommandsResult>(netlatch, targets, knowledge, {
    ...run,
    operation: 'run',
    selection,
    order: 'resolution',
    reuse: true,
    ...(wait === false && { maxWaitMs: 0 }),
    foregone,
    work: async (opened) => {
      await using session = await openDeviceSession(netlatch, opened)
      // A device that was asked what it is shows only now which commands it reads with.
      const commands = commandsOn(session.platform)
      if (commands.length === 0) throw commandError(`no commands for ${session.platform.name}`)
      for (const command of commands) refuseWritingOn(session.platform, command)
      const answers = await session.runAll(commands, {
        ...(commandTimeoutMs !== undefined && { timeoutMs: commandTimeoutMs }),
        ...(opened.ports.signal && { signal: opened.ports.signal }),
      })
      const known = answers.map((answer) => withTexts(answer, netlatch.redact))
      onAnswers?.(opened.device.name, known)
      const clean = redact ? await redacted(netlatch, opened.device.name, session.platform, known) : known
      const refused = clean.find((answer) => answer.error !== undefined)
      const { privilege } = session
      const details = { commands: commands.length === 1 ? '1 command' : `${commands.length} commands` }
      const facts = refused
        ? { code: 'COMMAND_ERROR' as const, privilege, details: { reason: `${refused.command}: ${refused.error}` } }
        : { code: 'ANSWERED' as const, privilege, details }
      return { facts, more: { answers: clean, spokenPlatform: session.platform.name } }
    },
  })
}

function withTexts(answer: CommandAnswer, change: (text: string) => string): CommandAnswer {
  const { output, error } = answer
  return { ...answer, output: change(output), ...(error !== undefined && { error: change(error) }) }
}

async function redacted(
  netlatch: Netlatch,
  device: string,
  platform: Platform,
  answers: readonly CommandAnswer[],
): Promise<readonly CommandAnswer[]> {
  const redact = await answerRedactor(netlatch, { device, platform })
  return answers.map((answer) => {
    try {
      return withTexts(answer, redact)
    } catch (error) {
      if (!(error instanceof NetlatchError) || error.code !== 'CAPTURE_HELD') throw error
      throw commandError(`${answer.command}: the answer is not shown: ${error.details.reason}`)
    }
  })
}

/** Throws USAGE for a command that a platform of these devices does not know as a reading one. */
export function refuseWriting(netlatch: Netlatch, devices: readonly Device[], commandsOn: CommandsByPlatform): void {
  const names = new Set(devices.map((device) => device.platform))
  for (const name of names) {
    const platform = netlatch.platform(name)
    // An unknown platform fails on its own devices; the others go on.
    const command = platform && commandsOn(platform).find((each) => !isReadOnly(platform, each))
    if (command !== undefined)
      throw new NetlatchError('USAGE', `${notReadOnly(command, name)} run sends only commands that read.`, {
        advice: 'netlatch help run',
      })
  }
}

function refuseWritingOn(platform: Platform, command: string): void {
  if (isReadOnly(platform, command)) return
  throw commandError(notReadOnly(command, platform.name))
}

function commandError(reason: string): NetlatchError {
  return new NetlatchError('COMMAND_ERROR', reason, { details: { reason } })
}

function notReadOnly(command: string, platform: string): string {
  return `"${command}" is not read-only on ${platform}.`
}
