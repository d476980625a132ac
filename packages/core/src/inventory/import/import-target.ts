import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { NetlatchError } from '../../errors.ts'
import { exampleInventory } from '../../workspace/example-inventory.ts'
import { inventoryFileName } from '../../workspace/find-workspace.ts'
import { displayPath } from '../../workspace/load-workspace.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { parseYaml } from '../../workspace/yaml-file.ts'
import { nodeAt } from '../../workspace/yaml-node.ts'
import type { Inventory, InventoryFile } from '../inventory.ts'

/** The file an import writes to. */
export interface ImportTarget {
  /** Absolute. */
  readonly path: string
  readonly file: string
  /** What is there now; undefined when nothing is. */
  readonly text: string | undefined
  /** Nothing in it is worth keeping: absent, empty, or the examples of a new workspace. */
  readonly isFresh: boolean
}

export interface TargetChoice {
  readonly workspace: Workspace
  readonly inventory: Inventory
  /** First line of files that such an import made. */
  readonly header: string
  /** `ansible`: what a file of its own is called. */
  readonly name: string
  /** Relative to the workspace. */
  readonly into?: string | undefined
  /** A generated file always is one of its own. */
  readonly ownFile?: boolean
}

/**
 * Where an import goes: the file that was asked for, the one an earlier import made, the workspace's first file while it holds
 * no devices of the user, else a file of its own. Throws USAGE for a file that cannot be written to.
 */
export async function chooseTarget(
  choice: TargetChoice,
  readText: (path: string) => Promise<string | undefined>,
): Promise<ImportTarget> {
  const { workspace, inventory } = choice
  const targetOf = async (path: string): Promise<ImportTarget> => {
    const known = inventory.files.find((file) => file.path === path)
    if (known?.foreign) {
      const message = `${known.file} is an inventory of ${known.foreign.tool}: Netlatch only reads it.`
      throw new NetlatchError('USAGE', message, { advice: 'Choose another file: --into <file>' })
    }
    const text = known ? known.text : await readText(path)
    return { path, file: displayPath(workspace.folder, path), text, isFresh: isFresh(text) }
  }
  if (choice.into !== undefined) return targetOf(checkInto(workspace, choice.into))
  if (!choice.ownFile) {
    const earlier = inventory.files.find(({ text, foreign }) => !foreign && text.startsWith(`# ${choice.header}`))
    if (earlier) return targetOf(earlier.path)
    const first = firstOwnFile(workspace)
    if (first !== undefined) {
      const target = await targetOf(first)
      if (target.isFresh || hasNoDevices(target.text)) return target
    }
  }
  return targetOf(join(workspace.folder, 'inventory', `${choice.name}.yaml`))
}

/** Whether the workspace reads this file already. */
export function isListed({ settings, folder }: Workspace, path: string): boolean {
  const shown = slashed(relative(folder, path))
  return settings.inventory.some((source) => {
    if (typeof source !== 'string') return false
    return source === path || posix.matchesGlob(shown, slashed(relative(folder, source)))
  })
}

function firstOwnFile({ settings }: Workspace): string | undefined {
  return settings.inventory.find((source) => typeof source === 'string' && !/[*?[{]/.test(source)) as string | undefined
}

function checkInto({ folder, file: settings, settings: { credentials } }: Workspace, into: string): string {
  const path = resolve(folder, into)
  const inside = relative(folder, path)
  const isOutside = inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..'
  const problem = isOutside
    ? 'is outside the workspace'
    : !/\.ya?ml$/.test(path)
      ? 'is no YAML file'
      : path === settings || path === credentials
        ? 'holds something else'
        : undefined
  if (problem === undefined) return path
  throw new NetlatchError('USAGE', `--into ${into}: ${problem}.`, { advice: `As: --into ${inventoryFileName}` })
}

const example = parseYaml(exampleInventory, inventoryFileName).value

function isFresh(text: string | undefined): boolean {
  if (text === undefined) return true
  const { value, problems } = parseYaml(text, inventoryFileName)
  return problems.length === 0 && (value === null || isDeepStrictEqual(value, example))
}

function hasNoDevices(text: string | undefined): boolean {
  if (text === undefined) return true
  const { root, problems } = parseYaml(text, inventoryFileName)
  const devices = nodeAt(root, ['devices'])
  const isEmpty =
    devices === undefined || devices.value === null || (devices.kind === 'map' && devices.entries.size === 0)
  return problems.length === 0 && isEmpty
}

/** Names of devices and groups in files other than this one: those that this one may not have. */
export function namesElsewhere(
  files: readonly InventoryFile[],
  path: string,
  kind: 'devices' | 'groups',
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const file of files) {
    if (file.path === path) continue
    const node = nodeAt(file.root, [kind])
    const own = !file.foreign && node?.kind === 'map' ? [...node.entries.keys()] : []
    const theirs = file.foreign?.[kind].map(({ name }) => name) ?? []
    for (const name of [...own, ...theirs]) if (!names.has(name)) names.set(name, file.file)
  }
  return names
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/')
}
