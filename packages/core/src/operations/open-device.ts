import type { Connection, ConnectionPhase, Handshake, LoginMethod } from '../connection/transport.ts'
import { failureCode } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { AttemptOutcome, Credential, Device } from '../model.ts'
import type { Abortable, AttemptSummary } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AttemptRequest, Grant, Verdict } from '../safety/attempt.ts'
import { siteOf } from '../safety/device-site.ts'
import type { ChargeRule } from '../safety/realms.ts'
import type { LoginSecret } from '../secret.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import type { HostKeyDesk } from './host-key-desk.ts'
import type { JumpHosts } from './jump-hosts.ts'
import { type LoginResult, logIn } from './log-in.ts'
import type { Netlatch } from './netlatch.ts'
import { mayFollowAtOnce, type SpareHandshakes } from './spare-handshakes.ts'

/** What one try of one credential on one device came to; nothing is thrown for a device at fault. */
export type OpenResult = Trace &
  (
    | {
        readonly kind: 'opened'
        readonly connection: Connection
        readonly methods: readonly LoginMethod[]
        readonly secretId: string
      }
    /** This credential does not open it; the next one may. */
    | { readonly kind: 'failed'; readonly code: ResultCode; readonly reason?: string }
    /** The ledger said no; nothing was sent. */
    | { readonly kind: 'refused'; readonly verdict: Verdict & { readonly granted: false } }
    /** The device, its network or its host key is at fault: no credential can help. */
    | { readonly kind: 'unusable'; readonly code: ResultCode; readonly error: NetlatchError }
  )

export interface Trace {
  readonly attempts: readonly AttemptSummary[]
  readonly phases: Readonly<Partial<Record<ConnectionPhase, number>>>
  /** The address that answered. */
  readonly host?: string
}

/** One try: this credential on this device. */
export interface OpenRequest {
  readonly device: Device
  readonly credential: Credential
  /** As remembered for this username; else the server is asked. */
  readonly methods?: readonly LoginMethod[]
  /** Asked before each question to the ledger. @default always */
  readonly isWanted?: () => Promise<boolean>
  /** What the ledger is asked; the fingerprint of the secret is filled in once the secret is known. */
  readonly attempt: Omit<AttemptRequest, 'secretId'>
}

export interface OpenPorts extends Abortable {
  readonly vault: OpenVault
  readonly charges: ChargeRule
  readonly hostKeys: HostKeyDesk
  readonly jumpHosts: JumpHosts
  /** Connections that wait for the next secret of their username. */
  readonly spares: SpareHandshakes
  readonly reserve: (request: AttemptRequest, isWanted?: () => Promise<boolean>) => Promise<Verdict>
  readonly finish: (grant: Grant, outcome: AttemptOutcome) => Promise<boolean>
  readonly runId?: string
  /** From connecting to the end of the login; of a connection that was opened ahead, each of the two. */
  readonly timeoutMs: number
}

/** A server that has shown the right host key, or why there is none. */
export type Connected =
  | { readonly kind: 'connected'; readonly handshake: Handshake }
  | (OpenResult & { readonly kind: 'unusable' })

/** Connects and checks the host key: nothing is sent to a stranger. Throws the signal's reason. */
export async function connect(
  netlatch: Netlatch,
  { device, username, methods }: Pick<OpenRequest, 'device' | 'methods'> & { readonly username: string },
  ports: OpenPorts,
  signal = limitOf(ports),
): Promise<Connected> {
  const phases: Partial<Record<ConnectionPhase, number>> = {}
  try {
    const via = device.jumpHost === undefined ? undefined : await ports.jumpHosts.reach(device.jumpHost, ports.signal)
    const handshake = await netlatch.transport.open(ports.hostKeys.target(device), {
      username,
      checkHostKey: (key) => ports.hostKeys.check(device, key),
      ...(methods && { methods }),
      ...(via && { via }),
      signal,
      onPhase: (phase, durationMs) => {
        phases[phase] = Math.round(durationMs)
      },
    })
    try {
      await ports.hostKeys.keep(device, handshake.hostKey)
      return { kind: 'connected', handshake }
    } catch (error) {
      await handshake[Symbol.asyncDispose]()
      throw error
    }
  } catch (thrown) {
    return unusable(thrown, device, ports, { signal, phases })
  }
}

