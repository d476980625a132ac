import { NetlatchError } from '../errors.ts'
import type { Origin, Problem } from '../model.ts'
import { refuseErrors } from '../workspace/load-workspace.ts'
import { createFile, replaceFile } from '../workspace/replace-file.ts'
import { editYaml, type YamlChange } from '../workspace/yaml-edit.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { nodeAt, type YamlPath } from '../workspace/yaml-node.ts'
import type { YamlValue } from '../workspace/yaml-text.ts'
import type { Inventory, InventoryFile } from './inventory.ts'
import type { Assignment } from './parse-assignment.ts'

export type InventoryEdit =
  /** Keys as in the file. `file`: where to write it. @default the first inventory file */
  | {
      readonly kind: 'add-device'
      readonly name: string
      readonly values: Readonly<Record<string, YamlValue>>
      readonly file?: string
    }
  | { readonly kind: 'remove-device'; readonly name: string }
  | { readonly kind: 'rename-device'; readonly name: string; readonly to: string }
  | { readonly kind: 'set'; readonly devices: readonly string[]; readonly assignments: readonly Assignment[] }
  /** In devices, groups and defaults. */
  | { readonly kind: 'rename-tag'; readonly from: string; readonly to: string }

export interface FileChange {
  /** Absolute. */
  readonly path: string
  /** As messages call it. */
  readonly file: string
  /** Undefined: there is no such file yet. */
  readonly before: string | undefined
  readonly after: string
}

/**
 * Works out how files change, without writing them: only the lines concerned do. `rebuild` makes an inventory of the changed
 * files; a mistake that was not there before throws INPUT_INVALID. Throws NOT_FOUND for a device or tag that is nowhere.
 */
export function editInventory(
  inventory: Inventory,
  edits: readonly InventoryEdit[],
  rebuild: (files: readonly InventoryFile[]) => Inventory,
): readonly FileChange[] {
  const planned = new Map<InventoryFile, YamlChange[]>()
  for (const edit of edits) {
    for (const { file, change } of planEdit(inventory, edit)) {
      const changes = planned.get(file) ?? []
      changes.push(change)
      planned.set(file, changes)
    }
  }
  const changes = [...planned].map(([file, ofFile]): FileChange => {
    return { path: file.path, file: file.file, before: file.text, after: editYaml(file, ofFile) }
  })
  const changed = changes.filter(({ before, after }) => before !== after)
  refuseErrors(newProblems(inventory, changed, rebuild))
  return changed
}

/** Writes changes, each file whole or not at all. Throws FILE_CHANGED when one is no longer what was read. */
export async function saveChanges(changes: readonly FileChange[]): Promise<void> {
  for (const { path, before, after } of changes)
    await (before === undefined ? createFile(path, after) : replaceFile(path, before, after))
}

interface PlannedChange {
  readonly file: InventoryFile
  readonly change: YamlChange
}

function planEdit(inventory: Inventory, edit: InventoryEdit): readonly PlannedChange[] {
  switch (edit.kind) {
    case 'add-device': {
      if (inventory.byName.has(edit.name)) {
        throw new NetlatchError('USAGE', `${edit.name} is in the inventory already.`, {
          advice: `netlatch inventory show ${edit.name}`,
        })
      }
      const file = inventory.files.find((each) => (edit.file === undefined ? !each.foreign : each.file === edit.file))
      if (!file) throw notFound(edit.file === undefined ? 'a file of our own' : `the inventory file ${edit.file}`)
      refuseForeign(file, edit.file ?? file.file)
      return [{ file, change: { kind: 'set', path: ['devices', edit.name], value: edit.values } }]
    }
    case 'remove-device': {
      const { file, path } = find(inventory, edit.name)
      return [{ file, change: { kind: 'remove', path } }]
    }
    case 'rename-device': {
      const { file, path } = find(inventory, edit.name)
      return [{ file, change: { kind: 'rename', path, name: edit.to } }]
    }
    case 'set':
      return edit.devices.flatMap((name) => {
        const { file, path } = find(inventory, name)
        return edit.assignments.flatMap((assignment) => planAssignment(file, path, assignment))
      })
    case 'rename-tag': {
      const own = inventory.files.filter((file) => !file.foreign)
      const changes = own.flatMap((file) => renameTag(file, edit.from, edit.to))
      const theirs = inventory.devices.find(({ tags }) => tags.includes(edit.from))?.origins[`tags.${edit.from}`]
      const file = theirs && inventory.files.find((each) => each.foreign && each.file === theirs.file)
      if (changes.length === 0 && file) refuseForeign(file, `tag ${edit.from}`)
      if (changes.length === 0) throw notFound(`tag ${edit.from}`)
      return changes
    }
  }
}

