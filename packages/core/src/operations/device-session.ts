import { NetlatchError } from '../errors.ts'
import type { AttemptOutcome } from '../model.ts'
import { anyPlatformOf } from '../platforms/any-platform.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Refused } from '../safety/attempt.ts'
import type { Secret } from '../secret.ts'
import { openSession, terminalSize } from '../session/open-session.ts'
import type { EnableAnswer, Session } from '../session/session.ts'
import { detectPlatform } from './detect-platform.ts'
import { leftoverFacts } from './leftover-facts.ts'
import type { Netlatch } from './netlatch.ts'
import { attemptOn } from './open-device.ts'
import type { OpenedDevice } from './visit-devices.ts'

/**
 * Opens a shell on a logged-in device and waits for its prompt. A device whose platform is `autodetect` is asked what it is,
 * once: the answer is remembered. Throws PLATFORM_UNKNOWN, PROMPT_NOT_FOUND, SESSION_LOST.
 */
export async function openDeviceSession(
  netlatch: Netlatch,
  { device, connection, ports, notes }: OpenedDevice,
): Promise<Session> {
  const name = device.platform === 'autodetect' ? notes.platform : device.platform
  const platform = name === undefined ? anyPlatformOf(netlatch.platforms.all) : platformOf(netlatch, name)
  const abortable = ports.signal ? { signal: ports.signal } : {}
  const shell = await connection.shell(terminalSize, abortable)
  const session = await openSession(shell, platform, { promptTimeoutMs: ports.timeoutMs, ...abortable })
  if (name !== undefined) return session
  try {
    const detected = await detectPlatform(session, netlatch.platforms.all, abortable)
    notes.platform = detected.platform.name
    return detected
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
}

export function platformOf(netlatch: Netlatch, name: string): Platform {
  const platform = netlatch.platform(name)
  if (platform) return platform
  throw new NetlatchError('PLATFORM_UNKNOWN', `platform ${name} is not one that Netlatch knows`)
}

const outcomes: Readonly<Record<EnableAnswer, AttemptOutcome>> = {
  privileged: 'ok',
  refused: 'rejected',
  unclear: 'unclear',
  unsent: 'unsent',
}

/**
 * Raises the privilege where the prompt is not privileged, with the credential's enable secret and a reservation of its own:
 * a wrong one counts against the account like a wrong password. Without an enable secret the device is asked all the same
 * (EOS wants none by default); one that wants a secret is left. Throws ENABLE_REJECTED when the device refuses it or did so
 * before, and what the attempt budget says when that holds it back.
 */
export async function raisePrivilege(netlatch: Netlatch, opened: OpenedDevice, session: Session): Promise<void> {
  opened.notes.sawPrivilege(session.privilege)
  if (session.privilege !== 'user' || !session.platform.enable) return
  const { device, credential, ports } = opened
  await ports.vault.use(
    credential,
    device,
    async ({ enable }) => {
      if (enable) await sendEnable(netlatch, opened, session, enable)
      else await session.enable(undefined, abortable(ports))
    },
    connectedTo(opened),
  )
  opened.notes.sawPrivilege(session.privilege)
}

async function sendEnable(netlatch: Netlatch, opened: OpenedDevice, session: Session, enable: Secret): Promise<void> {
  const { device, credential, ports, notes } = opened
  const secretId = ports.vault.secretId(credential.username, { enable }, 'enable')
  const verdict = await ports.reserve({ ...attemptOn(device, credential, 'enable', ports), secretId })
  if (!verdict.granted) throw heldBack(opened, verdict, netlatch.now())
  const at = netlatch.now()
  const started = performance.now()
  const sendBefore = performance.now() + verdict.grant.validForMs
  let answer: EnableAnswer = 'unclear'
  try {
    answer = await session.enable(enable, { sendBefore, ...abortable(ports) })
  } finally {
    const outcome = outcomes[answer]
    await ports.finish(verdict.grant, outcome)
    const { name, username } = credential
    const durationMs = Math.round(performance.now() - started)
    if (outcome !== 'unsent')
      notes.attempted({ credential: name, username, purpose: 'enable', outcome, at, durationMs })
  }
  if (answer === 'refused' || answer === 'unclear')
    throw new NetlatchError('ENABLE_REJECTED', `${credential.name} opens it; its enable secret was refused`, {
      details: { device: device.name, credential: credential.name },
    })
}

function heldBack({ device, credential }: OpenedDevice, verdict: Refused, now: Date): NetlatchError {
  const { reason, retryAt } = verdict
  const leftover = { device, credential, reason, ...(retryAt && { retryAt: retryAt.getTime() }) }
  const { code, details = {} } = leftoverFacts(leftover, now, { failed: { code: 'ENABLE_REJECTED' } })
  return new NetlatchError(code, `${device.name}: the enable secret of ${credential.name} was not sent (${reason})`, {
    details,
  })
}

function abortable({ signal }: OpenedDevice['ports']): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {}
}

function connectedTo({ device, connection, ports }: OpenedDevice) {
  return {
    ...(device.jumpHost === undefined && { address: connection.address }),
    ...(ports.signal && { signal: ports.signal }),
  }
}
