import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import { addHostKeys, type OwnedKey } from '../safety/known-hosts-edit.ts'
import { eachAtOnce } from './at-once.ts'
import { addressOwner } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { openScanPorts, type ScanPorts } from './run-ports.ts'
import type { ScanOptions } from './scan-host-keys.ts'
import { publicKey, type ScannedKey, type SeenKey, seeHostKey } from './see-host-key.ts'

/** One line of a `device,SHA256:…` list, made out of band: on the console, by a provisioning log. */
export interface FingerprintLine {
  /** A device's name, or an address that is one device's alone. */
  readonly device: string
  readonly fingerprint: string
}

export interface FingerprintReport {
  /** The key that the device shows has a fingerprint of the list; written. */
  readonly added: readonly string[]
  readonly known: readonly string[]
  /** The device shows another key than the list says, or than known_hosts has: not written. */
  readonly changed: readonly (ScannedKey & { readonly expected: readonly string[] })[]
  readonly failed: readonly ScannedKey[]
  /** Of the list, on no device. */
  readonly unused: number
}

const linePattern = /^"?([^\s,;"]+)"?\s*[,;\t ]\s*"?(SHA256:[A-Za-z0-9+/]{43}=?)"?/

/** Whether a text is such a list, and no known_hosts file. */
export function isFingerprintList(text: string): boolean {
  return text.split('\n').some((line) => linePattern.test(line))
}

/** Comments, a head line and empty lines are passed over. Throws INPUT_INVALID for a line that is none of these. */
export function parseFingerprints(text: string, file: string): readonly FingerprintLine[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim()
    const [, device, fingerprint] = linePattern.exec(line) ?? []
    if (device !== undefined && fingerprint !== undefined)
      return [{ device, fingerprint: fingerprint.replace(/=$/, '') }]
    if (line === '' || line.startsWith('#') || (index === 0 && !line.includes(':'))) return []
    throw new NetlatchError('INPUT_INVALID', `${file}:${index + 1}: not device,SHA256:… .`, {
      at: { file, line: index + 1, column: 1 },
      advice: 'MD5 fingerprints prove nothing; print SHA256 ones',
    })
  })
}

/** Key types that a server may hold beside the one it shows first. */
const otherTypes = [['ssh-ed25519'], ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'], ['ssh-rsa']]

/** Looks at the key of each device of the list, without any login, and writes it where its fingerprint is the listed one. */
export async function verifyFingerprints(
  netlatch: Netlatch,
  devices: readonly Device[],
  lines: readonly FingerprintLine[],
  options: ScanOptions = {},
): Promise<FingerprintReport> {
  const ownsAddress = addressOwner(netlatch)
  const byName = Map.groupBy(lines, ({ device }) => device.toLowerCase())
  const listed = devices.flatMap((device) => {
    const addresses = device.jumpHost === undefined ? device.hosts.filter((host) => ownsAddress(host, device.port)) : []
    const own = [device.name, ...addresses].flatMap((token) => byName.get(token.toLowerCase()) ?? [])
    return own.length > 0 && device.transport === 'ssh' ? [{ device, own }] : []
  })
  await using ports = await openScanPorts(netlatch, options)
  const seen: (SeenKey & { readonly expected: readonly string[] })[] = []
  const lanes = options.concurrency ?? netlatch.workspace.settings.limits.concurrency
  await eachAtOnce(listed, lanes, async ({ device, own }) => {
    if (options.finish?.aborted) return
    const expected = own.map(({ fingerprint }) => fingerprint)
    const key = await seeExpected(netlatch, device, ports, expected)
    seen.push({ ...key, expected })
    options.onScanned?.(publicKey(key))
  })
  const isListed = ({ key, expected }: (typeof seen)[number]) => key !== undefined && expected.includes(key.fingerprint)
  const fresh = seen.filter((each) => each.state === 'new' && isListed(each))
  const keys = fresh.flatMap(({ owner, key }): OwnedKey[] => (key ? [{ owner, key }] : []))
  if (keys.length > 0)
    await netlatch.changeHostKeys((known) =>
      addHostKeys(known, keys, { by: 'fingerprint', on: netlatch.now(), ownsAddress }),
    )
  const matched = new Set(listed.flatMap(({ own }) => own))
  return {
    added: fresh.map(({ device }) => device),
    known: seen.filter((each) => each.state === 'known' && isListed(each)).map(({ device }) => device),
    changed: seen
      .filter(
        (each) => each.state !== 'failed' && !(isListed(each) && (each.state === 'new' || each.state === 'known')),
      )
      .map((each) => ({ ...publicKey(each), expected: each.expected })),
    failed: seen.filter(({ state }) => state === 'failed').map(publicKey),
    unused: lines.filter((line) => !matched.has(line)).length,
  }
}

/** A server shows one of its keys; where that is not the listed one, its others are asked for. */
async function seeExpected(
  netlatch: Netlatch,
  device: Device,
  ports: ScanPorts,
  expected: readonly string[],
): Promise<SeenKey> {
  const first = await seeHostKey(netlatch, device, ports)
  if (!first.key || expected.includes(first.key.fingerprint)) return first
  const shown = first.key.type
  for (const types of otherTypes.filter((each) => !each.includes(shown))) {
    const other = await seeHostKey(netlatch, device, ports, types)
    if (other.key && expected.includes(other.key.fingerprint)) return other
  }
  return first
}
