import type { Device } from '../model.ts'
import { resultCode } from '../result-codes.ts'
import type { CredentialStats, DeviceRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

export const coverageKeys = ['site', 'platform', 'role', 'tag', 'credential'] as const
export type CoverageKey = (typeof coverageKeys)[number]

/** Where each device stands. One device counts once in every total, but under each of its tags. */
export interface CoverageCounts {
  readonly devices: number
  readonly opened: number
  /** Of the opened: tested within `staleAfterMs`. */
  readonly fresh: number
  readonly privileged: number
  readonly attention: number
  readonly untested: number
  /** Telnet only: never contacted, never a failure. */
  readonly telnet: number
}

export interface CoverageGroup extends CoverageCounts {
  readonly name: string
  readonly mainCause?: { readonly text: string; readonly devices: number }
}

export interface Coverage extends CoverageCounts {
  readonly by: CoverageKey
  /** Largest first. */
  readonly groups: readonly CoverageGroup[]
  readonly credentials: readonly CredentialCoverage[]
}

export interface CredentialCoverage {
  readonly credential: string
  readonly opens: number
  readonly stats?: CredentialStats
}

export interface CoverageOptions {
  /** @default 'site' */
  readonly by?: CoverageKey
  /** @default 30 days */
  readonly staleAfterMs?: number
}

const thirtyDays = 30 * 86_400_000

/** Counts from the last results; connects to nothing and needs no secret. */
export async function coverageReport(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: CoverageOptions = {},
): Promise<Coverage> {
  const { by = 'site', staleAfterMs = thirtyDays } = options
  const state = await netlatch.state()
  const records = await state.devices()
  const freshSince = netlatch.now().getTime() - staleAfterMs
  const standing = (device: Device) => standingOf(device, records.get(device.name), freshSince)
  const groups = groupDevices(devices, by, records).map(([name, members]) => {
    const mainCause = mainCauseOf(members, records)
    return { name, ...countAll(members.map(standing)), ...(mainCause && { mainCause }) }
  })
  return {
    by,
    ...countAll(devices.map(standing)),
    groups: groups.sort((a, b) => b.devices - a.devices || (a.name < b.name ? -1 : 1)),
    credentials: await credentialCoverage(netlatch, devices, records),
  }
}

interface Standing {
  readonly is: 'opened' | 'attention' | 'untested' | 'telnet'
  readonly fresh: boolean
  readonly privileged: boolean
}

function standingOf(device: Device, record: DeviceRecord | undefined, freshSince: number): Standing {
  const none = { fresh: false, privileged: false }
  if (device.transport === 'telnet') return { is: 'telnet', ...none }
  if (!record) return { is: 'untested', ...none }
  if (resultCode(record.code).needsAttention) return { is: 'attention', ...none }
  if (record.credential === null) return { is: 'untested', ...none }
  return {
    is: 'opened',
    fresh: (record.openedAt ?? record.testedAt).getTime() >= freshSince,
    privileged: record.privilege === 'privileged',
  }
}

function countAll(standings: readonly Standing[]): CoverageCounts {
  const count = (holds: (standing: Standing) => boolean) => standings.filter(holds).length
  return {
    devices: standings.length,
    opened: count(({ is }) => is === 'opened'),
    fresh: count(({ is, fresh }) => is === 'opened' && fresh),
    privileged: count(({ is, privileged }) => is === 'opened' && privileged),
    attention: count(({ is }) => is === 'attention'),
    untested: count(({ is }) => is === 'untested'),
    telnet: count(({ is }) => is === 'telnet'),
  }
}

function groupDevices(
  devices: readonly Device[],
  by: CoverageKey,
  records: ReadonlyMap<string, DeviceRecord>,
): [string, readonly Device[]][] {
  const groups = new Map<string, Device[]>()
  for (const device of devices)
    for (const key of keysOf(device, by, records.get(device.name))) {
      const group = groups.get(key)
      if (group) group.push(device)
      else groups.set(key, [device])
    }
  return [...groups]
}

function keysOf(device: Device, by: CoverageKey, record: DeviceRecord | undefined): readonly string[] {
  const none = '(none)'
  if (by === 'tag') return device.tags.length > 0 ? device.tags : [none]
  if (by === 'credential') return [record?.credential ?? none]
  return [device[by] ?? none]
}

function mainCauseOf(
  devices: readonly Device[],
  records: ReadonlyMap<string, DeviceRecord>,
): CoverageGroup['mainCause'] {
  const failing = devices.flatMap(({ name }) => {
    const record = records.get(name)
    return record && resultCode(record.code).needsAttention ? [record] : []
  })
  const [main] = [...Map.groupBy(failing, ({ code }) => code).values()].sort((a, b) => b.length - a.length)
  const [first] = main ?? []
  // A message begins with the device's name, `fra-dist-02: host key changed`; the cause is what follows.
  return main && first && { text: first.message.slice(first.device.length + 2), devices: main.length }
}

async function credentialCoverage(
  netlatch: Netlatch,
  devices: readonly Device[],
  records: ReadonlyMap<string, DeviceRecord>,
): Promise<CredentialCoverage[]> {
  const state = await netlatch.state()
  const stats = new Map((await state.credentialStats()).map((entry) => [entry.credential, entry]))
  const opens = new Map<string, number>()
  for (const device of devices) {
    const record = records.get(device.name)
    if (record?.credential && !resultCode(record.code).needsAttention)
      opens.set(record.credential, (opens.get(record.credential) ?? 0) + 1)
  }
  return netlatch.credentials
    .map(({ name }) => {
      const own = stats.get(name)
      return { credential: name, opens: opens.get(name) ?? 0, ...(own && { stats: own }) }
    })
    .sort((a, b) => b.opens - a.opens || (a.credential < b.credential ? -1 : 1))
}
