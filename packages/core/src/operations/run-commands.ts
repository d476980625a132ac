import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import type { CommandAnswer } from '../session/session.ts'
import { openDeviceSession } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import type { DiscoveryOptions } from './plan-discovery.ts'
import { planVisits } from './plan-visits.ts'
import { type VisitOptions, visitDevices } from './visit-devices.ts'

export interface RunCommandsOptions
  extends RunOptions,
    Pick<DiscoveryOptions, 'credentials' | 'includeFallback'>,
    Pick<VisitOptions<CommandsResult>, 'finish' | 'concurrency' | 'timeoutMs'> {
  /** Each must only read, on the platform of every device. */
  readonly commands: readonly string[]
  readonly selection?: string
  /** Stay for the windows of the attempt budget, 40 minutes at most. @default true */
  readonly wait?: boolean
  /** For each command. @default 120_000 */
  readonly commandTimeoutMs?: number
}

export interface CommandsResult extends DeviceResult {
  /** One per command, in their order; secrets of the vault replaced. */
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
  const { commands, commandTimeoutMs, selection = 'all', wait, ...run } = options
  for (const command of commands) refuseWriting(netlatch, devices, command)
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
      for (const command of commands) refuseWritingOn(session.platform, command)
      const answers = await session.runAll(commands, {
        ...(commandTimeoutMs !== undefined && { timeoutMs: commandTimeoutMs }),
        ...(opened.ports.signal && { signal: opened.ports.signal }),
      })
      const clean = answers.map((answer) => redacted(netlatch, answer))
      const refused = clean.find((answer) => answer.error !== undefined)
      const { privilege } = session
      const details = { commands: commands.length === 1 ? '1 command' : `${commands.length} commands` }
      const facts = refused
        ? { code: 'COMMAND_ERROR' as const, privilege, details: { reason: `${refused.command}: ${refused.error}` } }
        : { code: 'ANSWERED' as const, privilege, details }
      return { facts, more: { answers: clean } }
    },
  })
}

function redacted(netlatch: Netlatch, answer: CommandAnswer): CommandAnswer {
  const { error } = answer
  return {
    ...answer,
    output: netlatch.redact(answer.output),
    ...(error !== undefined && { error: netlatch.redact(error) }),
  }
}

function refuseWriting(netlatch: Netlatch, devices: readonly Device[], command: string): void {
  const names = new Set(devices.map((device) => device.platform))
  for (const name of names) {
    const platform = netlatch.platform(name)
    // An unknown platform fails on its own devices; the others go on.
    if (platform && !isReadOnly(platform, command))
      throw new NetlatchError('USAGE', `${notReadOnly(command, name)} run sends only commands that read.`, {
        advice: 'netlatch help run',
      })
  }
}

function refuseWritingOn(platform: Platform, command: string): void {
  if (isReadOnly(platform, command)) return
  const reason = notReadOnly(command, platform.name)
  throw new NetlatchError('COMMAND_ERROR', reason, { details: { reason } })
}

function notReadOnly(command: string, platform: string): string {
  return `"${command}" is not read-only on ${platform}.`
}
