import { setImmediate } from 'node:timers/promises'
import type { HostKey } from '../connection/transport.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import { judgeHostKey, keysOf } from '../safety/host-keys.ts'
import { KnownHosts } from '../safety/known-hosts.ts'
import { addHostKeys, type OwnedKey } from '../safety/known-hosts-edit.ts'
import { hostAndPort } from '../safety/known-hosts-line.ts'
import { addressOwner } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { keyText, type ScannedKey } from './see-host-key.ts'

/** A known_hosts file of somebody else: the user's own, Oxidized's, a jump host's. */
export interface KnownHostsSource {
  /** As messages call it. */
  readonly name: string
  readonly text: string
}

export interface HostKeyImport {
  /** Devices that have a key now and had none, or have one more. */
  readonly added: readonly string[]
  /** Devices whose keys were all known. */
  readonly known: readonly string[]
  /** The files have another key than known_hosts, or than each other: not written, a person decides. */
  readonly changed: readonly ScannedKey[]
  /** Devices of the selection that are refused still. */
  readonly without: readonly string[]
  /** Lines of the files that name no device of the selection. */
  readonly unused: number
  /** `@cert-authority` lines of the files: not supported yet. */
  readonly certificateAuthorities: number
  /** `file:12: the key cannot be read`; these lines are passed over. */
  readonly unreadable: readonly string[]
}

/**
 * Takes the keys of known_hosts files over, for the devices that they name: by the device's name, or by an address that is
 * its alone. Hashed lines are matched against all of these. Keys that contradict what is known are not written.
 */
export async function importHostKeys(
  netlatch: Netlatch,
  devices: readonly Device[],
  sources: readonly KnownHostsSource[],
  { signal }: Abortable = {},
): Promise<HostKeyImport> {
  const files = sources.map(({ name, text }) => new KnownHosts(name, text))
  const ownsAddress = addressOwner(netlatch)
  const known = await netlatch.hostKeys()
  const used = new Set<string>()
  const fresh: OwnedKey[] = []
  const result = { added: [] as string[], known: [] as string[], changed: [] as ScannedKey[] }
  for (const [index, owner] of devices.filter(({ transport }) => transport === 'ssh').entries()) {
    // Hashes take their time: others get their turn, and Ctrl-C is heard.
    if (index % 20 === 0) await setImmediate()
    signal?.throwIfAborted()
    const { keys, revoked } = keysIn(files, owner, ownsAddress, used)
    const usable = keys.filter((key) => !revoked.has(key.key))
    if (usable.length === 0) continue
    const contradiction = contradictionOf(known, owner, usable)
    if (contradiction) result.changed.push({ device: owner.name, ...contradiction })
    else if (usable.every((key) => judgeHostKey(known, owner, key).verdict === 'ok')) result.known.push(owner.name)
    else {
      result.added.push(owner.name)
      fresh.push(...usable.map((key) => ({ owner, key })))
    }
  }
  const trust = { by: 'import' as const, on: netlatch.now(), ownsAddress }
  const after =
    fresh.length > 0 ? await netlatch.changeHostKeys((current) => addHostKeys(current, fresh, trust)) : known
  const lines = files.flatMap((file) => file.keyLines.map(({ number }) => `${file.file}:${number}`))
  return {
    ...result,
    without: devices.flatMap((device) =>
      device.transport === 'ssh' && keysOf(after, device).length === 0 ? [device.name] : [],
    ),
    unused: lines.filter((line) => !used.has(line)).length,
    certificateAuthorities: files.reduce((sum, file) => sum + file.certificateAuthorities, 0),
    unreadable: files.flatMap((file) => file.problems.map(({ at, message }) => `${at.file}:${at.line}: ${message}`)),
  }
}

/** Every key that the files give a device, and those that they revoke. */
function keysIn(
  files: readonly KnownHosts[],
  owner: Device,
  ownsAddress: (host: string, port: number) => boolean,
  used: Set<string>,
): { readonly keys: readonly HostKey[]; readonly revoked: ReadonlySet<string> } {
  const { name, hosts, port, jumpHost } = owner
  // An address behind a jump host is another network's; one of several devices says nothing.
  const addresses = jumpHost === undefined ? hosts.filter((host) => ownsAddress(host, port)) : []
  const tokens = [name, ...addresses.map((host) => hostAndPort(host, port))]
  const keys = new Map<string, HostKey>()
  const revoked = new Set<string>()
  for (const file of files)
    for (const line of tokens.flatMap((token) => file.linesFor(token))) {
      used.add(`${file.file}:${line.number}`)
      if (line.marker === undefined) keys.set(line.key.key, line.key)
      if (line.marker === 'revoked') revoked.add(line.key.key)
    }
  return { keys: [...keys.values()], revoked }
}

/** Where no key is known yet, the files must agree: one key of a type. Else one of theirs must be known already. */
function contradictionOf(
  known: KnownHosts,
  owner: Device,
  keys: readonly HostKey[],
): Pick<ScannedKey, 'state' | 'now' | 'was'> | undefined {
  const now = keys.map(keyText).join(', ')
  const verdicts = keys.map((key) => judgeHostKey(known, owner, key))
  if (verdicts.some(({ verdict }) => verdict === 'revoked')) return { state: 'revoked', now }
  const types = new Set(keys.map(({ type }) => type))
  const agree = types.size === keys.length
  const before = keysOf(known, owner)
  if (before.length === 0) return agree ? undefined : { state: 'changed', now }
  const isOther = ({ type, key }: HostKey) => before.some((line) => line.key.type === type && line.key.key !== key)
  if (agree && verdicts.some(({ verdict }) => verdict === 'ok') && !keys.some(isOther)) return undefined
  return { state: 'changed', now, was: before.map((line) => keyText(line.key)).join(', ') }
}
