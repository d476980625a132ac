import { NetlatchError } from '../errors.ts'
import type { AttemptOutcome } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Secret } from '../secret.ts'
import { openSession, terminalSize } from '../session/open-session.ts'
import type { EnableAnswer, Session } from '../session/session.ts'
import type { Netlatch } from './netlatch.ts'
import { attemptOn } from './open-device.ts'
import type { OpenedDevice } from './visit-devices.ts'

/** Opens a shell on a logged-in device and waits for its prompt. Throws PLATFORM_UNKNOWN, PROMPT_NOT_FOUND, SESSION_LOST. */
export async function openDeviceSession(
  netlatch: Netlatch,
  { device, connection, ports }: OpenedDevice,
): Promise<Session> {
  const platform = platformOf(netlatch, device.platform)
  const abortable = ports.signal ? { signal: ports.signal } : {}
  const shell = await connection.shell(terminalSize, abortable)
  return openSession(shell, platform, { promptTimeoutMs: ports.timeoutMs, ...abortable })
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
 * a wrong one counts against the account like a wrong password. Without an enable secret nothing is sent. Throws
 * ENABLE_REJECTED when the device refuses it, DEFERRED when the attempt budget holds it back.
 */
export async function raisePrivilege(opened: OpenedDevice, session: Session): Promise<void> {
  if (session.privilege !== 'user' || !session.platform.enable) return
  const { device, credential, ports } = opened
  await ports.vault.use(
    credential,
    device,
    async ({ enable }) => {
      if (!enable) return
      const secretId = ports.vault.secretId(credential.username, { enable }, 'enable')
      const asked = performance.now()
      const verdict = await ports.reserve({ ...attemptOn(device, credential, 'enable', ports), secretId })
      if (!verdict.granted)
        throw new NetlatchError('DEFERRED', `${device.name}: the attempt budget holds the enable secret back`, {
          details: { credential: credential.name, until: 'the account is free' },
        })
      let answer: EnableAnswer = 'unclear'
      try {
        answer = await send(session, enable, asked + verdict.grant.validForMs, ports.signal)
      } finally {
        await ports.finish(verdict.grant, outcomes[answer])
      }
      if (answer === 'refused' || answer === 'unclear')
        throw new NetlatchError('ENABLE_REJECTED', `${credential.name} opens it; its enable secret was refused`, {
          details: { credential: credential.name },
        })
    },
    connectedTo(opened),
  )
}

function send(
  session: Session,
  enable: Secret,
  sendBefore: number,
  signal: AbortSignal | undefined,
): Promise<EnableAnswer> {
  return session.enable(enable, { sendBefore, ...(signal && { signal }) })
}

function connectedTo({ device, connection, ports }: OpenedDevice) {
  return {
    ...(device.jumpHost === undefined && { address: connection.address }),
    ...(ports.signal && { signal: ports.signal }),
  }
}
