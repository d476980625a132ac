import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The part of a credential that says where it may be sent. */
export interface Scope {
  readonly hosts: readonly string[]
  readonly ports?: readonly number[] | undefined
}

export interface ScopeTarget {
  /** The address or name as the inventory has it. */
  readonly host: string
  readonly port: number
  /** The address connected to, once it is known. Behind a jump host it never is: the inventory's text decides. */
  readonly address?: string | undefined
}

/** `if-it-resolves-inside`: the host is a name, and only the address it leads to can tell. */
export type ScopeAnswer = 'yes' | 'no' | 'if-it-resolves-inside'

type Address = ipaddr.IPv4 | ipaddr.IPv6

type ScopeEntry =
  | { readonly kind: 'any' }
  | { readonly kind: 'network'; readonly base: Address; readonly bits: number }
  | { readonly kind: 'name'; readonly pattern: string }

/** Whether a credential may be sent to a host and port. Entries that cannot be read match nothing. */
export function scopeAllows(scope: Scope, target: ScopeTarget): ScopeAnswer {
  if (scope.ports && !scope.ports.includes(target.port)) return 'no'
  const entries = scope.hosts.flatMap((host) => parseScopeEntry(host) ?? [])
  if (entries.some((entry) => entry.kind === 'any')) return 'yes'

  const literal = parseAddress(target.host)
  if (!literal) {
    const name = normaliseName(target.host)
    if (entries.some((entry) => entry.kind === 'name' && globMatches(entry.pattern, name))) return 'yes'
  }
  const networks = entries.filter((entry) => entry.kind === 'network')
  const address = target.address === undefined ? literal : parseAddress(target.address)
  if (address) return networks.some(({ base, bits }) => isInside(address, base, bits)) ? 'yes' : 'no'
  return target.address === undefined && networks.length > 0 ? 'if-it-resolves-inside' : 'no'
}

/** What is wrong with an entry of `hosts:`, for people; undefined when it can be used. */
export function scopeEntryProblem(text: string): string | undefined {
  if (parseScopeEntry(text)) return undefined
  if (/^[*?.]+$/.test(text)) return `"${text}" means every name: write any`
  if (/^[\d.*?]+$/.test(text)) return `"${text}" is no address: write a network, as 10.0.0.0/8`
  return `"${text}" is neither a network, a name pattern nor any`
}

function parseScopeEntry(text: string): ScopeEntry | undefined {
  if (text === 'any') return { kind: 'any' }
  const slash = text.lastIndexOf('/')
  const base = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (base) {
    const longest = base.kind() === 'ipv4' ? 32 : 128
    if (slash === -1) return { kind: 'network', base, bits: longest }
    const prefix = text.slice(slash + 1)
    if (!/^\d{1,3}$/.test(prefix)) return undefined
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8; a shorter prefix would reach beyond the mapped addresses.
    const isMapped = base.kind() === 'ipv4' && text.includes(':')
    const bits = Number(prefix) - (isMapped ? 96 : 0)
    return bits >= 0 && bits <= longest ? { kind: 'network', base, bits } : undefined
  }
  // A pattern of digits and dots alone would look like an address and match names such as 10.example.net.
  const isName = /^[A-Za-z0-9_*?.-]+$/.test(text) && /[A-Za-z]/.test(text)
  return isName ? { kind: 'name', pattern: normaliseName(text) } : undefined
}

/** Strict notation only: ipaddr.js alone would read 10.1, 0x0a000001 and octal as addresses. */
function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (isIP(bare) === 0) return undefined
  // The zone (%eth0) names an interface, not an address. An IPv4-mapped address is that IPv4 address.
  return ipaddr.process(bare.replace(/%.*$/, ''))
}

function isInside(address: Address, base: Address, bits: number): boolean {
  return address.kind() === base.kind() && address.match([base, bits])
}

function normaliseName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** `*` any characters, dots included; `?` one. No regular expression: patterns must not be able to take long. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let resume = 0
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = from
    } else if (pattern[at] === '?' || pattern[at] === text[from]) {
      at++
      from++
    } else if (star !== -1) {
      at = star + 1
      from = ++resume
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
