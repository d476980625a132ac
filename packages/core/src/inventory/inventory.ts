import type { Device, Origin, Problem } from '../model.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'

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
}
