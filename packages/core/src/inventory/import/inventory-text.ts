import { formatInline, formatText, type YamlValue } from '../../workspace/yaml-text.ts'
import type { DeviceValues } from '../inventory-schema.ts'
import { deviceKeys } from './accept-device.ts'
import type { ImportedDevice, ImportedGroup } from './imported.ts'

/** An inventory file of its own, always the same for the same content: sorted, one value a line. `header` is comment lines. */
export function inventoryText(
  header: readonly string[],
  groups: readonly ImportedGroup[],
  devices: readonly ImportedDevice[],
): string {
  const lines = [...header.map((line) => `# ${line}`.trimEnd()), 'version: 1']
  if (groups.length > 0) {
    lines.push('', 'groups:')
    for (const group of groups.toSorted(byName))
      lines.push(`  ${formatText(group.name)}: ${formatInline(groupValues(group))}`)
  }
  lines.push('', devices.length > 0 ? 'devices:' : 'devices: {}')
  for (const { name, values } of devices.toSorted(byName)) {
    lines.push(`  ${formatText(name)}:`)
    for (const [key, value] of Object.entries(deviceValues(values))) lines.push(`    ${key}: ${formatInline(value)}`)
  }
  return `${lines.join('\n')}\n`
}

/** What a file says of a device, in the order it is written. */
export function deviceValues(values: DeviceValues): Readonly<Record<string, YamlValue>> {
  const entries = deviceKeys.flatMap((key): [string, YamlValue][] => {
    const value = values[key]
    // An absent inner value would be written as a key without one.
    return value === undefined ? [] : [[key, JSON.parse(JSON.stringify(value)) as YamlValue]]
  })
  return Object.fromEntries(entries)
}

export function groupValues({ groups, tags }: ImportedGroup): Readonly<Record<string, YamlValue>> {
  return { ...(groups.length > 0 && { groups }), ...(tags.length > 0 && { tags }) }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