function planAssignment(
  file: InventoryFile,
  device: YamlPath,
  { key, operator, value }: Assignment,
): readonly PlannedChange[] {
  const path = [...device, ...key.split('.')]
  if (value === undefined) return [{ file, change: { kind: 'remove', path } }]
  if (operator === '=') return [{ file, change: { kind: 'set', path, value } }]
  const items: readonly YamlValue[] = Array.isArray(value) ? value : [value]
  if (operator === '+=') return items.map((item) => ({ file, change: { kind: 'add', path, item } }))
  const list = nodeAt(file.root, path)
  const present = list?.kind === 'list' ? list.value : []
  return present.flatMap((item, index): PlannedChange[] => {
    return items.some((each) => each === item) ? [{ file, change: { kind: 'remove', path: [...path, index] } }] : []
  })
}

function renameTag(file: InventoryFile, from: string, to: string): readonly PlannedChange[] {
  const layers: YamlPath[] = [['defaults']]
  for (const key of ['groups', 'devices']) {
    const node = nodeAt(file.root, [key])
    if (node?.kind === 'map') layers.push(...[...node.entries.keys()].map((name) => [key, name]))
  }
  return layers.flatMap((layer) => {
    const tags = nodeAt(file.root, [...layer, 'tags'])
    if (tags?.kind !== 'list' || nodeAt(file.root, layer)?.isAlias || tags.isAlias) return []
    return tags.value.flatMap((tag, index): PlannedChange[] => {
      if (tag !== from) return []
      const path = [...layer, 'tags', index]
      const change: YamlChange = tags.value.includes(to) ? { kind: 'remove', path } : { kind: 'set', path, value: to }
      return [{ file, change }]
    })
  })
}

function find(inventory: Inventory, name: string): { readonly file: InventoryFile; readonly path: YamlPath } {
  const file = inventory.files.find((each) => !each.foreign && nodeAt(each.root, ['devices', name]))
  if (file) return { file, path: ['devices', name] }
  const origin = inventory.byName.get(name)?.origin
  const theirs = inventory.files.find((each) => each.foreign && each.file === origin?.file)
  if (theirs) refuseForeign(theirs, name, origin)
  throw notFound(`device ${name}`)
}

/** Another tool's file is read in place; writing to it is that tool's user's business. */
function refuseForeign(file: InventoryFile, what: string, at?: Origin): void {
  if (!file.foreign) return
  const message = `${what} is in ${file.file}, an inventory of ${file.foreign.tool}: Netlatch only reads it.`
  throw new NetlatchError('USAGE', message, { ...(at && { at }), advice: 'Change it there.' })
}

function notFound(what: string): NetlatchError {
  return new NetlatchError('NOT_FOUND', `${what} is not in the inventory.`, { advice: 'netlatch inventory list' })
}

function newProblems(
  inventory: Inventory,
  changes: readonly FileChange[],
  rebuild: (files: readonly InventoryFile[]) => Inventory,
): readonly Problem[] {
  const after = inventory.files.map((file): InventoryFile => {
    const change = changes.find(({ path }) => path === file.path)
    return change ? { ...parseYaml(change.after, file.file), path: file.path } : file
  })
  // Lines move with an edit, so that an old problem is known by what it says.
  const known = new Set(inventory.problems.map(({ code, message }) => `${code} ${message}`))
  return rebuild(after).problems.filter(({ code, message }) => !known.has(`${code} ${message}`))
}