/** Connects, or takes a connection that waits for this login; checks the host key, asks the ledger, logs in. */
export async function openDevice(netlatch: Netlatch, request: OpenRequest, ports: OpenPorts): Promise<OpenResult> {
  const { device, credential, methods } = request
  const { username } = credential
  const signal = limitOf(ports)
  const spare = await ports.spares.take(device, username)
  const connected = spare
    ? ({ kind: 'connected', handshake: spare } as const)
    : await connect(netlatch, { device, username, ...(methods && { methods }) }, ports, signal)
  if (connected.kind === 'unusable') return connected
  const { handshake } = connected
  const trace = (attempts: readonly AttemptSummary[] = []): Trace => ({
    attempts,
    phases: wholeMs(handshake.phases),
    host: handshake.address,
  })
  let isKept = false
  await using _ = {
    [Symbol.asyncDispose]: async () => {
      if (!isKept) await handshake[Symbol.asyncDispose]()
    },
  }
  try {
    const address = device.jumpHost === undefined ? { address: handshake.address } : {}
    let secretId = ''
    const login = await withSecret(ports, credential, device, { ...address, signal }, (secret) => {
      secretId = ports.vault.secretId(username, secret, 'login')
      return sendLogin(netlatch, request, ports, { handshake, secret, signal })
    })
    if (login.outcome === 'opened') {
      const { connection, methods, attempts } = login
      return { kind: 'opened', connection, methods, secretId, ...trace(attempts) }
    }
    if (login.outcome === 'refused') return { kind: 'refused', verdict: login.verdict, ...trace() }
    const { code, reason, attempts, mayTryAgain = false } = login
    // The server hung up on the one before, or while the login waited for its turn; nothing was sent.
    if (spare && code === 'SESSION_LOST' && attempts.length === 0) return await openDevice(netlatch, request, ports)
    isKept = mayTryAgain && mayFollowAtOnce(request.attempt)
    if (isKept) ports.spares.keep(device, username, handshake)
    return { kind: 'failed', code, ...(reason !== undefined && { reason }), ...trace(attempts) }
  } catch (thrown) {
    return unusable(thrown, device, ports, { signal, ...trace() })
  }
}

/** Everything of one step at once: the run's end, and the time it may take. */
function limitOf({ signal, timeoutMs }: OpenPorts): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
}

function unusable(
  thrown: unknown,
  device: Device,
  ports: OpenPorts,
  { signal, phases, host }: Pick<Trace, 'phases' | 'host'> & { readonly signal: AbortSignal },
): OpenResult & { readonly kind: 'unusable' } {
  ports.signal?.throwIfAborted()
  // Its time may be up in the same moment; what failed is said all the same.
  const isOnTheWay = thrown instanceof NetlatchError && thrown.code === 'JUMP_HOST_FAILED'
  const failure = signal.aborted && !isOnTheWay ? outOfTime(device, ports.timeoutMs) : failureCode(thrown)
  return { kind: 'unusable', ...failure, attempts: [], phases, ...(host !== undefined && { host }) }
}

function wholeMs(phases: Trace['phases']): Trace['phases'] {
  return Object.fromEntries(Object.entries(phases).map(([phase, durationMs]) => [phase, Math.round(durationMs)]))
}

function sendLogin(
  netlatch: Netlatch,
  { credential, attempt, isWanted }: OpenRequest,
  ports: OpenPorts,
  login: { readonly handshake: Handshake; readonly secret: LoginSecret; readonly signal: AbortSignal },
): Promise<LoginResult> {
  return logIn(login.handshake, credential, login.secret, {
    reserve: (asked) => ports.reserve(asked, isWanted),
    finish: ports.finish,
    secretId: (part) => ports.vault.secretId(credential.username, part, 'login'),
    request: (secretId) => ({ ...attempt, secretId, ...(ports.runId !== undefined && { runId: ports.runId }) }),
    now: netlatch.now,
    signal: login.signal,
  })
}

/** Once a secret was sent, its outcome counts; before that the credential just cannot be used here. */
export function outcomeOf({ attempts }: OpenResult): AttemptOutcome {
  return attempts.at(-1)?.outcome ?? 'unsent'
}

/** What every request to the ledger about this device and credential has in common. */
export function attemptOn(
  device: Device,
  credential: Credential,
  purpose: 'login' | 'enable',
  { charges, runId }: Pick<OpenPorts, 'charges' | 'runId'>,
): Omit<AttemptRequest, 'secretId'> {
  return {
    device: device.name,
    site: siteOf(device),
    platform: device.platform,
    credential: credential.name,
    purpose,
    charges: charges(device, credential),
    ...(runId !== undefined && { runId }),
  }
}

/** A secret that is out of scope or cannot be had is this credential's failure, not the device's. */
async function withSecret(
  { vault }: OpenPorts,
  credential: Credential,
  device: Device,
  options: { readonly address?: string; readonly signal: AbortSignal },
  fn: (secret: LoginSecret) => Promise<LoginResult>,
): Promise<LoginResult> {
  let isHandedOut = false
  try {
    const result = await vault.use(
      credential,
      device,
      (secret) => {
        isHandedOut = true
        return fn(secret)
      },
      options,
    )
    return (
      result ?? {
        outcome: 'failed',
        code: 'NO_CANDIDATE',
        attempts: [],
        reason: `no secret at ${credential.reference}`,
      }
    )
  } catch (thrown) {
    if (isHandedOut) throw thrown
    const { code, error } = failureCode(thrown)
    return { outcome: 'failed', code, attempts: [], reason: String(error.details.reason ?? error.message) }
  }
}

function outOfTime(device: Device, timeoutMs: number): ReturnType<typeof failureCode> {
  const error = new NetlatchError('TIMED_OUT', `${device.name}: no login within ${Math.round(timeoutMs / 1000)} s`)
  return { code: 'TIMED_OUT', error }
}
