import {
  agoText,
  type Device,
  type Explanation,
  formatDay,
  type ListedKey,
  type NamePlace,
  type SnapshotRecord,
} from '@netlatch/core'
import type { InlineText } from './inline-result.ts'
import type { Target } from './lenses.ts'

/** Plain lines and commands; whoever shows them escapes the lines. */
export interface HoverText {
  readonly lines: readonly string[]
  readonly links: readonly { readonly title: string; readonly command: string; readonly target: Target }[]
}

export interface DeviceHover {
  readonly device: Device
  readonly result: InlineText | undefined
  /** Absent where nothing but the file may be looked at. */
  readonly explanation?: Explanation | undefined
  readonly keys: readonly ListedKey[]
  readonly backup?: SnapshotRecord | undefined
  readonly now: Date
  /** The last result says that its key is unknown or another one. */
  readonly hostKeyTrouble: boolean
  /** Commands may run here. */
  readonly acts: boolean
}

const mostCandidates = 5

/** Identity, result, candidates, budget, host key, backup, links: in this order. */
export function deviceHover({
  device,
  result,
  explanation,
  keys,
  backup,
  now,
  hostKeyTrouble,
  acts,
}: DeviceHover): HoverText {
  const { name, hosts, port, platform, site } = device
  const identity = [
    name,
    `${hosts.join(', ')}${port === 22 ? '' : ` port ${port}`}`,
    platform,
    ...(site === undefined ? [] : [`site ${site}${givenBy(device, 'site')}`]),
  ]
  const link = (title: string, command: string) => ({
    title,
    command: `netlatch.${command}`,
    target: { devices: [name] },
  })
  return {
    lines: [
      identity.join(' · '),
      ...(result ? [result.text] : []),
      ...(explanation ? ['', ...candidateLines(explanation), ...triesLines(explanation)] : []),
      ...keys.map(({ key, vouchedBy, since }) => {
        const voucher = vouchedBy === undefined ? '' : ` · vouched by ${vouchedBy}${since ? `, ${since}` : ''}`
        return `Host key ${key}${voucher}`
      }),
      ...(backup ? [backupLine(backup, now)] : []),
    ],
    links:
      acts && device.transport === 'ssh'
        ? [
            ...(hostKeyTrouble ? [link('Trust Host Key…', 'trustHostKey')] : []),
            link('Test Login', 'testLogin'),
            link('Diagnose', 'doctor'),
            link('Explain', 'explain'),
            link('Open Terminal', 'openTerminal'),
            ...(backup ? [link('Compare with Backup', 'diffLastBackup')] : [link('Back Up', 'backup')]),
          ]
        : [],
  }
}

function givenBy({ origins }: Device, key: string): string {
  const origin = origins[key]
  return origin && origin.layer !== 'device' ? ` (${origin.layer}, line ${origin.line})` : ''
}

function candidateLines({ candidates, excluded }: Explanation): readonly string[] {
  const lines = [
    ...candidates.map(({ credential, because }, index) => `${index + 1} · ${credential.name} · ${because}`),
    ...excluded.map(({ credential, because }) => `– · ${credential.name} · ${because}`),
  ]
  const more = lines.length - mostCandidates
  const shown = more > 0 ? [...lines.slice(0, mostCandidates), `… ${more} more`] : lines
  return shown.length > 0 ? [...shown, ''] : ['No credential in the vault', '']
}

function triesLines({ tries }: Explanation): readonly string[] {
  const counted = tries.filter(({ allowed }) => allowed !== 'none')
  if (counted.length === 0) return []
  const texts = counted.map(({ username, failed, allowed }) => `${username} ${Math.max(0, Number(allowed) - failed)}`)
  return [`Tries left: ${texts.join(', ')}`]
}

function backupLine(backup: SnapshotRecord, now: Date): string {
  const { bytes, unprovenBecause } = backup
  const what = `backup ${backupAge(backup, now)}, ${kilobytes(bytes)}`
  return unprovenBecause === undefined ? `Last good ${what}` : `Last ${what}, unproven: ${unprovenBecause}`
}

function backupAge({ seenAt }: SnapshotRecord, now: Date): string {
  return now.getTime() - seenAt.getTime() > 7 * 86_400_000 ? formatDay(seenAt) : agoText(seenAt, now)
}

function kilobytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`
}

/** What a name stands for, where it is not a device: `core: 38 devices, 2 credentials (core-admin, tacacs-netops)`. */
export function nameHover(
  { kind, name }: Pick<NamePlace, 'kind' | 'name'>,
  counts: { readonly devices: number; readonly credentials: readonly string[]; readonly about?: string | undefined },
): HoverText {
  const { devices, credentials, about } = counts
  const parts = [
    `${devices.toLocaleString('en-US')} device${devices === 1 ? '' : 's'}`,
    ...(credentials.length > 0
      ? [`${credentials.length} credential${credentials.length === 1 ? '' : 's'} (${credentials.join(', ')})`]
      : kind === 'tag'
        ? ['no credential']
        : []),
  ]
  return { lines: [`${name}: ${parts.join(', ')}`, ...(about === undefined ? [] : [about])], links: [] }
}
