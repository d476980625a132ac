import { NetlatchError } from '../errors.ts'
import type { FileChange } from '../inventory/edit-inventory.ts'
import type { WorkspaceFiles } from '../load-files.ts'
import { nameSchema } from '../workspace/name-schema.ts'
import { editYaml, type YamlChange } from '../workspace/yaml-edit.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { type NameKind, type NamePlace, namePlaces } from './name-places.ts'

export interface RenamePlan {
  readonly changes: readonly FileChange[]
  /**
   * Credentials of the vault that say the name: as tag or realm, or by being it. Their records are sealed with it, so that only
   * an unlocked vault can follow: `setCredential`.
   */
  readonly credentials: readonly string[]
}

/**
 * How the workspace's own files change when a name does, everywhere it stands in its meaning. Nothing is written, and the vault's
 * file is never edited as text. Throws USAGE for a name that is taken or cannot be one, NOT_FOUND for one that is nowhere.
 */
export function planRename(files: WorkspaceFiles, kind: NameKind, from: string, to: string): RenamePlan {
  const wrong = nameSchema.safeParse(to)
  if (!wrong.success)
    throw new NetlatchError('USAGE', `"${to}" is no name.`, { advice: wrong.error.issues[0]?.message ?? '' })
  const all = namePlaces(files).filter((place) => place.kind === kind)
  const places = all.filter(({ name }) => name === from)
  const taken = all.find(({ name, isDefinition }) => name === to && isDefinition)
  if (taken) {
    const where = `${taken.at.file}:${taken.at.line}`
    throw new NetlatchError('USAGE', `${to} is there already (${where}).`, { advice: 'Choose another name.' })
  }
  if (places.length === 0) throw new NetlatchError('NOT_FOUND', `There is no ${kind} ${from} in the files.`)
  const { vaultFile } = files
  const inVault = places.filter(({ path }) => path === vaultFile?.path)
  const credentials = inVault.map(({ key, isDefinition }) => (isDefinition ? from : String(key[1])))
  const others = Map.groupBy(
    places.filter(({ path }) => path !== vaultFile?.path),
    ({ path }) => path,
  )
  const changes = [...others].flatMap(([path, ofFile]): readonly FileChange[] => {
    const file = fileAt(files, path)
    if (!file) return []
    const after = editYaml(file, ofFile.map(toChange(to, all, path)))
    return [{ path, file: file.file, before: file.text, after }]
  })
  return { changes, credentials: [...new Set(credentials)] }
}

function fileAt({ inventory, workspace }: WorkspaceFiles, path: string): YamlFile | undefined {
  return path === workspace.file ? workspace.source : inventory.files.find((file) => file.path === path)
}

/** A list that has the new name already loses the old one. */
function toChange(to: string, all: readonly NamePlace[], path: string) {
  return ({ key, isDefinition }: NamePlace): YamlChange => {
    if (isDefinition) return { kind: 'rename', path: key, name: to }
    const list = JSON.stringify(key.slice(0, -1))
    const isThere =
      typeof key.at(-1) === 'number' &&
      all.some((each) => each.path === path && each.name === to && JSON.stringify(each.key.slice(0, -1)) === list)
    return isThere ? { kind: 'remove', path: key } : { kind: 'set', path: key, value: to }
  }
}
