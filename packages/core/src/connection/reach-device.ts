import { lookup } from 'node:dns/promises'
import { isIP, connect as netConnect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { NetlatchError } from '../errors.ts'
import { within } from './limits.ts'
import type { PhaseClock } from './phase-clock.ts'
import type { ConnectionLimits, Forwarder, Target } from './transport.ts'

/** A byte stream to a device, nothing read and nothing written yet. */
export interface Reached {
  readonly stream: Duplex
  /** The address that answered; behind a jump host the host as the inventory has it. */
  readonly address: string
}

interface ReachContext {
  readonly limits: ConnectionLimits
  readonly clock: PhaseClock
  readonly via: Forwarder | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Opens a stream to the first of the target's hosts that takes a TCP connection. Names give all their addresses, in the
 * order of the resolver. Throws DNS_FAILED, UNREACHABLE or REFUSED: of several hosts, what the one that came furthest said.
 */
export async function reachDevice(target: Target, context: ReachContext): Promise<Reached> {
  return context.via ? reachThrough(context.via, target, context) : reachDirectly(target, context)
}

async function reachThrough(via: Forwarder, target: Target, context: ReachContext): Promise<Reached> {
  const endTcp = context.clock.start('tcp')
  try {
    return await firstOf(target, target.hosts, async (host) => {
      const stream = await via.forward(host, target.port, context.signal ? { signal: context.signal } : {})
      return { stream, address: host }
    })
  } finally {
    endTcp()
  }
}

async function reachDirectly(target: Target, context: ReachContext): Promise<Reached> {
  return firstOf(target, target.hosts, async (host) => {
    const addresses = await addressesOf(host, target, context)
    const endTcp = context.clock.start('tcp')
    try {
      return await firstOf(target, addresses, async (address) => ({
        stream: await connectTcp(address, target, context),
        address,
      }))
    } finally {
      endTcp()
    }
  })
}

async function addressesOf(host: string, target: Target, context: ReachContext): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const endDns = context.clock.start('dns')
  const failed = (why: string) =>
    new NetlatchError('DNS_FAILED', `${target.name}: name ${host} ${why}`, {
      advice: 'correct host: in the inventory',
      details: { host },
    })
  try {
    const found = await within(
      lookup(host, { all: true, order: 'verbatim' }),
      context.limits.connectMs,
      () => failed(`was not answered in ${context.limits.connectMs / 1000} s`),
      context.signal,
    )
    return found.map((entry) => entry.address)
  } catch (error) {
    if (error instanceof NetlatchError || context.signal?.aborted) throw error
    throw failed(errnoOf(error) === 'EAI_AGAIN' ? 'was not answered' : 'not found')
  } finally {
    endDns()
  }
}

async function connectTcp(address: string, target: Target, context: ReachContext): Promise<Socket> {
  const { limits, signal } = context
  signal?.throwIfAborted()
  const details = { host: address, port: target.port }
  const where = `${target.name}: port ${target.port} of ${address}`
  const unreachable = (why: string) => new NetlatchError('UNREACHABLE', `${where} ${why}`, { details })
  const socket = netConnect({ host: address, port: target.port })
  // Nagle's algorithm would hold back half of the login's packets until the other half is acknowledged.
  socket.setNoDelay(true)
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    // For the socket's whole life: an error without a listener would end the process.
    socket.on('error', reject)
  })
  try {
    const seconds = limits.connectMs / 1000
    await within(connected, limits.connectMs, () => unreachable(`gave no answer in ${seconds} s`), signal)
    return socket
  } catch (error) {
    socket.destroy()
    if (error instanceof NetlatchError || signal?.aborted) throw error
    const errno = errnoOf(error)
    if (errno === 'ECONNREFUSED') throw new NetlatchError('REFUSED', `${where} refused`, { details })
    throw unreachable(errno === undefined ? 'cannot be reached' : `cannot be reached (${errno})`)
  }
}

/** How far a failure came: a refusal proves that somebody is there. */
const reached: Readonly<Record<string, number>> = { DNS_FAILED: 0, UNREACHABLE: 1, JUMP_HOST_FAILED: 2, REFUSED: 3 }

/** Tries `hosts` one after the other; an abort ends it. Where all fail, the error that says most, with how many were tried. */
async function firstOf(
  target: Target,
  hosts: readonly string[],
  attempt: (host: string) => Promise<Reached>,
): Promise<Reached> {
  let worst: NetlatchError | undefined
  for (const host of hosts) {
    try {
      return await attempt(host)
    } catch (error) {
      if (!(error instanceof NetlatchError)) throw error
      if (error.code === 'JUMP_HOST_FAILED') throw error
      if (worst === undefined || (reached[error.code] ?? 0) > (reached[worst.code] ?? 0)) worst = error
    }
  }
  throw worst ?? new NetlatchError('DNS_FAILED', `${target.name}: no address to connect to`)
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z_0-9]{2,24}$/.test(code) ? code : undefined
}
