import { captureCommands } from '../backup/capture-commands.ts'
import { secretPlaces } from '../backup/secret-places.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import { outputFileName, type SessionCase, sessionFileName } from '../platforms/session-case.ts'
import { sessionCaseYaml } from '../platforms/session-case-yaml.ts'
import type { DeviceResult, RunOptions } from '../progress.ts'
import type { CommandAnswer, Session } from '../session/session.ts'
import { openDeviceSession, raisePrivilege } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import { planVisits } from './plan-visits.ts'
import { type SecretRemover, secretRemover } from './remove-secrets.ts'
import { replaySession } from './replay-session.ts'
import { SessionTape, type TapeStep } from './session-tape.ts'
import { type OpenedDevice, visitDevices } from './visit-devices.ts'

export interface RecordOptions extends Pick<RunOptions, 'signal'> {
  /** Reading ones. @default what a backup of the running-configuration sends */
  readonly commands?: readonly string[]
  /** From connecting to the end of the login. @default 60_000 */
  readonly timeoutMs?: number
}

export interface RecordedSession extends DeviceResult {
  /** As it turned out to be. */
  readonly recordedAs: string
  /** The files of the case, without secrets. */
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** How many secrets were replaced. */
  readonly removed: number
  /** What a person should look at before it is given away. */
  readonly look: readonly string[]
  /** What did not come out as recorded when it was replayed; none: it passed. */
  readonly findings: readonly string[]
}

/**
 * Logs in as any other command does, sends reading commands, and makes a session case of what passed. Writes nothing. Throws
 * USAGE for a command that its platform does not call reading.
 */
export async function recordSession(
  netlatch: Netlatch,
  device: Device,
  { commands, ...options }: RecordOptions = {},
): Promise<RecordedSession | DeviceResult> {
  const platform = netlatch.platform(device.platform)
  for (const command of platform ? (commands ?? []) : []) refuseWriting(platform as Platform, command)
  const { targets, foregone, knowledge } = await planVisits(netlatch, [device], {})
  const visits = visitDevices<RecordedSession>(netlatch, targets, knowledge, {
    ...options,
    operation: 'run',
    selection: device.name,
    order: 'resolution',
    reuse: true,
    maxWaitMs: 0,
    foregone,
    work: async (opened) => {
      const { privilege, ...more } = await record(netlatch, opened, commands)
      const details = { commands: `${more.files.length} files` }
      return { facts: { code: 'ANSWERED', privilege, details }, more }
    },
  })
  const [result] = await Array.fromAsync(visits)
  if (!result) throw new TypeError(`no result for ${device.name}`)
  return result
}

async function record(netlatch: Netlatch, opened: OpenedDevice, given: readonly string[] | undefined) {
  const tape = new SessionTape()
  const onTape = { ...opened, connection: tape.over(opened.connection) }
  await using session = await openDeviceSession(netlatch, onTape)
  const { platform } = session
  const { running } = platform.configurations
  const before = tape.steps.length
  if (running.privileged) await raisePrivilege(netlatch, onTape, session)
  // An enable secret is never on the tape, and neither are the questions of autodetect.
  if (tape.steps.length > before || opened.device.platform === 'autodetect') tape.restart(session.prompt)
  const commands = given ?? captureCommands(running)
  for (const command of commands) refuseWriting(platform, command, 'COMMAND_ERROR')
  const signal = opened.ports.signal
  const answers = await session.runAll(commands, { ...(signal && { signal }) })
  const remover = secretRemover(
    platform,
    answers.map(({ output }) => output),
    netlatch.redact,
  )
  const recorded = withoutSecrets(session, tape.steps, answers, remover)
  const findings = await replaySession(platform, recorded)
  return {
    privilege: session.privilege,
    recordedAs: platform.name,
    files: [
      { name: sessionFileName, text: sessionCaseYaml(recorded) },
      { name: outputFileName, text: recorded.output },
    ],
    removed: remover.replacements.length,
    look: lookAt(recorded, opened.credential.username),
    findings,
  }
}

function withoutSecrets(
  { platform, prompt, hostname, privilege }: Session,
  steps: readonly TapeStep[],
  answers: readonly CommandAnswer[],
  { remove, replacements, holdsSecret }: SecretRemover,
): SessionCase {
  const script = steps.map(({ sent, shows }, index) => ({
    ...(sent !== undefined && { sent: remove(sent) }),
    shows: remove(shows),
    repeats: index === steps.length - 1 && sent?.trim() === '',
  }))
  const witness = platform.configurations.running.witness?.command
  const own = answers.filter(({ command }) => command !== witness)
  const output = remove(own.map((answer) => answer.output).join(''))
  if (script.some(({ shows, sent = '' }) => holdsSecret(shows) || holdsSecret(sent)) || holdsSecret(output))
    throw new NetlatchError('COMMAND_ERROR', 'a secret could not be taken out of what the terminal showed', {
      details: { reason: 'a secret could not be taken out of what the terminal showed; nothing was written' },
      advice: 'switch its pager off under on_open:, so that no line is broken',
    })
  const gone = hiddenWords(platform, output, replacements)
  return {
    about: 'Say here what is special about it.',
    recorded: true,
    platform: platform.name,
    prompt: remove(prompt),
    ...(hostname !== undefined && { hostname: remove(hostname) }),
    privilege,
    script,
    commands: answers.map(({ command }) => remove(command)),
    ...(gone.length > 0 && { hidden: [...gone] }),
    output,
  }
}

/** The replacements that stand where the platform's own patterns see a secret, and nowhere else. */
function hiddenWords(platform: Platform, output: string, replacements: readonly string[]): readonly string[] {
  const rest = secretPlaces(platform, output).reduceRight(
    (text, [start, end]) => text.slice(0, start) + text.slice(end),
    output,
  )
  return replacements.filter((word) => output.includes(word) && !rest.includes(word))
}

function lookAt({ hostname, script }: SessionCase, username: string): readonly string[] {
  const text = script.map(({ shows }) => shows).join('')
  const addresses = new Set(text.match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g) ?? []).size
  return [
    ...(hostname === undefined ? [] : [`the hostname ${hostname}`]),
    ...(text.includes(username) ? [`the username ${username}`] : []),
    ...(addresses > 0 ? [`${addresses} IPv4 ${addresses === 1 ? 'address' : 'addresses'}`] : []),
    'names of people, sites and customers in descriptions and banners',
    'serial numbers, certificates and anything that no pattern knows to be secret',
  ]
}

function refuseWriting(platform: Platform, command: string, code: 'USAGE' | 'COMMAND_ERROR' = 'USAGE'): void {
  if (isReadOnly(platform, command)) return
  const reason = `"${command}" is not read-only on ${platform.name}.`
  throw new NetlatchError(code, reason, { details: { reason }, advice: `netlatch platforms show ${platform.name}` })
}
