import type { Origin, ValueOrigin } from '../../model.ts'
import type { DeviceValues } from '../inventory-schema.ts'

/** What another tool's inventory says, in Netlatch's words. Every value has passed the schema of our own inventory. */
export interface Imported {
  readonly devices: readonly ImportedDevice[]
  readonly groups: readonly ImportedGroup[]
  /** `Host` names of OpenSSH that devices name as their `jump_host`. */
  readonly jumpHosts: readonly string[]
  /** What could not be taken, or needs a person; one a cause. */
  readonly notes: readonly ImportNote[]
  /** Usernames of the credentials that devices name, where the source has them. */
  readonly usernames?: ReadonlyMap<string, string>
}

export interface ImportedDevice {
  readonly name: string
  /** Fully resolved: a group or default of the source that gave a value is seen in `origins` only. */
  readonly values: DeviceValues
  readonly at: Origin
  /** Where each value stands in the source, by its key in our file. */
  readonly origins: Readonly<Record<string, ValueOrigin>>
  /** What the source calls its platform, where that is none of the built-in ones. */
  readonly unknownPlatform?: string
}

export interface ImportedGroup {
  readonly name: string
  /** Groups it builds on. */
  readonly groups: readonly string[]
  readonly tags: readonly string[]
  readonly at: Origin
}

/**
 * `skipped`: not a device of the inventory. `platform`: taken as `autodetect`. `secret`: found, not taken, never shown.
 * `login`: belongs into the vault. `left-out`: a value that has no place or is not valid.
 */
export type NoteKind = 'skipped' | 'platform' | 'secret' | 'login' | 'left-out'

export interface ImportNote {
  readonly kind: NoteKind
  /** The cause, the same for all of its devices. Never a secret. */
  readonly text: string
  /** Names, or `line 12` where there is none. */
  readonly devices: readonly string[]
  readonly advice?: string
  /** Of the first of them. */
  readonly at: Origin
}

/** As commands and files call them. */
export const importSources = [
  'ansible',
  'oxidized',
  'rancid',
  'nornir',
  'csv',
  'ssh-config',
  'containerlab',
  'netraven',
  'velocitycollector',
] as const

export type ImportSource = (typeof importSources)[number]
