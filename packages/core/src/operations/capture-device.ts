import type { Configuration } from '../backup/archive.ts'
import { captureCommands } from '../backup/capture-commands.ts'
import { endsWhole } from '../backup/completeness.ts'
import type { StoredCapture } from '../backup/stored-capture.ts'
import { failureCode } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { Privilege } from '../model.ts'
import type { Session } from '../session/session.ts'
import { openDeviceSession, raisePrivilege } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import { type Answered, type CaptureInput, NoConfiguration, storeCapture } from './store-capture.ts'
import type { OpenedDevice } from './visit-devices.ts'

/** What came of the startup-config beside the running one: it never decides the device's result. */
export type StartupOutcome =
  | { readonly verdict: 'good' | 'unproven' | 'held' | 'failed'; readonly because: string }
  | { readonly verdict: 'absent'; readonly because: string }

export interface DeviceCaptures {
  readonly privilege: Privilege
  readonly running: StoredCapture
  readonly startup?: StartupOutcome
}

/**
 * Asks an open device for its running configuration, and for its startup-config where the platform has one. What it answered is
 * judged and stored by the function that this gives, for which the device is not needed; a running configuration already while
 * the device is asked for the other. Both throw what ends the device's running capture.
 */
export async function captureDevice(
  netlatch: Netlatch,
  input: CaptureInput,
  opened: OpenedDevice,
): Promise<() => Promise<DeviceCaptures>> {
  await using session = await openDeviceSession(netlatch, opened)
  const { configurations } = session.platform
  if (configurations.running.privileged) await raisePrivilege(netlatch, opened, session)
  if (configurations.running.privileged && session.privilege === 'user') throw notPrivileged(opened)
  const answered = await ask(netlatch, opened, session, 'running')
  const { privilege } = session
  const isRefused = answered.answers.some(({ error }) => error !== undefined)
  if (!input.startup || configurations.startup === undefined || isRefused)
    return async () => ({ privilege, running: await storeCapture(netlatch, input, answered) })
  const storing = storeCapture(netlatch, input, answered)
  // Heard below, however long the device takes.
  storing.catch(() => undefined)
  // Whatever becomes of it leaves the running configuration alone.
  const [startup] = await Promise.allSettled([ask(netlatch, opened, session, 'startup')])
  return async () => {
    const running = await storing
    if (running.code === 'CAPTURE_HELD') return { privilege, running }
    return { privilege, running, startup: await storeStartup(netlatch, input, { opened, startup, running }) }
  }
}

async function ask(
  netlatch: Netlatch,
  { device, ports }: OpenedDevice,
  session: Session,
  configuration: Configuration,
): Promise<Answered> {
  const { platform } = session
  const how = platform.configurations[configuration]
  if (!how) throw new TypeError(`${platform.name} has no ${configuration} configuration`)
  const commands = captureCommands(how, device.expect?.serial === undefined ? undefined : platform.serial)
  const answers = await session.runAll(commands, {
    isComplete: (output) => commands.length === how.commands.length && endsWhole(how, output),
    ...(ports.signal && { signal: ports.signal }),
  })
  // The prompt is learned from the echo of the first command: before, a line of a banner may pass for it.
  const { hostname } = session
  const { redactionKey } = ports.vault
  return {
    device,
    platform,
    ...(hostname !== undefined && { hostname }),
    configuration,
    answers,
    redactionKey,
    capturedAt: netlatch.now(),
  }
}

interface AskedForStartup {
  readonly opened: OpenedDevice
  readonly startup: PromiseSettledResult<Answered>
  /** Saved by now, and not held. */
  readonly running: StoredCapture
}

async function storeStartup(
  netlatch: Netlatch,
  input: CaptureInput,
  { opened, startup, running }: AskedForStartup,
): Promise<StartupOutcome> {
  try {
    if (startup.status === 'rejected') throw startup.reason
    const found = await storeCapture(netlatch, input, startup.value, running)
    if (found.unproven !== undefined) return { verdict: 'unproven', because: found.unproven }
    return { verdict: found.code === 'CAPTURE_HELD' ? 'held' : 'good', because: found.because }
  } catch (error) {
    opened.ports.signal?.throwIfAborted()
    if (error instanceof NoConfiguration) return { verdict: 'absent', because: error.line }
    return { verdict: 'failed', because: failureCode(error).error.message }
  }
}

function notPrivileged({ device, credential }: OpenedDevice): NetlatchError {
  return new NetlatchError('COMMAND_ERROR', `${device.name}: the configuration needs privileged mode`, {
    details: { reason: `needs privileged mode: netlatch vault set ${credential.name} --enable` },
  })
}
