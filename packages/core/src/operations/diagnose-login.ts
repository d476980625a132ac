import { failureCode } from '../device-result.ts'
import type { Credential } from '../model.ts'
import { onDevice } from '../safety/realms.ts'
import { openDeviceSession } from './device-session.ts'
import { DeviceTrace } from './device-trace.ts'
import type { Examination } from './diagnose-device.ts'
import type { SentLogin } from './diagnosis.ts'
import { leftoverFacts } from './leftover-facts.ts'
import { attemptOn, type OpenPorts, type OpenResult, openDevice } from './open-device.ts'

/** The login and what follows; nothing is sent unless the credential is proven or a try was asked for. */
export async function diagnoseLogin(examination: Examination): Promise<readonly SentLogin[]> {
  const { device, sheet, names, choice, options, ports } = examination
  if (!choice.credential) {
    sheet.fail('login', choice.facts)
    return []
  }
  const { credential, isProven } = choice
  const called = names.credential(credential.name)
  if (!ports) {
    sheet.stop('login', 'the vault is locked', 'unlock the vault, or give its passphrase with --passphrase')
    return []
  }
  if (!isProven && !options.login) {
    const account = accountText(examination, credential, ports)
    sheet.stop(
      'login',
      `${called} has not opened it with its present secret`,
      `add --login to spend 1 try (${account})`,
    )
    return []
  }
  const attempt = { ...attemptOn(device, credential, 'login', ports), namedByTag: choice.namedByTag }
  const opened = await openDevice(examination.netlatch, { device, credential, attempt }, ports)
  const durationMs = opened.phases.authentication ?? opened.attempts.at(-1)?.durationMs
  const time = durationMs === undefined ? {} : { durationMs }
  if (opened.kind === 'opened') {
    sheet.ok('login', called, time)
    if (examination.kind === 'device') await examineSession(examination, credential, ports, opened)
    else await opened.connection[Symbol.asyncDispose]()
  } else sheet.fail('login', { ...failureOf(examination, credential, opened), ...time })
  return opened.attempts.map((each) => ({ to: names.subject, credential: each.credential, outcome: each.outcome }))
}

function failureOf(
  { device, netlatch }: Examination,
  credential: Credential,
  opened: Exclude<OpenResult, { readonly kind: 'opened' }>,
) {
  const details = { credential: credential.name }
  if (opened.kind === 'unusable')
    return { code: opened.code, details: { ...details, ...opened.error.details }, message: opened.error.message }
  if (opened.kind === 'failed')
    return {
      code: opened.code,
      details: { ...details, ...(opened.reason !== undefined && { reason: opened.reason }) },
      ...(opened.reason !== undefined && { message: opened.reason }),
    }
  const { reason, retryAt } = opened.verdict
  const leftover = { device, credential, reason, ...(retryAt && { retryAt: retryAt.getTime() }) }
  const facts = leftoverFacts(leftover, netlatch.now())
  return { code: facts.code, details: { ...details, ...facts.details }, message: `the attempt budget says ${reason}` }
}

async function examineSession(
  { netlatch, device, sheet, names, options }: Examination,
  credential: Credential,
  ports: OpenPorts,
  opened: OpenResult & { readonly kind: 'opened' },
): Promise<void> {
  await using connection = opened.connection
  const started = performance.now()
  try {
    const notes = new DeviceTrace<never>(undefined)
    await using session = await openDeviceSession(netlatch, { device, credential, connection, ports, notes })
    const durationMs = performance.now() - started
    sheet.ok('prompt', names.isAnonymous ? 'found' : netlatch.redact(session.prompt), { durationMs })
    const { privilege, platform } = session
    const canRaise = ports.vault.sealedSecretIds(credential.name, 'enable').length > 0
    if (privilege === 'unknown') sheet.ok('privilege', 'the prompt does not tell')
    else if (privilege === 'privileged') sheet.ok('privilege', privilege)
    else if (!platform.enable || canRaise)
      sheet.ok('privilege', canRaise ? 'user; its enable secret was not needed for this' : 'user')
    else
      sheet.stop(
        'privilege',
        'user, and the credential has no enable secret',
        `netlatch vault set ${names.credential(credential.name)} --enable`,
      )
  } catch (thrown) {
    options.signal?.throwIfAborted()
    const { code, error } = failureCode(thrown)
    const durationMs = performance.now() - started
    sheet.fail('prompt', { code, details: error.details, message: netlatch.redact(error.message), durationMs })
  }
}

/** Where a failed try would count: `admin on this device`, `netops in tacacs-core`. */
function accountText({ device, names }: Examination, credential: Credential, ports: OpenPorts): string {
  const username = names.username(credential.username)
  const [{ realm, policy }] = ports.charges(device, credential)
  if (policy.kind === 'device') return `${username} on this device`
  if (realm === '' || realm === onDevice) return username
  return names.isAnonymous ? `${username} in a realm` : `${username} in ${realm}`
}
