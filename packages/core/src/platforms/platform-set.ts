import { platforms as builtIn } from './index.ts'
import type { Platform } from './platform.ts'

/** The platforms that a workspace knows: the built-in ones and its own. */
export interface PlatformSet {
  /** Built-in ones first, without those that a file takes the place of. */
  readonly all: readonly Platform[]
  /** Names and aliases, sorted: what an inventory may say. */
  readonly names: readonly string[]
  /** The platform of this name or alias. */
  find(name: string): Platform | undefined
}

/** `declared`: names of files with mistakes, which an inventory may use all the same. */
export function platformSet(own: readonly Platform[] = [], declared: readonly string[] = []): PlatformSet {
  const replaced = new Set(own.map(({ name }) => name))
  const all: readonly Platform[] = [...builtIn.filter(({ name }) => !replaced.has(name)), ...own]
  const byName = new Map(all.flatMap((platform) => namesOf(platform).map((name) => [name, platform] as const)))
  return {
    all,
    names: [...new Set([...byName.keys(), ...declared])].sort(),
    find: (name) => byName.get(name),
  }
}

export function namesOf({ name, aliases = [] }: Platform): readonly string[] {
  return [name, ...aliases]
}

export const builtInPlatforms: PlatformSet = platformSet()
