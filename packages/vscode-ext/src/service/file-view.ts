import { type Device, jsonSchemas, type Netlatch } from '@netlatch/core'
import type { SchemaNode } from '../annotate/completion.ts'

export type FileKind = 'inventory' | 'netlatch' | 'credentials'

/** What kind of file of the workspace a path is; undefined for all others. */
export function fileKind({ workspace, inventory, vaultFile }: Netlatch, path: string): FileKind | undefined {
  if (path === workspace.file) return 'netlatch'
  if (path === (vaultFile?.path ?? workspace.settings.credentials)) return 'credentials'
  return inventory.files.some((file) => file.path === path && !file.foreign) ? 'inventory' : undefined
}

const schemas = new Map<string, SchemaNode>()

/** Made once: they depend on nothing but the program. */
export function schemaOf(kind: FileKind): SchemaNode {
  const known = schemas.get(kind) ?? readSchema(kind)
  schemas.set(kind, known)
  return known
}

function readSchema(kind: FileKind): SchemaNode {
  return JSON.parse(schemaText(kind)) as SchemaNode
}

export function schemaText(kind: FileKind): string {
  return jsonSchemas().find(({ name }) => name === `${kind}.schema.json`)?.text ?? '{}'
}

/** Devices whose entry stands in this file, in the order of their lines. */
export function devicesIn({ inventory }: Netlatch, path: string): readonly Device[] {
  const file = inventory.files.find((each) => each.path === path)?.file
  return inventory.devices
    .filter(({ origin }) => origin.file === file)
    .toSorted((a, b) => a.origin.line - b.origin.line)
}

/** The device whose entry a line belongs to: the last one that begins at or above it, before a line that is less indented. */
export function deviceAt(netlatch: Netlatch, path: string, line: number): Device | undefined {
  const device = devicesIn(netlatch, path).findLast(({ origin }) => origin.line <= line)
  if (!device) return undefined
  const text = netlatch.inventory.files.find((each) => each.path === path)?.text ?? ''
  const lines = text.split('\n').slice(device.origin.line, line)
  const isOver = lines.some((each) => /^\s*[^\s#]/.test(each) && each.search(/\S/) < device.origin.column)
  return isOver ? undefined : device
}

/** Where the key of the devices or groups of a file stands. */
export function lineOfKey({ inventory }: Netlatch, path: string, key: 'devices' | 'groups'): number | undefined {
  const file = inventory.files.find((each) => each.path === path)
  const entry = file?.root?.kind === 'map' ? file.root.entries.get(key) : undefined
  return file && entry ? file.positionAt(entry.keyStart).line : undefined
}
