import { NetlatchError } from '../../errors.ts'
import { parseYaml } from '../../workspace/yaml-file.ts'
import { nodeAt } from '../../workspace/yaml-node.ts'
import { type DeviceValues, deviceSchema } from '../inventory-schema.ts'
import { type ImportTarget, namesElsewhere } from './import-target.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { inventoryText } from './inventory-text.ts'
import { finish, type ImportPlan, type ImportSurroundings } from './plan-import.ts'
import { causesText } from './refuse-source.ts'
import { generatedHeader, generatedMark, keptBySync, type SyncSource, sourceTitles } from './source-titles.ts'

export interface SyncPlan extends ImportPlan {
  /** Devices that are gone from the source, or are now in another file. */
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/**
 * Writes the generated file anew, always the same for the same devices. What its source does not know of a device stays as it
 * was. Throws INPUT_INVALID when the file is not a generated one, or the source has no device at all.
 */
export function planSync(
  surroundings: ImportSurroundings,
  imported: Imported,
  target: ImportTarget,
  source: SyncSource,
): SyncPlan {
  if (!target.isFresh && !target.text?.startsWith(generatedMark(source))) {
    const message = `${target.file} was not generated from ${sourceTitles[source]}. Nothing was written.`
    throw new NetlatchError('INPUT_INVALID', message, { advice: 'Choose another file: --into <file>' })
  }
  if (imported.devices.length === 0) {
    const skipped = imported.notes.filter(({ kind }) => kind === 'skipped')
    const causes = skipped.length > 0 ? `: ${causesText(skipped)}` : ''
    const message = `${sourceTitles[source]} gave no device that can be taken${causes}. Nothing was written.`
    throw new NetlatchError('INPUT_INVALID', message, { advice: 'Look at the filter, and at what the token may see.' })
  }
  const before = target.isFresh ? new Map<string, DeviceValues>() : devicesOf(target)
  const others = namesElsewhere(surroundings.inventory.files, target.path, 'devices')
  const present = imported.devices.flatMap(({ name }) => {
    const file = others.get(name)
    return file === undefined ? [] : [{ name, file }]
  })
  const devices = imported.devices
    .filter(({ name }) => !others.has(name))
    .map((device) => withKept(device, before.get(device.name), source))
  const defined = namesElsewhere(surroundings.inventory.files, target.path, 'groups')
  const groups = imported.groups.filter(({ name }) => !defined.has(name))
  const after = inventoryText(generatedHeader(source), groups, devices)
  const names = new Set(devices.map(({ name }) => name))
  const jumpHosts = new Set(imported.devices.flatMap(({ values }) => values.jump_host ?? []))
  const written = devicesOf({ ...target, text: after })
  return {
    ...finish(surroundings, surroundings.workspace, target, after, [...jumpHosts]),
    present,
    added: [...names].filter((name) => !before.has(name)).toSorted(),
    removed: [...before.keys()].filter((name) => !names.has(name)).toSorted(),
    changed: [...before].flatMap(([name, values]) => {
      const now = written.get(name)
      return now && JSON.stringify(now) !== JSON.stringify(values) ? [name] : []
    }),
  }
}

function withKept(device: ImportedDevice, before: DeviceValues | undefined, source: SyncSource): ImportedDevice {
  if (!before) return device
  const kept = keptBySync[source].flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]] as const]))
  // A platform that was unknown and has been found out since.
  const platform = device.values.platform === 'autodetect' ? (before.platform ?? 'autodetect') : device.values.platform
  return { ...device, values: { ...Object.fromEntries(kept), ...device.values, platform } }
}

/** Values that our schema does not take are not carried on. */
function devicesOf(target: ImportTarget): ReadonlyMap<string, DeviceValues> {
  const node = nodeAt(parseYaml(target.text ?? '', target.file).root, ['devices'])
  const entries = node?.kind === 'map' ? [...node.entries] : []
  return new Map(
    entries.map(([name, { value }]): [string, DeviceValues] => {
      const given: Readonly<Record<string, unknown>> = value.kind === 'map' ? value.value : {}
      const good = Object.entries(deviceSchema.shape).flatMap(([key, schema]) => {
        const parsed = schema.safeParse(given[key])
        return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : []
      })
      return [name, Object.fromEntries(good) as DeviceValues]
    }),
  )
}
