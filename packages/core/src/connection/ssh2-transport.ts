import type { Duplex } from 'node:stream'
import { NetlatchError } from '../errors.ts'
import { type AlgorithmKind, missingIn, neededProfile, offerFor } from './algorithm-profiles.ts'
import { readHostKeyBlob } from './host-key.ts'
import { readIdentification } from './identification.ts'
import { defaultLimits, within } from './limits.ts'
import { PhaseClock } from './phase-clock.ts'
import { reachDevice } from './reach-device.ts'
import { Ssh2Handshake } from './ssh2-handshake.ts'
import { type LinkEnd, type LinkEvent, Ssh2Link, writeIdentification } from './ssh2-link.ts'
import { knownMethods } from './ssh2-login.ts'
import { createPrivateKeyReader, type PrivateKeyReader } from './ssh2-private-key.ts'
import type {
  AgreedAlgorithms,
  ConnectionLimits,
  Handshake,
  HostKey,
  LoginMethod,
  OpenOptions,
  ReachOptions,
  ShownHostKey,
  Target,
  Transport,
} from './transport.ts'

/** SSH through ssh2. What each step guards against is said where it happens; SSH's own errors never leave as they are. */
export function createSsh2Transport(): Transport {
  const readPrivateKey = createPrivateKeyReader()
  return { open: (target, options) => open(target, options, readPrivateKey), readHostKey }
}

async function open(target: Target, options: OpenOptions, readPrivateKey: PrivateKeyReader): Promise<Handshake> {
  const exchanged = await exchangeKeys(target, options, options.username, options.checkHostKey)
  const { link, clock, limits } = exchanged
  const endMethods = clock.start('methods')
  try {
    const ask = askForMethods(link, target, options)
    const late = () => timedOut(target, 'did not say how to log in', limits.authenticationMs)
    const methods = await within(ask, limits.authenticationMs, late, options.signal)
    return new Ssh2Handshake({
      name: target.name,
      username: options.username,
      link,
      clock,
      limits,
      methods,
      methodsAreRemembered: options.methods !== undefined && options.methods.length > 0,
      address: exchanged.address,
      hostKey: exchanged.hostKey,
      identification: exchanged.identification,
      readPrivateKey,
    })
  } catch (error) {
    link.destroy()
    throw error
  } finally {
    endMethods()
  }
}

async function readHostKey(target: Target, options: ReachOptions = {}): Promise<ShownHostKey> {
  const { link, clock, ...shown } = await exchangeKeys(target, options, '', () => undefined, 'stop')
  link.destroy()
  return {
    address: shown.address,
    hostKey: shown.hostKey,
    identification: shown.identification,
    agreed: shown.agreed,
    phases: clock.times,
  }
}

interface Exchanged {
  readonly link: Ssh2Link
  readonly clock: PhaseClock
  readonly limits: ConnectionLimits
  readonly address: string
  readonly hostKey: HostKey
  readonly identification: string
  readonly agreed: AgreedAlgorithms
}

/**
 * Everything up to and including the key exchange. `stop` closes before the login service is asked for: ssh2 does that in the
 * same tick in which it reports the exchange.
 */
async function exchangeKeys(
  target: Target,
  options: ReachOptions,
  username: string,
  checkHostKey: OpenOptions['checkHostKey'],
  then?: 'stop',
): Promise<Exchanged> {
  const { signal, via } = options
  const limits = { ...defaultLimits, ...options.limits }
  const clock = new PhaseClock(options.onPhase)
  const { stream, address } = await reachDevice(target, { limits, clock, via, signal })
  // The system's ssh connects to the jump host only now.
  const identificationMs = limits.identificationMs + (via ? limits.connectMs : 0)
  const identification = await identify(stream, target, identificationMs, clock, signal)

  const endKeyExchange = clock.start('key-exchange')
  const seen: { hostKey?: HostKey; refusal?: unknown } = {}
  const link = new Ssh2Link(stream, {
    username,
    offer: offerFor(target.algorithms, target.hostKeyTypes),
    acceptHostKey: (blob) => {
      const key = readHostKeyBlob(blob)
      if (key === undefined) return false
      // A new key exchange on an open connection shows a key again: only the same one will do.
      if (seen.hostKey !== undefined) return seen.hostKey.key === key.key
      const endHostKey = clock.start('host-key')
      try {
        refusePromise(checkHostKey(key, address))
        seen.hostKey = key
        return true
      } catch (refusal) {
        seen.refusal = refusal
        return false
      } finally {
        endHostKey()
      }
    },
  })
  try {
    const late = () => timedOut(target, 'did not finish the key exchange', limits.keyExchangeMs)
    const agreed = await within(keysExchanged(link, then), limits.keyExchangeMs, late, signal)
    if (seen.hostKey === undefined) throw lost(target, { text: 'no host key' })
    return { link, clock, limits, address, hostKey: seen.hostKey, identification, agreed }
  } catch (error) {
    link.destroy()
    if (seen.refusal !== undefined) throw seen.refusal
    throw error instanceof LinkEnded ? keyExchangeFailed(target, link, error.end) : error
  } finally {
    endKeyExchange()
  }
}

