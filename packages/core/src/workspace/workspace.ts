import type { Problem } from '../model.ts'
import type { RealmKind } from '../safety/attempt.ts'
import type { RedactionMode } from './redaction-modes.ts'
import type { YamlFile } from './yaml-file.ts'

export interface WorkspaceLocation {
  /** Absolute. */
  readonly folder: string
  /** `netlatch.yaml`, absolute; absent when only an inventory is there. */
  readonly file?: string
}

/** A folder with an inventory, a vault and what belongs to them. */
export interface Workspace extends WorkspaceLocation {
  readonly settings: WorkspaceSettings
  readonly problems: readonly Problem[]
  /** netlatch.yaml with its positions. */
  readonly source?: YamlFile
}

/** Every path is absolute. */
export interface WorkspaceSettings {
  /** Files or globs of our own format, and inventories of other tools. */
  readonly inventory: readonly (string | ForeignInventory)[]
  readonly credentials: string
  readonly knownHosts: string
  /** `sqlite:/absolute/path`, `sqljs:/absolute/path`, `sqlite::memory:` or `postgres://…` */
  readonly state: string
  readonly backups: BackupSettings
  /** Job files or globs. */
  readonly jobs: readonly string[]
  /** The folder of TextFSM templates. */
  readonly textfsm?: string
  /** Platform files or globs. */
  readonly platforms: readonly string[]
  /** `on-device` is always there. */
  readonly realms: Readonly<Record<string, RealmSettings>>
  readonly jumpHosts: Readonly<Record<string, JumpHost>>
  readonly hostKeys: 'strict' | 'accept-new'
  readonly limits: {
    /** @default 64 */
    readonly concurrency: number
    /** @default 16 */
    readonly perSite: number
    /** @default 2 */
    readonly perDevice: number
    /** @default 50 */
    readonly connectsPerSecond: number
  }
}

export interface BackupSettings {
  readonly repository: string
  readonly branch?: string
  /** A remote that every run publishes the branch to. @default none */
  readonly push?: string
  /** @default 'fingerprint' */
  readonly redaction?: RedactionMode
  /** Save the startup-config as well, where the platform has one. @default true */
  readonly startup?: boolean
}

/** Another tool's inventory, read where it is. */
export interface ForeignInventory {
  readonly format: 'nornir' | 'ansible'
  /** Nornir's folder, or a YAML file of Ansible. */
  readonly path: string
}

export interface RealmSettings {
  readonly kind: RealmKind
  /** Failed logins in a row that lock an account, 2 or more. @default 3, assumed */
  readonly lockoutThreshold?: number | 'none'
  /** @default 16 */
  readonly maxInFlight?: number
  /** @default 'workspace' */
  readonly scope?: 'workspace' | 'shared'
}

/** Our own hop with a credential of the vault, or a `Host` of the user's OpenSSH configuration. */
export type JumpHost =
  | {
      readonly host: string
      readonly port: number
      readonly credential: string
      /** The hop before this one. */
      readonly jumpHost?: string
    }
  | { readonly ssh: string }
