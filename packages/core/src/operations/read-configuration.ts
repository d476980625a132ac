import type { Configuration } from '../backup/archive.ts'
import { captureCommands } from '../backup/capture-commands.ts'
import { judgeCapture } from '../backup/judge-capture.ts'
import { NetlatchError } from '../errors.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import { openDeviceSession, raisePrivilege } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import { planVisits } from './plan-visits.ts'
import { findDevice } from './select-targets.ts'
import { type OpenedDevice, type VisitOptions, visitDevices } from './visit-devices.ts'

export interface ReadConfigurationOptions extends RunOptions, Pick<VisitOptions<DeviceResult>, 'timeoutMs'> {
  /** @default ['running'] */
  readonly configurations?: readonly Configuration[]
}

export interface ConfigurationText {
  readonly configuration: Configuration
  /** As a backup would store it: normalised, secrets replaced by their fingerprints. */
  readonly text: string
  /** Why a backup of it would be held; empty when it is whole. */
  readonly because: string
}

export interface ConfigurationResult extends DeviceResult {
  readonly configurations: readonly ConfigurationText[]
}

/**
 * Reads configurations of a device as they are now, to be compared; stores nothing. In one session. COMMAND_ERROR where the
 * platform has no startup-configuration.
 */
export async function readConfiguration(
  netlatch: Netlatch,
  name: string,
  options: ReadConfigurationOptions = {},
): Promise<ConfigurationResult | DeviceResult> {
  const { configurations = ['running'], ...run } = options
  const device = findDevice(netlatch, name)
  const { targets, foregone, knowledge } = await planVisits(netlatch, [device], {})
  const visits = visitDevices<ConfigurationResult>(netlatch, targets, knowledge, {
    ...run,
    operation: 'run',
    selection: `name:${name}`,
    order: 'resolution',
    reuse: true,
    foregone,
    maxWaitMs: 0,
    work: async (opened) => {
      await using session = await openDeviceSession(netlatch, opened)
      const texts: ConfigurationText[] = []
      for (const configuration of configurations) texts.push(await read(netlatch, opened, session, configuration))
      const { privilege } = session
      const details = { commands: `${configurations.join(' and ')} configuration` }
      return { facts: { code: 'ANSWERED', privilege, details }, more: { configurations: texts } }
    },
  })
  const results = await Array.fromAsync(visits)
  return results[0] as ConfigurationResult | DeviceResult
}

async function read(
  netlatch: Netlatch,
  opened: OpenedDevice,
  session: Awaited<ReturnType<typeof openDeviceSession>>,
  configuration: Configuration,
): Promise<ConfigurationText> {
  const { device, ports } = opened
  const { platform } = session
  const how = platform.configurations[configuration]
  if (!how) throw refused(device.name, `${platform.title} has no ${configuration} configuration`)
  if (how.privileged) await raisePrivilege(netlatch, opened, session)
  if (how.privileged && session.privilege === 'user')
    throw refused(device.name, `needs privileged mode: netlatch vault set ${opened.credential.name} --enable`)
  const answers = await session.runAll(captureCommands(how), ports.signal ? { signal: ports.signal } : {})
  const { text, because } = judgeCapture({
    // Who it is, a backup has to know; a person who asked for this device sees what it shows.
    device: { name: device.name },
    platform,
    configuration,
    answers,
    session: {},
    redactionKey: ports.vault.redactionKey,
    redact: netlatch.redact,
  })
  return { configuration, text, because }
}

function refused(device: string, reason: string): NetlatchError {
  return new NetlatchError('COMMAND_ERROR', `${device}: ${reason}`, { details: { reason } })
}
