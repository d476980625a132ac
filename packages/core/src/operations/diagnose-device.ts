import { formatDay } from '../ages.ts'
import { keyTypeName } from '../connection/host-key.ts'
import type { Forwarder, ShownHostKey } from '../connection/transport.ts'
import { failureCode } from '../device-result.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import { judgeHostKey } from '../safety/host-keys.ts'
import { diagnoseLogin } from './diagnose-login.ts'
import { type Diagnosis, DiagnosisSheet, diagnosisPhases, namesFor } from './diagnosis.ts'
import { lookTimes, phaseOf } from './diagnosis-phases.ts'
import { type Choice, chooseCredential, findSubject, firstUnproven, type OwnSubject } from './diagnosis-subject.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import { type HostKeyDesk, openHostKeyDesk } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import type { OpenPorts } from './open-device.ts'
import { openRunPorts } from './run-ports.ts'

export interface DiagnoseOptions extends Abortable {
  /** Log in with a credential that is not proven there: spends 1 try. @default false */
  readonly login?: boolean
  /** Leaves out names, addresses, user names and fingerprints. @default false */
  readonly anonymous?: boolean
  /** For looking at it, and again for the login. @default 60_000 */
  readonly timeoutMs?: number
}

/** Everything that the steps of one diagnosis share. */
export interface Examination {
  readonly netlatch: Netlatch
  readonly device: Device
  readonly kind: Diagnosis['kind']
  readonly sheet: DiagnosisSheet
  readonly names: ReturnType<typeof namesFor>
  readonly knowledge: Knowledge
  readonly choice: Choice
  readonly hostKeys: HostKeyDesk
  /** Absent while the vault is locked. */
  readonly ports: OpenPorts | undefined
  readonly options: DiagnoseOptions
  readonly timeoutMs: number
}

/**
 * Goes the way to a device or a jump host phase by phase, and stops at the first that fails. First it only looks: no user name,
 * no secret. It logs in where a credential is proven, and else only when asked to. Throws NOT_FOUND, and VAULT_LOCKED where a
 * jump host has to be logged in to on the way.
 */
export async function diagnoseDevice(
  netlatch: Netlatch,
  name: string,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const subject = findSubject(netlatch, name)
  if ('ssh' in subject) return systemsOwn(netlatch, subject, options)
  const { device, kind } = subject
  const names = namesFor({ name, kind }, device.jumpHost, options.anonymous === true)
  const sheet = new DiagnosisSheet(names, phasesFor(subject))
  const vault = device.jumpHost === undefined ? await netlatch.vaultIfUnlocked() : await netlatch.vault()
  const knowledge = await gatherKnowledge(netlatch, vault)
  const timeoutMs = options.timeoutMs ?? 60_000
  const signal = options.signal ?? new AbortController().signal
  await using ports = vault
    ? await openRunPorts(netlatch, { vault, charge: knowledge.charge, timeoutMs, signal })
    : undefined
  const choice = chooseCredential(subject, knowledge)
  const hostKeys = ports?.hostKeys ?? (await openHostKeyDesk(netlatch))
  const startedAt = netlatch.now()
  const base = { netlatch, device, kind, sheet, names, knowledge, ports, options, timeoutMs }
  const sent = await examine({ ...base, choice, hostKeys })
  const onTheWay = await sentToJumpHost(netlatch, device, startedAt)
  return {
    name: names.subject,
    kind,
    ...(kind === 'device' && { platform: device.platform }),
    ...(!names.isAnonymous && { address: `${device.hosts.join(', ')}:${device.port}` }),
    ...(device.jumpHost !== undefined && { via: names.jumpHost }),
    steps: sheet.steps,
    ...(sheet.code && { code: sheet.code }),
    advice: sheet.advice,
    sent: [...onTheWay.map((each) => ({ ...each, to: names.jumpHost })), ...sent].map((each) => ({
      ...each,
      credential: names.credential(each.credential),
    })),
    ...(await alike(netlatch, device, sheet.code, names.isAnonymous)),
  }
}

function phasesFor({ device, kind }: OwnSubject): readonly Diagnosis['steps'][number]['phase'][] {
  return diagnosisPhases.filter((phase) => {
    if (phase === 'jump host') return device.jumpHost !== undefined
    // What a jump host is for needs no shell.
    return kind === 'device' || (phase !== 'prompt' && phase !== 'privilege')
  })
}

async function examine(examination: Examination): Promise<Diagnosis['sent']> {
  const { device, sheet, choice, names } = examination
  if (device.transport === 'telnet') {
    sheet.fail('inventory', { code: 'TRANSPORT_UNSUPPORTED' })
    return []
  }
  const candidate = choice.credential
    ? `candidate ${names.credential(choice.credential.name)}${names.isAnonymous ? '' : ` (${choice.because})`}`
    : 'no candidate'
  sheet.ok('inventory', [examination.kind === 'device' ? device.status : 'in jump_hosts:', candidate].join(' · '))
  const via = await reachJumpHost(examination)
  if (via === 'no') return []
  const seen = await look(examination, via)
  if (!seen || !(await checkHostKey(examination, seen))) return []
  return diagnoseLogin(examination)
}

