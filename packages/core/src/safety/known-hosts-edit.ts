import type { HostKey } from '../connection/transport.ts'
import { KnownHosts, splitLines } from './known-hosts.ts'
import {
  hostAndPort,
  hostToken,
  type KnownHostsKeyLine,
  tokenIs,
  type Voucher,
  writeVoucher,
} from './known-hosts-line.ts'

/** What a line is written for. A device, or a jump host, fits. */
export interface HostKeyOwner {
  readonly name: string
  readonly hosts: readonly string[]
  readonly port: number
  /** Addresses behind a jump host mean nothing here: the name alone stands for the device. */
  readonly jumpHost?: string
}

export interface TrustOptions {
  readonly by: Voucher
  readonly on: Date
  /** Whether a host with this port belongs to this owner alone; only then it stands beside the name. */
  readonly ownsAddress: (host: string, port: number) => boolean
}

/** Adds a key beside those that are there. Without a change when the owner has it already. */
export function addHostKey(known: KnownHosts, owner: HostKeyOwner, key: HostKey, options: TrustOptions): KnownHosts {
  return addHostKeys(known, [{ owner, key }], options)
}

export interface OwnedKey {
  readonly owner: HostKeyOwner
  readonly key: HostKey
}

/** Adds keys of many owners at once: the file is read again once, not once a key. */
export function addHostKeys(known: KnownHosts, keys: readonly OwnedKey[], options: TrustOptions): KnownHosts {
  const feed = lineFeedOf(known.text)
  const fresh = keys.filter(({ owner, key }) => !hasKey(known, owner, key))
  const lines = new Set(fresh.map(({ owner, key }) => `${newLine(owner, key, options)}${feed}`))
  if (lines.size === 0) return known
  const end = known.text === '' || known.text.endsWith('\n') ? '' : feed
  return new KnownHosts(known.file, `${known.text}${end}${[...lines].join('')}`)
}

/** Writes a better voucher into lines that only a scan vouches for. Lines of other origin stay as they are. */
export function vouchForScanned(
  known: KnownHosts,
  keys: readonly OwnedKey[],
  { by, on }: Pick<TrustOptions, 'by' | 'on'>,
): KnownHosts {
  const numbers = new Set(
    keys.flatMap(({ owner, key }) =>
      known
        .linesFor(owner.name)
        .filter((line) => line.marker === undefined && line.key.key === key.key && line.vouched?.by === 'scan')
        .map(({ number }) => number),
    ),
  )
  if (numbers.size === 0) return known
  const lines = known.lines.map(({ number, raw }) =>
    numbers.has(number) ? raw.replace(/# netlatch scan \d{4}-\d{2}-\d{2}/, writeVoucher(by, on)) : raw,
  )
  return new KnownHosts(known.file, `${lines.join('\n')}${known.text.endsWith('\n') ? '\n' : ''}`)
}

/** Makes `key` the only key of the owner; the new line takes the place of the first old one. Wildcards and markers stay. */
export function replaceHostKeys(
  known: KnownHosts,
  owner: HostKeyOwner,
  key: HostKey,
  options: TrustOptions,
): KnownHosts {
  const tokens = tokensOf(owner, options)
  return edit(
    known,
    tokens,
    newLine(owner, key, options),
    (line) => hasToken(line, owner.name) && line.key.key === key.key,
  )
}

/** Removes every key of the owner. Lines that name others as well keep those. */
export function forgetHostKeys(
  known: KnownHosts,
  owner: HostKeyOwner,
  options: Pick<TrustOptions, 'ownsAddress'>,
): KnownHosts {
  return edit(known, tokensOf(owner, options), undefined, () => false)
}

function edit(
  known: KnownHosts,
  tokens: readonly string[],
  added: string | undefined,
  keep: (line: KnownHostsKeyLine) => boolean,
): KnownHosts {
  const feed = lineFeedOf(known.text)
  const ending = feed.slice(0, -1)
  const kept = known.lines.some((line) => line.kind === 'key' && line.marker === undefined && keep(line))
  let place: number | undefined
  const lines: string[] = []
  for (const line of known.lines) {
    const mine = line.kind === 'key' && line.marker === undefined && tokens.some((token) => hasToken(line, token))
    if (!mine || keep(line)) {
      lines.push(line.raw)
      continue
    }
    place ??= lines.length
    const others = line.patterns.filter((pattern) => !tokens.some((token) => tokenIs(pattern, token)))
    if (others.length > 0) lines.push(line.raw.replace(line.hosts, () => others.join(',')))
  }
  if (added !== undefined && !kept) lines.splice(place ?? lines.length, 0, added + ending)
  const unchanged = lines.length === known.lines.length && lines.every((raw, index) => raw === known.lines[index]?.raw)
  if (unchanged) return known
  const text = lines.length === 0 ? '' : `${lines.join('\n').replace(/\r?$/, ending)}\n`
  return new KnownHosts(known.file, text)
}

function hasKey(known: KnownHosts, owner: HostKeyOwner, key: HostKey): boolean {
  return known.linesFor(owner.name).some((line) => line.marker === undefined && line.key.key === key.key)
}

function newLine(owner: HostKeyOwner, key: HostKey, options: TrustOptions): string {
  const [name = '', ...addresses] = tokensOf(owner, options).map(hostToken)
  // A hashed entry stands alone on its line.
  const hosts = name.startsWith('|') ? name : [name, ...addresses.filter((token) => !token.startsWith('|'))].join(',')
  return `${hosts} ${key.type} ${key.key} ${writeVoucher(options.by, options.on)}`
}

function tokensOf(owner: HostKeyOwner, options: Pick<TrustOptions, 'ownsAddress'>): readonly string[] {
  const addresses = owner.jumpHost === undefined ? owner.hosts : []
  const owned = addresses.filter((host) => options.ownsAddress(host, owner.port))
  return [...new Set([owner.name, ...owned.map((host) => hostAndPort(host, owner.port))])]
}

function hasToken(line: KnownHostsKeyLine, token: string): boolean {
  return line.patterns.some((pattern) => tokenIs(pattern, token))
}

/** The file's own way of ending lines. */
function lineFeedOf(text: string): string {
  return splitLines(text)[0]?.endsWith('\r') ? '\r\n' : '\n'
}
