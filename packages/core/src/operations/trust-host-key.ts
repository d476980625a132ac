import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import { keysOf } from '../safety/host-keys.ts'
import { forgetHostKeys, replaceHostKeys } from '../safety/known-hosts-edit.ts'
import { findSubject } from './diagnosis-subject.ts'
import { addressOwner } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { openScanPorts } from './run-ports.ts'
import { seeHostKey } from './see-host-key.ts'

export interface TrustOptions extends Abortable {
  /** Shown what was and what is; true trusts the new key. */
  readonly confirm: (seen: { readonly was?: string; readonly now: string }) => Promise<boolean>
  /** @default 30_000 */
  readonly timeoutMs?: number
}

export interface TrustChange {
  readonly trusted: boolean
  readonly was?: string
  readonly now: string
}

/**
 * Looks at the key that a device or jump host shows now and makes it its only one, once a person has said so. Throws
 * NOT_FOUND where none is seen, and HOST_KEY_REVOKED for a key that known_hosts revokes.
 */
export async function trustHostKey(netlatch: Netlatch, name: string, options: TrustOptions): Promise<TrustChange> {
  const device = keyOwner(netlatch, name)
  await using ports = await openScanPorts(netlatch, options)
  const { key, state, reason, now = '', was } = await seeHostKey(netlatch, device, ports)
  if (!key) throw new NetlatchError('NOT_FOUND', `${name}: no host key was seen: ${reason}.`)
  if (state === 'revoked')
    throw new NetlatchError('HOST_KEY_REVOKED', `${name}: known_hosts revokes the key that it shows.`, {
      advice: 'ask who revoked it',
    })
  const seen = was === undefined ? { now } : { now, was }
  if (state === 'known') return { trusted: true, ...seen }
  if (!(await options.confirm(seen))) return { trusted: false, ...seen }
  const trust = { by: 'person' as const, on: netlatch.now(), ownsAddress: addressOwner(netlatch) }
  await netlatch.changeHostKeys((known) => replaceHostKeys(known, device, key, trust))
  return { trusted: true, ...seen }
}

/** The device or jump host of that name, as the owner of a key. Throws NOT_FOUND. */
export function keyOwner(netlatch: Netlatch, name: string): Device {
  const subject = findSubject(netlatch, name)
  if ('device' in subject) return subject.device
  throw new NetlatchError(
    'USAGE',
    `${name} is the system's own ssh: its host key is in the known_hosts of your OpenSSH.`,
  )
}

export interface ForgottenKeys {
  readonly removed: number
  /** Lines with patterns or several names that still stand for it; Netlatch leaves those alone. */
  readonly left: readonly number[]
}

/** Removes the keys of a device or jump host: it is refused until one is trusted again. Throws NOT_FOUND. */
export async function forgetHostKey(netlatch: Netlatch, name: string): Promise<ForgottenKeys> {
  const owner = keyOwner(netlatch, name)
  const ownsAddress = addressOwner(netlatch)
  let before = 0
  const known = await netlatch.changeHostKeys((current) => {
    before = keysOf(current, owner).length
    return forgetHostKeys(current, owner, { ownsAddress })
  })
  const left = keysOf(known, owner).map(({ number }) => number)
  return { removed: before - left.length, left }
}
