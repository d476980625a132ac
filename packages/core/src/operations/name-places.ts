import type { WorkspaceFiles } from '../load-files.ts'
import type { Origin } from '../model.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { entryAt, nodeAt, type YamlPath } from '../workspace/yaml-node.ts'

export type NameKind = 'device' | 'group' | 'tag' | 'site' | 'role' | 'platform' | 'credential' | 'realm' | 'jump-host'

/** A name where it stands in a user's file. Sites, roles, tags and platforms are defined nowhere. */
export interface NamePlace {
  readonly kind: NameKind
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** Where it is in the file's content. */
  readonly key: YamlPath
  /** The first character of the name, inside its quotes. */
  readonly at: Origin
  /** As it is written; a name with escapes is longer than what it means. */
  readonly length: number
  readonly isDefinition: boolean
}

const scalars: Readonly<Record<string, NameKind>> = {
  platform: 'platform',
  site: 'site',
  role: 'role',
  realm: 'realm',
  jump_host: 'jump-host',
  credential: 'credential',
}
const lists: Readonly<Record<string, NameKind>> = { tags: 'tag', groups: 'group' }

/** Every name in the workspace's own files, in their order: for going to a definition, finding uses and renaming. */
export function namePlaces({ workspace, inventory, vaultFile }: WorkspaceFiles): readonly NamePlace[] {
  const own = inventory.files.filter(({ foreign }) => !foreign)
  return [
    ...own.flatMap((file) => inventoryPlaces(file, file.path)),
    ...(workspace.source && workspace.file ? settingsPlaces(workspace.source, workspace.file) : []),
    ...(vaultFile ? vaultPlaces(vaultFile.yaml, vaultFile.path) : []),
  ]
}

function inventoryPlaces(file: YamlFile, path: string): readonly NamePlace[] {
  return [
    ...layerPlaces(file, path, ['defaults']),
    ...keysOf(file, ['groups']).flatMap((name) => [
      ...keyPlace(file, path, ['groups', name], 'group'),
      ...layerPlaces(file, path, ['groups', name]),
    ]),
    ...keysOf(file, ['devices']).flatMap((name) => [
      ...keyPlace(file, path, ['devices', name], 'device'),
      ...layerPlaces(file, path, ['devices', name]),
    ]),
  ]
}

function settingsPlaces(file: YamlFile, path: string): readonly NamePlace[] {
  return [
    ...keysOf(file, ['realms']).flatMap((name) => keyPlace(file, path, ['realms', name], 'realm')),
    ...keysOf(file, ['jump_hosts']).flatMap((name) => [
      ...keyPlace(file, path, ['jump_hosts', name], 'jump-host'),
      ...valuePlace(file, path, ['jump_hosts', name, 'credential'], 'credential'),
    ]),
  ]
}

function vaultPlaces(file: YamlFile, path: string): readonly NamePlace[] {
  return [
    ...valuePlace(file, path, ['default'], 'credential'),
    ...keysOf(file, ['credentials']).flatMap((name) => [
      ...keyPlace(file, path, ['credentials', name], 'credential'),
      ...valuePlace(file, path, ['credentials', name, 'realm'], 'realm'),
      ...listPlaces(file, path, ['credentials', name, 'tags'], 'tag'),
    ]),
  ]
}

function layerPlaces(file: YamlFile, path: string, layer: YamlPath): readonly NamePlace[] {
  const node = nodeAt(file.root, layer)
  if (node?.kind !== 'map' || node.isAlias) return []
  return [...node.entries.keys()].flatMap((key): readonly NamePlace[] => {
    const scalar = scalars[key]
    const list = lists[key]
    if (scalar) return valuePlace(file, path, [...layer, key], scalar)
    return list ? listPlaces(file, path, [...layer, key], list) : []
  })
}

function listPlaces(file: YamlFile, path: string, key: YamlPath, kind: NameKind): readonly NamePlace[] {
  const node = nodeAt(file.root, key)
  if (node?.kind !== 'list' || node.isAlias) return []
  return node.items.flatMap((_, index) => valuePlace(file, path, [...key, index], kind))
}

function valuePlace(file: YamlFile, path: string, key: YamlPath, kind: NameKind): readonly NamePlace[] {
  const node = nodeAt(file.root, key)
  if (node?.kind !== 'scalar' || node.isAlias || typeof node.value !== 'string') return []
  return [place(file, path, { kind, key, name: node.value, start: node.start, end: node.end, isDefinition: false })]
}

function keyPlace(file: YamlFile, path: string, key: YamlPath, kind: NameKind): readonly NamePlace[] {
  const entry = entryAt(file.root, key)
  if (!entry) return []
  const name = String(key.at(-1))
  return [place(file, path, { kind, key, name, start: entry.keyStart, end: entry.keyEnd, isDefinition: true })]
}

interface Found extends Pick<NamePlace, 'kind' | 'key' | 'name' | 'isDefinition'> {
  readonly start: number
  readonly end: number
}

function place(file: YamlFile, path: string, { start, end, ...rest }: Found): NamePlace {
  const isQuoted = /^["']/.test(file.text.slice(start, start + 1))
  const at = isQuoted ? start + 1 : start
  return { ...rest, path, at: file.positionAt(at), length: end - at - (isQuoted ? 1 : 0) }
}

function keysOf(file: YamlFile, path: YamlPath): readonly string[] {
  const node = nodeAt(file.root, path)
  return node?.kind === 'map' && !node.isAlias ? [...node.entries.keys()] : []
}
