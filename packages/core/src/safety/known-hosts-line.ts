import { createHmac, randomBytes } from 'node:crypto'
import { readHostKeyBlob } from '../connection/host-key.ts'
import type { HostKey } from '../connection/transport.ts'

/** Who vouched for a key; stands in the comment field of its line, which OpenSSH keeps and does not read. */
export type Voucher = 'import' | 'fingerprint' | 'scan' | 'scan-twice' | 'person' | 'accept-new'

export interface Vouched {
  readonly by: string
  /** ISO date. */
  readonly on: string
}

/** One line of a known_hosts file. `raw` is its text without the line feed. */
export type KnownHostsLine =
  | { readonly kind: 'other'; readonly number: number; readonly raw: string }
  | { readonly kind: 'invalid'; readonly number: number; readonly raw: string; readonly problem: string }
  | KnownHostsKeyLine

export interface KnownHostsKeyLine {
  readonly kind: 'key'
  readonly number: number
  readonly raw: string
  readonly marker: 'revoked' | 'cert-authority' | undefined
  /** The host field as it stands. */
  readonly hosts: string
  /** Its entries; one for a hashed line. */
  readonly patterns: readonly string[]
  readonly key: HostKey
  readonly comment: string
  readonly vouched: Vouched | undefined
}

const hashed = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/

/** Reads one line as OpenSSH does (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), with a reason for what it would skip in silence. */
export function readKnownHostsLine(raw: string, number: number): KnownHostsLine {
  const text = raw.trim()
  if (text === '' || text.startsWith('#')) return { kind: 'other', number, raw }
  const invalid = (problem: string): KnownHostsLine => ({ kind: 'invalid', number, raw, problem })
  const fields = text.split(/[ \t]+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') {
    return invalid(`unknown marker ${marker}`)
  }
  const [hosts = '', type = '', blob = '', ...comment] = fields
  // Keys of SSH version 1: bits, exponent, modulus. OpenSSH passes over them as well.
  if (/^\d+$/.test(type) && /^\d+$/.test(blob)) return { kind: 'other', number, raw }
  if (blob === '') return invalid('a line has hosts, key type and key')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return invalid('the key is not base64')
  const key = readHostKeyBlob(Buffer.from(blob, 'base64'))
  if (key === undefined) return invalid('the key cannot be read')
  if (key.type !== type) return invalid(`the key is of type ${key.type}, the line says ${type}`)
  if (hosts.startsWith('|') && !hashed.test(hosts)) return invalid('the hashed host name cannot be read')
  return {
    kind: 'key',
    number,
    raw,
    marker: marker === '@revoked' ? 'revoked' : marker === '@cert-authority' ? 'cert-authority' : undefined,
    hosts,
    patterns: hosts.startsWith('|') ? [hosts] : hosts.split(',').filter((pattern) => pattern !== ''),
    key,
    comment: comment.join(' '),
    vouched: readVoucher(comment.join(' ')),
  }
}

/** True when the host field names `host`: any pattern matches, and no negated one does. */
export function lineNames(line: KnownHostsKeyLine, host: string): boolean {
  let named = false
  for (const pattern of line.patterns) {
    const negated = pattern.startsWith('!')
    if (!patternMatches(negated ? pattern.slice(1) : pattern, host)) continue
    if (negated) return false
    named = true
  }
  return named
}

/** True when this entry of a host field stands for `host` and for no other. */
export function tokenIs(pattern: string, host: string): boolean {
  if (pattern.startsWith('|')) return hashMatches(pattern, host)
  return pattern.toLowerCase() === host.toLowerCase() && !isWildcard(pattern) && !pattern.startsWith('!')
}

export function isWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern)
}

function patternMatches(pattern: string, host: string): boolean {
  if (pattern.startsWith('|')) return hashMatches(pattern, host)
  if (!isWildcard(pattern)) return pattern.toLowerCase() === host.toLowerCase()
  return wildcardMatches(pattern.toLowerCase(), host.toLowerCase())
}

/** Linear in the length of both, whatever the pattern: a regular expression of many stars is not. */
function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let retry = 0
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++
      retry = at
    } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === text[at])) {
      inPattern++
      at++
    } else if (star !== -1) {
      inPattern = star + 1
      at = ++retry
    } else {
      return false
    }
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

function hashMatches(pattern: string, host: string): boolean {
  const [, salt = '', hash = ''] = hashed.exec(pattern) ?? []
  const bytes = Buffer.from(salt, 'base64')
  return [...new Set([host, host.toLowerCase()])].some(
    (name) => createHmac('sha1', bytes).update(name).digest('base64') === hash,
  )
}

/** A host field entry for `host`; hashed, where the name holds a character that means something there. */
export function hostToken(host: string): string {
  if (/^[^\s,*?!|#@][^\s,*?]*$/.test(host)) return host
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(host).digest('base64')}`
}

/** `192.0.2.1` on port 22, else `[192.0.2.1]:2222`. */
export function hostAndPort(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`
}

export function writeVoucher(by: Voucher, on: Date): string {
  return `# netlatch ${by} ${on.toISOString().slice(0, 10)}`
}

function readVoucher(comment: string): Vouched | undefined {
  const [, by, on] = /# netlatch ([a-z-]+) (\d{4}-\d{2}-\d{2})/.exec(comment) ?? []
  return by !== undefined && on !== undefined ? { by, on } : undefined
}
