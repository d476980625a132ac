import { BlockList, isIP } from 'node:net'
import type { Device } from '../model.ts'
import type { SelectionKey } from './selection.ts'
import { compilePattern, literalOf, type Pattern } from './selection-pattern.ts'

/** What the state knows about a device, as far as selections ask. */
export interface DeviceFacts {
  /** What holds of the last test: its result (`opened`, `failed`, `untested` …) and its result code. */
  readonly results: readonly string[]
  /** The credential that opened it last. */
  readonly credential?: string
  /** Absent when it was never tested. */
  readonly testedAt?: Date
  /** What holds of its captures: `good` or `unproven`, `held`; `none` without any that is stored. */
  readonly backups: readonly string[]
  /** When the stored backup was there last. */
  readonly backedUpAt?: Date
}

export interface MatchContext {
  /** Asked only for keys that read the state. */
  readonly facts: (device: Device) => DeviceFacts
  readonly now: Date
}

export type DeviceTest = (device: Device) => boolean

/** Compiles one value of a key. Returns undefined when the value makes no sense for the key. */
export function compileValue(key: SelectionKey, value: Pattern, context: MatchContext): DeviceTest | undefined {
  const matches = compilePattern(value)
  const { facts, now } = context
  switch (key) {
    case 'name':
      return (device) => matches(device.name)
    case 'tag':
      return (device) => device.tags.some(matches)
    case 'group':
      return (device) => device.groups.some(matches)
    case 'site':
      return (device) => device.site !== undefined && matches(device.site)
    case 'role':
      return (device) => device.role !== undefined && matches(device.role)
    case 'platform':
      return (device) => matches(device.platform)
    case 'status':
      return (device) => matches(device.status)
    case 'port':
      return (device) => matches(String(device.port))
    case 'jump':
      return (device) => device.jumpHost !== undefined && matches(device.jumpHost)
    case 'host': {
      const contains = compileNetwork(literalOf(value))
      if (!contains) return undefined
      return (device) => device.hosts.some((host) => matches(host) || contains(host))
    }
    case 'result':
      return (device) => facts(device).results.some(matches)
    case 'credential':
      return (device) => matches(facts(device).credential ?? 'none')
    case 'backup':
      return (device) => facts(device).backups.some(matches)
    case 'older':
    case 'backup-older': {
      const age = parseAge(literalOf(value))
      if (age === undefined) return undefined
      const before = now.getTime() - age
      const moment = (device: Device) => (key === 'older' ? facts(device).testedAt : facts(device).backedUpAt)
      return (device) => (moment(device)?.getTime() ?? Number.NEGATIVE_INFINITY) < before
    }
  }
}

/**
 * Tests whether an address lies in a network, `10.0.0.0/8`, or is the same one written differently; a name is in none. Undefined for
 * what is meant as a network and is none.
 */
function compileNetwork(text: string | undefined): ((host: string) => boolean) | undefined {
  const [address = '', prefix] = text?.split('/') ?? []
  const family = isIP(address)
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
  const isNetwork = family !== 0 && /^\d{1,3}$/.test(prefix ?? '0') && bits <= (family === 4 ? 32 : 128)
  if (!isNetwork) return prefix === undefined ? () => false : undefined
  const network = new BlockList()
  network.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  return (host) => isIP(host) === family && network.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function parseAge(text: string | undefined): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/i.exec(text ?? '') ?? []
  const ms = unitMs[unit.toLowerCase()]
  return count === undefined || ms === undefined ? undefined : Number(count) * ms
}