/** Through a jump host only where that costs nothing: its own credential is proven, or a try was asked for. */
async function reachJumpHost(examination: Examination): Promise<Forwarder | 'no' | undefined> {
  const { netlatch, device, sheet, names, knowledge, ports, options } = examination
  if (device.jumpHost === undefined || !ports) return undefined
  const unproven = options.login ? undefined : firstUnproven(netlatch, device.jumpHost, knowledge)
  if (unproven) {
    const hop = names.isAnonymous ? names.jumpHost : unproven.hop
    sheet.stop(
      'jump host',
      `${names.credential(unproven.credential.name)} has not opened it yet`,
      `netlatch doctor ${hop} --login`,
    )
    return 'no'
  }
  const started = performance.now()
  try {
    const via = await ports.jumpHosts.reach(device.jumpHost, options.signal)
    sheet.ok('jump host', names.jumpHost, { durationMs: performance.now() - started })
    return via
  } catch (thrown) {
    options.signal?.throwIfAborted()
    const { code, error } = failureCode(thrown)
    sheet.fail('jump host', { code, details: error.details, message: error.message })
    return 'no'
  }
}

/** Key exchange only. */
async function look(examination: Examination, via: Forwarder | undefined): Promise<ShownHostKey | undefined> {
  const { netlatch, device, sheet, names, hostKeys, options, timeoutMs } = examination
  const times = lookTimes()
  const signal = limitOf(options, timeoutMs)
  try {
    const seen = await netlatch.transport.readHostKey(hostKeys.target(device), {
      signal,
      onPhase: times.add,
      ...(via && { via }),
    })
    const { keyExchange, hostKey, cipher, mac } = seen.agreed
    times.report(sheet, undefined, {
      name: nameText(device, seen.address, names.isAnonymous),
      TCP: 'open',
      // Whatever follows the software's name is free text.
      identification: names.isAnonymous ? (seen.identification.split(' ')[0] ?? '') : seen.identification,
      'key exchange': [keyExchange, hostKey, cipher, ...(mac === undefined ? [] : [mac])].join(', '),
    })
    return seen
  } catch (thrown) {
    options.signal?.throwIfAborted()
    const { code, details, message } = signal.aborted
      ? { code: 'TIMED_OUT' as const, details: {}, message: `no end after ${timeoutMs / 1000} s` }
      : { ...failureCode(thrown).error, ...failureCode(thrown) }
    const phase = phaseOf(code) ?? times.last()
    times.report(sheet, phase, {
      name: nameText(device, '', names.isAnonymous),
      TCP: 'open',
      identification: 'an SSH server',
      'key exchange': 'done',
    })
    const durationMs = times.of(phase)
    sheet.fail(phase, {
      code,
      details: { port: device.port, ...details },
      message,
      ...(durationMs !== undefined && { durationMs }),
    })
    return undefined
  }
}

function nameText(device: Device, address: string, isAnonymous: boolean): string {
  if (device.jumpHost !== undefined) return 'looked up behind the jump host'
  if (device.hosts.every((host) => /^[\d.]+$|:/.test(host))) return 'an address, nothing to look up'
  return isAnonymous || address === '' ? 'found' : address
}

async function checkHostKey(examination: Examination, { hostKey }: ShownHostKey): Promise<boolean> {
  const { netlatch, device, sheet, names, hostKeys } = examination
  try {
    hostKeys.check(device, hostKey)
  } catch (thrown) {
    const { code, error } = failureCode(thrown)
    sheet.fail('host key', { code, details: error.details, message: error.message })
    return false
  }
  const verdict = judgeHostKey(await netlatch.hostKeys(), device, hostKey)
  const vouched = verdict.verdict === 'ok' ? verdict.line.vouched : undefined
  sheet.ok(
    'host key',
    [
      names.isAnonymous ? keyTypeName(hostKey.type) : `${keyTypeName(hostKey.type)} ${hostKey.fingerprint}`,
      ...(verdict.verdict === 'ok' ? ['known'] : ['not known yet, accepted at the first login']),
      ...(vouched ? [`vouched by ${vouched.by}, ${formatDay(new Date(vouched.on))}`] : []),
    ].join(' · '),
  )
  return true
}

function limitOf({ signal }: DiagnoseOptions, timeoutMs: number): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
}

/** The ledger knows best what was sent to the jump host; a login of another program at the same time shows here too. */
async function sentToJumpHost(netlatch: Netlatch, { jumpHost }: Device, since: Date): Promise<Diagnosis['sent']> {
  if (jumpHost === undefined) return []
  const attempts = await (await netlatch.state()).history(jumpHost, { limit: 10 })
  return attempts
    .filter(({ at, outcome }) => at >= since && outcome !== 'unsent')
    .map(({ credential, outcome }) => ({ to: jumpHost, credential, outcome }))
}

async function alike(
  netlatch: Netlatch,
  { name }: Device,
  code: ResultCode | undefined,
  isAnonymous: boolean,
): Promise<Pick<Diagnosis, 'alike' | 'alikeDevices'>> {
  if (code === undefined) return { alike: 0 }
  const records = await (await netlatch.state()).devices()
  const same = netlatch.inventory.devices.filter(
    (device) => device.name !== name && records.get(device.name)?.code === code,
  )
  return { alike: same.length, ...(!isAnonymous && { alikeDevices: same.map((device) => device.name) }) }
}

/** Such a jump host is reached by the system's ssh alone, at the moment when a device behind it is. */
function systemsOwn(
  { inventory }: Netlatch,
  { name, ssh }: { readonly name: string; readonly ssh: string },
  { anonymous = false }: DiagnoseOptions,
): Diagnosis {
  const behind = inventory.devices.find(({ jumpHost }) => jumpHost === name)
  const host = anonymous ? 'a Host' : `Host ${ssh}`
  return {
    name: anonymous ? 'jump host' : name,
    kind: 'jump host',
    steps: [
      { phase: 'inventory', outcome: 'ok', text: `in jump_hosts: · the system's ssh, ${host} of its configuration` },
    ],
    advice: behind && !anonymous ? `netlatch doctor ${behind.name}` : 'diagnose a device behind it',
    sent: [],
    alike: 0,
  }
}
