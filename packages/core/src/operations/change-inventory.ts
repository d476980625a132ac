import { NetlatchError } from '../errors.ts'
import { buildInventory } from '../inventory/build-inventory.ts'
import { editInventory, type FileChange, type InventoryEdit } from '../inventory/edit-inventory.ts'
import { generatedFrom, keptBySync, type SyncSource, sourceTitles } from '../inventory/import/source-titles.ts'
import { declaredNames } from '../inventory/load-inventory.ts'
import type { Assignment } from '../inventory/parse-assignment.ts'
import type { Origin } from '../model.ts'
import type { YamlValue } from '../workspace/yaml-text.ts'
import type { Netlatch } from './netlatch.ts'

export type { FileChange, InventoryEdit } from '../inventory/edit-inventory.ts'
export { type Assignment, parseAssignment } from '../inventory/parse-assignment.ts'
export { changeText } from '../inventory/text-diff.ts'

/**
 * How the files change by these edits: only the lines concerned. Nothing is written. Throws INPUT_INVALID when a mistake would
 * come in, USAGE for what belongs to another tool or would be lost at the next sync.
 */
export function planInventoryEdits(
  { workspace, inventory, platforms }: Pick<Netlatch, 'workspace' | 'inventory' | 'platforms'>,
  edits: readonly InventoryEdit[],
): readonly FileChange[] {
  for (const edit of edits) refuseGenerated(inventory, edit)
  return editInventory(inventory, edits, (files) =>
    buildInventory(files, declaredNames(workspace), { platforms: platforms.names }),
  )
}

/** The values of a new device. Throws USAGE for what only changes a device that is there. */
export function newDeviceValues(assignments: readonly Assignment[]): Readonly<Record<string, YamlValue>> {
  const values: Record<string, YamlValue> = {}
  for (const { key, operator, value } of assignments) {
    if (operator !== '=' || value === undefined)
      throw new NetlatchError('USAGE', `${key}: a new device takes ${key}=…`, { advice: `Write ${key}=value.` })
    const [outer = key, inner] = key.split('.')
    const before = values[outer]
    const isMap = typeof before === 'object' && !Array.isArray(before)
    values[outer] = inner === undefined ? value : { ...(isMap ? before : {}), [inner]: value }
  }
  return values
}

/** What its source knows, a generated file says after the source: a change would be gone with the next sync. */
function refuseGenerated({ byName, devices, files }: Netlatch['inventory'], edit: InventoryEdit): void {
  const generated = new Map(
    files.flatMap(({ file, text }): [string, SyncSource][] => {
      const source = generatedFrom(text)
      return source ? [[file, source]] : []
    }),
  )
  const refuse = (what: string, { file, ...at }: Origin, source: SyncSource) => {
    const advice = `Change it in ${sourceTitles[source]}, then run netlatch inventory sync ${source}.`
    const message = `${what} comes from ${sourceTitles[source]}: ${file} is generated.`
    throw new NetlatchError('USAGE', message, { at: { file, ...at }, advice })
  }
  if (edit.kind === 'set') {
    for (const name of edit.devices) {
      const origin = byName.get(name)?.origin
      const source = origin && generated.get(origin.file)
      if (!origin || !source) continue
      const kept: readonly string[] = keptBySync[source]
      const lost = edit.assignments.find(({ key }) => !kept.includes(key.split('.')[0] ?? ''))
      if (lost) refuse(`${lost.key} of ${name}`, origin, source)
    }
  } else if (edit.kind === 'remove-device' || edit.kind === 'rename-device') {
    const origin = byName.get(edit.name)?.origin
    const source = origin && generated.get(origin.file)
    if (origin && source) refuse(edit.name, origin, source)
  } else if (edit.kind === 'rename-tag') {
    for (const { origins } of devices) {
      const origin = origins[`tags.${edit.from}`]
      const source = origin && generated.get(origin.file)
      if (origin && source) refuse(`tag ${edit.from}`, origin, source)
    }
  }
}
