import type { FileChange } from '../edit-inventory.ts'
import type { Imported, ImportSource } from './imported.ts'

/** Where inventories of others come from, and how our own files are written. */
export interface InventoryPort {
  /** Throws FILE_UNREADABLE when it cannot be read, INPUT_INVALID when it is not what it should be. */
  read(request: ImportRequest): Promise<Imported>
  /** Asks NetBox for all devices of a filter. Throws SOURCE_FAILED, SECRET_UNAVAILABLE. Nothing is half read. */
  readNetBox(request: NetBoxRequest): Promise<Imported>
  /** The text of a file; undefined when it is not there. Throws FILE_UNREADABLE. */
  readText(path: string): Promise<string | undefined>
  /** Writes each file whole or not at all, and its folder. Throws FILE_CHANGED when one is no longer what was read. */
  write(changes: readonly FileChange[]): Promise<void>
}

export interface ImportRequest {
  readonly source: ImportSource
  readonly from:
    | { readonly path: string }
    /** `name`: what messages call it. */
    | { readonly text: string; readonly name: string }
    /** A program and its arguments, no shell; what it writes to standard output. */
    | { readonly command: readonly string[] }
  /** Of Oxidized's router.db: what its columns mean. */
  readonly map?: readonly string[] | undefined
  /** Of Oxidized's router.db. */
  readonly delimiter?: string | undefined
  /** Of RANCID's router.db: the group its folder stands for. */
  readonly group?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface NetBoxRequest {
  /** `https://netbox.example.net`, without `/api`. */
  readonly url: string
  /** A reference, `env:NETBOX_TOKEN`. */
  readonly token: string
  /** As in NetBox's own addresses: `status=active&tenant=acme`. @default every device */
  readonly filter?: string | undefined
  readonly signal?: AbortSignal | undefined
}
