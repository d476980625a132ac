import type { Device } from '../../model.ts'
import { formatInline, formatText, type YamlValue } from '../../workspace/yaml-text.ts'

/** A device to hand to another tool, and which login is known to work on it. Never a secret. */
export interface ExportedDevice {
  readonly device: Device
  /** The credential that opened it last, if one did. */
  readonly working?: { readonly credential: string; readonly username?: string | undefined } | undefined
}

export interface ExportedFile {
  /** `hosts.yaml` */
  readonly name: string
  readonly text: string
}

type Entries = readonly (readonly [key: string, value: YamlValue | undefined])[]

/** A mapping without what is undefined. */
export function entries(all: Entries): Readonly<Record<string, YamlValue>> {
  return Object.fromEntries(all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])))
}

/** YAML in blocks: a line a value, lists in brackets. */
export function blockText(value: Readonly<Record<string, YamlValue>>, indent = ''): string {
  return Object.entries(value)
    .map(([key, inner]) => {
      const isBlock = typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner).length > 0
      const name = `${indent}${formatText(key)}:`
      return isBlock
        ? `${name}\n${blockText(inner as Readonly<Record<string, YamlValue>>, `${indent}  `)}`
        : `${name} ${formatInline(inner)}\n`
    })
    .join('')
}

/** What other tools have no word for, and an import of the export needs for the same devices. */
export function ownValues({ device, working }: ExportedDevice): Readonly<Record<string, YamlValue>> {
  const { hosts, transport, status, realm, jumpHost, credential, expect, ssh } = device
  return entries([
    ['host', hosts.length > 1 ? hosts : undefined],
    ['transport', transport === 'ssh' ? undefined : transport],
    ['status', status === 'active' ? undefined : status],
    ['groups', device.groups.length > 0 ? device.groups : undefined],
    ['realm', realm],
    ['jump_host', jumpHost],
    ['credential', credential],
    ['expect', expect && entries(Object.entries(expect))],
    ['ssh', ssh.algorithms === 'modern' ? undefined : entries(Object.entries(ssh))],
    ['working_credential', working?.credential],
  ])
}
