import type { Privilege } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import { fillTemplate, type ResultCode, resultCode } from '../result-codes.ts'
import type { DeviceRecord } from '../state/state-store.ts'
import type { DeviceTrace } from './device-trace.ts'

/**
 * What is known of a device after a run. Once it was opened, the record speaks of the login, whatever became of the work
 * after it; when it was not, the credential that opened it before stays on record beside the failure.
 */
export function deviceRecord<W>(
  before: DeviceRecord | undefined,
  result: DeviceResult,
  trace: DeviceTrace<W> | undefined,
): DeviceRecord {
  const { device, testedAt, message, code } = result
  if (!trace?.credential) {
    const nothing = { credential: null, privilege: 'unknown' as Privilege }
    return { ...nothing, ...before, device, code, message, testedAt }
  }
  const { credential, secretId, methods, privilege, platform } = trace
  const login = loginCode(privilege)
  return {
    device,
    credential: credential.name,
    credentialRev: credential.rev,
    ...(secretId !== undefined && { secretId }),
    privilege,
    code: login,
    message: `${device}: ${fillTemplate(resultCode(login).text, { credential: credential.name })}`,
    testedAt,
    openedAt: testedAt,
    ...(methods && { methods }),
    ...(platform !== undefined && { platform }),
  }
}

/** What a login is worth: logged in is not privileged. */
export function loginCode(privilege: Privilege): Extract<ResultCode, 'OPENED' | 'OPENED_UNPRIVILEGED'> {
  return privilege === 'user' ? 'OPENED_UNPRIVILEGED' : 'OPENED'
}
