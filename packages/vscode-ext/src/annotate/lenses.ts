import { type Credential, type Device, type DeviceRecord, type ResultCode, resultCode } from '@netlatch/core'
import { type Counts, countDevices } from './counts.ts'

/** What a lens or link does: a command of the extension, for some devices or one credential. */
export interface Lens {
  /** Counts from 1. */
  readonly line: number
  readonly title: string
  /** Empty: only a text. */
  readonly command: string
  readonly target: Target
}

export interface Target {
  readonly devices?: readonly string[]
  /** A selection, where the devices are many. */
  readonly selection?: string
  readonly credential?: string
}

export interface LensInput {
  readonly file: string
  /** Where `devices:` stands, when it has any. */
  readonly devicesLine?: number | undefined
  readonly groups: readonly { readonly name: string; readonly line: number; readonly devices: readonly Device[] }[]
  /** Of this file. */
  readonly devices: readonly Device[]
  /** Of all files. */
  readonly all: readonly Device[]
  readonly records: ReadonlyMap<string, DeviceRecord>
  readonly show: 'all' | 'needsAttention' | 'none'
}

export function inventoryLenses(input: LensInput): readonly Lens[] {
  const { devicesLine, groups, all, records } = input
  const total = countDevices(all, records)
  return [
    ...(devicesLine !== undefined && total.devices > 0
      ? countLenses(devicesLine, `Discover Credentials (${number(total.open)})`, total, { selection: 'all' })
      : []),
    ...groups.flatMap(({ name, line, devices }): readonly Lens[] => {
      const counts = countDevices(devices, records)
      const selection = { selection: `group:"${name}"` }
      return counts.devices > 0 ? countLenses(line, `Discover (${number(counts.open)})`, counts, selection) : []
    }),
    ...input.devices.flatMap((device) => deviceLenses(device, input)),
  ]
}

function countLenses(line: number, title: string, counts: Counts, target: Target): readonly Lens[] {
  const share = `${number(counts.opened)} of ${number(counts.devices)} opened`
  return [
    { line, title, command: 'netlatch.discover', target },
    { line, title: share, command: 'netlatch.showCoverage', target },
  ]
}

/** Where a person can look at the key and trust it; a revoked one is nothing to trust. */
export function hasHostKeyTrouble(code: ResultCode | undefined): boolean {
  return code === 'HOST_KEY_UNKNOWN' || code === 'HOST_KEY_CHANGED'
}

function deviceLenses({ name, origin, status, transport }: Device, { show, records }: LensInput): readonly Lens[] {
  if (show === 'none' || status !== 'active' || transport !== 'ssh') return []
  const record = records.get(name)
  const lens = (title: string, command: string): Lens => ({
    line: origin.line,
    title,
    command: `netlatch.${command}`,
    target: { devices: [name] },
  })
  if (record && resultCode(record.code).needsAttention)
    return hasHostKeyTrouble(record.code)
      ? [lens('Trust Host Key…', 'trustHostKey'), lens('Diagnose', 'doctor')]
      : [lens('Test Login', 'testLogin'), lens('Diagnose', 'doctor')]
  return show === 'all' ? [lens('Test Login', 'testLogin'), lens('Run Command…', 'runCommand')] : []
}

/** `opens 318 of 346` above each credential of the vault. */
export function credentialLenses(
  credentials: readonly Credential[],
  matches: (credential: Credential) => number,
  records: ReadonlyMap<string, DeviceRecord>,
): readonly Lens[] {
  const opens = new Map<string, number>()
  for (const { credential, code } of records.values())
    if (credential !== null && !resultCode(code).needsAttention) opens.set(credential, (opens.get(credential) ?? 0) + 1)
  return credentials.flatMap((credential): readonly Lens[] => {
    const { name, origin } = credential
    const target = { credential: name }
    const title = `opens ${number(opens.get(name) ?? 0)} of ${number(matches(credential))}`
    return [
      { line: origin.line, title, command: 'netlatch.showCoverage', target },
      { line: origin.line, title: 'Change Secret…', command: 'netlatch.changeSecret', target },
    ]
  })
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
