import { NetlatchError } from '../../errors.ts'
import type { Problem } from '../../model.ts'
import type { PlatformSet } from '../../platforms/platform-set.ts'
import type { VaultFile } from '../../vault/read-vault.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { editYaml, type YamlChange } from '../../workspace/yaml-edit.ts'
import { parseYaml } from '../../workspace/yaml-file.ts'
import { nodeAt } from '../../workspace/yaml-node.ts'
import { formatInline, formatText } from '../../workspace/yaml-text.ts'
import { buildInventory } from '../build-inventory.ts'
import type { FileChange } from '../edit-inventory.ts'
import type { Inventory, InventoryFile } from '../inventory.ts'
import { lintInventory } from '../lint-inventory.ts'
import { declaredNames } from '../load-inventory.ts'
import { type ImportTarget, isListed, namesElsewhere } from './import-target.ts'
import type { Imported } from './imported.ts'
import { deviceValues, groupValues, inventoryText } from './inventory-text.ts'
import { settingsChange } from './settings-change.ts'

/** The workspace that an import comes to. */
export interface ImportSurroundings {
  readonly workspace: Workspace
  readonly inventory: Inventory
  readonly platforms: PlatformSet
  readonly vaultFile: VaultFile | undefined
  readonly now: Date
}

export interface ImportPlan {
  /** None: everything is there already. */
  readonly changes: readonly FileChange[]
  /** Devices that are new, in the order of their names. */
  readonly added: readonly string[]
  /** Devices that are there already, and the file they are in. They stay as they are. */
  readonly present: readonly { readonly name: string; readonly file: string }[]
  /** What is wrong in the file that was written, as `inventory check` would say it. */
  readonly problems: readonly Problem[]
}

/** Adds what is new to a file; what is there already, here or elsewhere, stays as it is. Writes nothing. */
export function planImport(
  surroundings: ImportSurroundings,
  imported: Imported,
  target: ImportTarget,
  header: readonly string[],
): ImportPlan {
  const { workspace, inventory } = surroundings
  const others = namesElsewhere(inventory.files, target.path, 'devices')
  const file = target.isFresh ? undefined : asFile(target, inventory)
  const here = file ? namesElsewhere([file], '', 'devices') : noNames
  const present = imported.devices.flatMap(({ name }) => {
    const where = others.get(name) ?? here.get(name)
    return where === undefined ? [] : [{ name, file: where }]
  })
  const isPresent = new Set(present.map(({ name }) => name))
  const devices = imported.devices.filter(({ name }) => !isPresent.has(name))
  const added = devices.map(({ name }) => name).toSorted()
  if (devices.length === 0) {
    const where = new Set(present.map((each) => each.file))
    return {
      changes: [],
      added,
      present,
      problems: check(surroundings, inventory).filter(({ at }) => where.has(at.file)),
    }
  }

  const groups = missingGroups(imported, devices, inventory, target, file)
  const fresh = { ...imported, devices, groups }
  const after = file ? addTo(file, fresh) : inventoryText(header, groups, devices)
  const jumpHosts = new Set(devices.flatMap(({ values }) => values.jump_host ?? []))
  return { ...finish(surroundings, workspace, target, after, [...jumpHosts]), added, present }
}

/** What follows from a new text of the file: the settings that name it, and what `inventory check` says of it. */
export function finish(
  surroundings: ImportSurroundings,
  workspace: Workspace,
  target: ImportTarget,
  after: string,
  jumpHosts: readonly string[],
): Pick<ImportPlan, 'changes' | 'problems'> {
  const { inventory, platforms } = surroundings
  const declared = declaredNames(workspace)
  const newHops = jumpHosts.filter((name) => !declared.jumpHosts.includes(name))
  const settings = settingsChange(workspace, {
    files: isListed(workspace, target.path) ? [] : [target.file],
    jumpHosts: newHops,
  })
  const file: InventoryFile = { ...parseYaml(after, target.file), path: target.path }
  const [broken] = file.problems
  if (broken)
    throw new NetlatchError(
      'INPUT_INVALID',
      `${target.file}:${broken.at.line}: ${broken.message}. Nothing was written.`,
      {
        at: broken.at,
      },
    )
  const isKnown = inventory.files.some(({ path }) => path === target.path)
  const files = isKnown
    ? inventory.files.map((each) => (each.path === target.path ? file : each))
    : [...inventory.files, file]
  const names = { ...declared, jumpHosts: [...declared.jumpHosts, ...(settings ? newHops : [])] }
  const rebuilt = buildInventory(files, names, { platforms: platforms.names })
  const change: FileChange = { path: target.path, file: target.file, before: target.text, after }
  return {
    changes: [...(target.text === after ? [] : [change]), ...(settings ? [settings] : [])],
    problems: check(surroundings, rebuilt).filter(({ at }) => at.file === target.file),
  }
}

/** What `inventory check` says. */
function check(surroundings: ImportSurroundings, inventory: Inventory): readonly Problem[] {
  return [...inventory.problems, ...lintInventory({ ...surroundings, inventory })]
}

/** Groups that the new devices are in, with those above; a group that is defined anywhere keeps its definition. */
function missingGroups(
  { groups }: Imported,
  devices: Imported['devices'],
  { files }: Inventory,
  target: ImportTarget,
  file: InventoryFile | undefined,
): Imported['groups'] {
  const byName = new Map(groups.map((group) => [group.name, group]))
  const needed = new Set<string>()
  const need = (name: string): void => {
    if (needed.has(name)) return
    needed.add(name)
    for (const parent of byName.get(name)?.groups ?? []) need(parent)
  }
  for (const { values } of devices) for (const name of values.groups ?? []) need(name)
  const defined = new Set([
    ...namesElsewhere(files, target.path, 'groups').keys(),
    ...(file ? namesElsewhere([file], '', 'groups').keys() : []),
  ])
  return groups.filter(({ name }) => needed.has(name) && !defined.has(name))
}

/** Range edits: what the user wrote there stays as it is. */
function addTo(file: InventoryFile, { groups, devices }: Imported): string {
  const sorted = <T extends { readonly name: string }>(items: readonly T[]) =>
    items.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const values = {
    groups: sorted(groups).map((group) => [group.name, groupValues(group)] as const),
    devices: sorted(devices).map((device) => [device.name, deviceValues(device.values)] as const),
  }
  const changes = (['groups', 'devices'] as const).flatMap((section): readonly YamlChange[] => {
    if (values[section].length === 0) return []
    const node = nodeAt(file.root, [section])
    // Groups without a section of theirs get one below, a line each.
    if (section === 'groups' && node === undefined) return []
    const isEmpty = node?.kind !== 'map' || node.entries.size === 0
    if (isEmpty) return [{ kind: 'set', path: [section], value: Object.fromEntries(values[section]) }]
    return values[section].map(([name, value]) => ({ kind: 'set', path: [section, name], value }))
  })
  const edited = editYaml(file, changes)
  if (groups.length === 0 || nodeAt(file.root, ['groups'])) return edited
  const lines = values.groups.map(([name, value]) => `  ${formatText(name)}: ${formatInline(value)}\n`)
  return `${edited.trimEnd()}\n\ngroups:\n${lines.join('')}`
}

/** As it is loaded already, where the workspace reads it: a large file takes a while to read. */
function asFile({ path, file, text = '' }: ImportTarget, { files }: Inventory): InventoryFile {
  const loaded = files.find((each) => each.path === path && each.text === text)
  return loaded ?? { ...parseYaml(text, file), path }
}

const noNames: ReadonlyMap<string, string> = new Map()
