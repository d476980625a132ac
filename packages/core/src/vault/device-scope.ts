import { isIP } from 'node:net'
import type { Device } from '../model.ts'
import { type Scope, scopeAllows } from './scope.ts'

export interface ConnectedTo {
  /** Which of the device's hosts was connected to. */
  readonly host?: string
  /** The address that answered. */
  readonly address?: string
}

/**
 * Whether a secret may go to this device now, which only a plain yes allows. Without `host` it is the one that is written as
 * `address`; where a name led there, or nothing is known, each one that it could be must be inside.
 */
export function deviceInScope(scope: Scope, device: Device, { host, address }: ConnectedTo): boolean {
  const candidates = host === undefined ? possibleHosts(device.hosts, address) : [host]
  return (
    candidates.length > 0 &&
    candidates.every((each) => scopeAllows(scope, { host: each, port: device.port, address }) === 'yes')
  )
}

function possibleHosts(hosts: readonly string[], address: string | undefined): readonly string[] {
  if (address === undefined) return hosts
  const literal = hosts.find((host) => host.toLowerCase() === address.toLowerCase())
  if (literal !== undefined) return [literal]
  const names = hosts.filter((host) => isIP(host) === 0)
  // An address in another spelling (IPv6): whichever it is, the address itself is what is checked.
  return names.length > 0 ? names : hosts
}
