import type { Origin } from '../model.ts'
import type { YamlFile } from './yaml-file.ts'

/** A value and where it stands: offsets into the text, `end` after the last character. */
interface YamlNodeBase {
  readonly start: number
  readonly end: number
  /** The place is `*name`; the value is that of the anchor, shared with it. */
  readonly isAlias?: boolean
}

export interface YamlScalar extends YamlNodeBase {
  readonly kind: 'scalar'
  readonly value: unknown
}

export interface YamlList extends YamlNodeBase {
  readonly kind: 'list'
  readonly value: readonly unknown[]
  readonly items: readonly YamlNode[]
  /** In brackets. */
  readonly isFlow: boolean
}

export interface YamlMap extends YamlNodeBase {
  readonly kind: 'map'
  readonly value: Readonly<Record<string, unknown>>
  readonly entries: ReadonlyMap<string, YamlEntry>
  /** Of the entries: where another one would follow. */
  readonly last: YamlEntry | undefined
  readonly isFlow: boolean
}

export interface YamlEntry {
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: YamlNode
}

export type YamlNode = YamlScalar | YamlList | YamlMap

export type YamlPath = readonly (string | number)[]

export function nodeAt(root: YamlNode | undefined, path: YamlPath): YamlNode | undefined {
  let node = root
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step))?.value
    else if (node?.kind === 'list') node = node.items[Number(step)]
    else return undefined
  }
  return node
}

/** The entry of the last key of the path; undefined for list items and what is not there. */
export function entryAt(root: YamlNode | undefined, path: YamlPath): YamlEntry | undefined {
  const parent = nodeAt(root, path.slice(0, -1))
  return parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
}

/** Where a value stands; when it is not there, the nearest place above it. */
export function originOf(file: YamlFile, path: YamlPath): Origin {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(file.root, path.slice(0, length))
    if (node) return length < path.length ? originOfKey(file, path.slice(0, length)) : file.positionAt(node.start)
  }
  return file.positionAt(file.root?.start ?? 0)
}

/** Where a key stands; for a list item, the item. */
export function originOfKey(file: YamlFile, path: YamlPath): Origin {
  const entry = entryAt(file.root, path)
  return entry ? file.positionAt(entry.keyStart) : originOf(file, path)
}
