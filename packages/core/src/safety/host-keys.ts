import { keyTypeName } from '../connection/host-key.ts'
import type { HostKey } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import type { Origin } from '../model.ts'
import type { KnownHosts } from './known-hosts.ts'
import type { HostKeyOwner } from './known-hosts-edit.ts'
import { hostAndPort, type KnownHostsKeyLine } from './known-hosts-line.ts'

export type { KnownHosts } from './known-hosts.ts'
export type { HostKeyOwner } from './known-hosts-edit.ts'

export type HostKeyVerdict =
  | { readonly verdict: 'ok'; readonly line: KnownHostsKeyLine }
  | { readonly verdict: 'unknown' }
  /** Another key, or a key of another type, of a host that is known. */
  | { readonly verdict: 'changed'; readonly was: readonly [KnownHostsKeyLine, ...KnownHostsKeyLine[]] }
  | { readonly verdict: 'revoked'; readonly line: KnownHostsKeyLine }

/**
 * What known_hosts says about a key. The device's name decides where it is there, as OpenSSH's HostKeyAlias would; its
 * addresses only where it is not. A revoked key is refused by whichever of them the line names.
 */
export function judgeHostKey(known: KnownHosts, owner: HostKeyOwner, key: HostKey): HostKeyVerdict {
  const revoked = namesOf(owner)
    .flatMap((name) => known.linesFor(name))
    .find((line) => line.marker === 'revoked' && line.key.key === key.key)
  if (revoked) return { verdict: 'revoked', line: revoked }
  const [first, ...more] = keysOf(known, owner)
  if (first === undefined) return { verdict: 'unknown' }
  const same = [first, ...more].find((line) => line.key.key === key.key)
  return same ? { verdict: 'ok', line: same } : { verdict: 'changed', was: [first, ...more] }
}

/** Throws HOST_KEY_UNKNOWN, HOST_KEY_CHANGED or HOST_KEY_REVOKED. Synchronous: made for Transport's `checkHostKey`. */
export function checkHostKey(known: KnownHosts, owner: HostKeyOwner, key: HostKey): void {
  const found = judgeHostKey(known, owner, key)
  const { name } = owner
  const now = describe(key)
  const fingerprints = { now: key.fingerprint, nowType: keyTypeName(key.type) }
  switch (found.verdict) {
    case 'ok':
      return
    case 'unknown':
      throw new NetlatchError('HOST_KEY_UNKNOWN', `${name}: host key unknown (${now})${authorityNote(known, owner)}`, {
        advice: `netlatch trust --scan ${name}`,
        details: fingerprints,
      })
    case 'revoked':
      throw new NetlatchError('HOST_KEY_REVOKED', `${name}: host key revoked (${now})`, {
        advice: `ask who revoked it in ${known.file}:${found.line.number}`,
        at: originOf(known, found.line),
        details: fingerprints,
      })
    case 'changed': {
      const [was] = found.was
      throw new NetlatchError('HOST_KEY_CHANGED', `${name}: host key changed (was ${describe(was.key)}, now ${now})`, {
        advice: `If expected: netlatch trust ${name}`,
        at: originOf(known, was),
        details: {
          ...fingerprints,
          was: was.key.fingerprint,
          wasType: keyTypeName(was.key.type),
          ...(was.vouched && { vouchedBy: was.vouched.by, since: was.vouched.on }),
        },
      })
    }
  }
}

/** The key types to ask for first, so that a server with several keys shows the one that can be checked. */
export function knownTypes(known: KnownHosts, owner: HostKeyOwner): readonly string[] {
  return [...new Set(keysOf(known, owner).map((line) => line.key.type))]
}

/** The lines that decide about an owner: by name, else by address; markers are no keys. */
export function keysOf(known: KnownHosts, owner: HostKeyOwner): readonly KnownHostsKeyLine[] {
  const [name = owner.name, ...addresses] = namesOf(owner)
  const byName = plainLines(known, name)
  if (byName.length > 0) return byName
  return [...new Set(addresses.flatMap((address) => plainLines(known, address)))]
}

function plainLines(known: KnownHosts, name: string): readonly KnownHostsKeyLine[] {
  return known.linesFor(name).filter((line) => line.marker === undefined)
}

function namesOf(owner: HostKeyOwner): readonly string[] {
  // The same address behind two jump hosts is two devices.
  const addresses = owner.jumpHost === undefined ? owner.hosts : []
  return [owner.name, ...addresses.map((host) => hostAndPort(host, owner.port))]
}

function describe(key: HostKey): string {
  return `${keyTypeName(key.type)} ${key.fingerprint}`
}

function originOf(known: KnownHosts, line: KnownHostsKeyLine): Origin {
  return { file: known.file, line: line.number, column: 1 }
}

function authorityNote(known: KnownHosts, owner: HostKeyOwner): string {
  const named = namesOf(owner).some((name) => known.linesFor(name).some((line) => line.marker === 'cert-authority'))
  return named ? '; a certificate authority is known for it, which is not supported yet' : ''
}
