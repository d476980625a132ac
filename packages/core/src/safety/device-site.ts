import { isIPv4, isIPv6 } from 'node:net'
import type { Device } from '../model.ts'

/**
 * Where a device stands, for the ledger's neighbourhoods: its site, else the /24 or /64 of its first address. A device that
 * has only a name is a site of its own: nothing is concluded from it for others.
 */
export function siteOf({ site, hosts }: Pick<Device, 'site' | 'hosts'>): string {
  if (site !== undefined) return site
  const [host = ''] = hosts
  if (isIPv4(host)) return `${host.split('.').slice(0, 3).join('.')}.0/24`
  return isIPv6(host) ? `${prefix64(host)}::/64` : host
}

/** The first four groups, without leading zeros, of an address in any of its spellings. */
function prefix64(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const before = head.split(':').filter((group) => group !== '')
  // An embedded IPv4 address stands for two groups.
  const after = (tail ?? '')
    .split(':')
    .flatMap((group) => (group.includes('.') ? ['0', '0'] : group === '' ? [] : [group]))
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...new Array<string>(zeros).fill('0'), ...after].slice(0, 4)
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}