async function identify(
  stream: Duplex,
  target: Target,
  timeoutMs: number,
  clock: PhaseClock,
  signal: AbortSignal | undefined,
): Promise<string> {
  // A stream through a jump host has no listener of its own yet, and an error without one would end the process.
  stream.on('error', () => undefined)
  const endIdentification = clock.start('identification')
  try {
    writeIdentification(stream)
    const { name, port } = target
    return await readIdentification(stream, { name, port, timeoutMs, signal })
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    endIdentification()
  }
}

/** A check that answers later would be a check that always says yes. */
function refusePromise(answer: unknown): void {
  if (!(answer instanceof Promise)) return
  answer.catch(() => undefined)
  throw new TypeError('checkHostKey has to be synchronous')
}

/** The end of a link on its way to becoming the error of a phase. */
class LinkEnded extends Error {
  readonly end: LinkEnd
  constructor(end: LinkEnd) {
    super('the link ended')
    this.end = end
  }
}

function keysExchanged(link: Ssh2Link, then: 'stop' | undefined): Promise<AgreedAlgorithms> {
  return new Promise((resolve, reject) => {
    link.listen((event) => {
      if (event.type === 'end') reject(new LinkEnded(event.end))
      if (event.type !== 'keys-exchanged') return
      link.listen(undefined)
      if (then === 'stop') link.destroy()
      resolve(event.agreed)
    })
  })
}

/** Remembered methods cost nothing; else one `none` request, which holds no secret, makes the server name them. */
async function askForMethods(link: Ssh2Link, target: Target, options: OpenOptions): Promise<readonly LoginMethod[]> {
  const remembered = options.methods ?? []
  return new Promise((resolve, reject) => {
    link.listen((event: LinkEvent) => {
      if (event.type === 'end') return reject(lost(target, event.end))
      if (event.type === 'logged-in') return reject(noAuthRequired(target))
      if (event.type !== 'question') return
      if (event.left === null && remembered.length === 0) {
        link.answer({ type: 'none', username: options.username })
        return
      }
      link.expectSilence()
      const methods = event.left === null ? remembered : knownMethods(event.left)
      if (methods.length > 0) resolve(methods)
      else reject(noMethod(target, event.left ?? []))
    })
  })
}

function timedOut(target: Target, what: string, ms: number): NetlatchError {
  return new NetlatchError('TIMED_OUT', `${target.name}: ${what} in ${ms / 1000} s`)
}

const tooManyConnections = 12

function lost(target: Target, end: LinkEnd): NetlatchError {
  const busy = end.disconnectReason === tooManyConnections
  const message = `${target.name}: the connection was lost before the login (${end.text})`
  return new NetlatchError(busy ? 'DEVICE_BUSY' : 'SESSION_LOST', message)
}

function noAuthRequired(target: Target): NetlatchError {
  return new NetlatchError('NO_AUTH_REQUIRED', `${target.name}: lets anybody in, no secret was sent`)
}

function noMethod(target: Target, left: readonly string[]): NetlatchError {
  const names = left.length === 0 ? 'no login method' : left.map((name) => name.slice(0, 40)).join(', ')
  return new NetlatchError('AUTH_METHOD', `${target.name}: takes ${names}; nothing was sent`)
}

const kindNames: Readonly<Record<AlgorithmKind, string>> = {
  keyExchange: 'key exchange',
  hostKey: 'host key type',
  cipher: 'cipher',
  mac: 'MAC',
}

function keyExchangeFailed(target: Target, link: Ssh2Link, end: LinkEnd): NetlatchError {
  const theirs = link.theirOffer
  const ours = offerFor(target.algorithms)
  const missing = theirs ? missingIn(ours, theirs)[0] : undefined
  if (theirs === undefined || missing === undefined) return lost(target, end)
  const needed = neededProfile(theirs)
  const offered = theirs[missing].map((name) => name.slice(0, 60)).join(', ')
  const advice = needed
    ? `netlatch inventory set ${target.name} ssh.algorithms=${needed}`
    : 'no profile speaks any of these: reach it through a jump host of the kind ssh:'
  return new NetlatchError(
    'ALGORITHMS',
    `${target.name}: no common ${kindNames[missing]} in profile ${target.algorithms} (device offers ${offered})`,
    {
      advice,
      details: { profile: needed ?? 'none', kind: kindNames[missing], offered, ours: ours[missing].join(', ') },
    },
  )
}
