import type { Device, Origin, Problem } from '../model.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import type { Layer } from './inventory-layer.ts'

/** The devices of a workspace, from all its files. */
export interface Inventory {
  /** In the order of the files and of the lines in them. */
  readonly devices: readonly Device[]
  readonly byName: ReadonlyMap<string, Device>
  readonly groups: ReadonlyMap<string, Group>
  readonly files: readonly InventoryFile[]
  /** All of them, of all files, in the order of the files. With an error among them nothing may be contacted. */
  readonly problems: readonly Problem[]
}

export interface Group {
  readonly name: string
  /** Groups it builds on, itself last. */
  readonly chain: readonly string[]
  readonly origin: Origin
}

export interface InventoryFile extends YamlFile {
  /** Absolute. */
  readonly path: string
  /** Another tool's file: read, never written. */
  readonly foreign?: ForeignFile
}

export interface ForeignFile {
  /** For people: `Nornir`. */
  readonly tool: string
  /** What it says, in our words; in the first file of several that belong together. */
  readonly groups: readonly Layer[]
  readonly devices: readonly Layer[]
}
