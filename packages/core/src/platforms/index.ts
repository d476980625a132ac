import { aristaEos } from './arista_eos.ts'
import { ciscoIos } from './cisco_ios.ts'
import { frr } from './frr.ts'
import { juniperJunos } from './juniper_junos.ts'
import { linux } from './linux.ts'
import type { Platform } from './platform.ts'

/** Every built-in platform, by name. */
export const platforms: readonly Platform[] = [aristaEos, ciscoIos, frr, juniperJunos, linux]

/** Names and aliases, sorted: what an inventory may say. */
export const platformNames: readonly string[] = platforms
  .flatMap(({ name, aliases }) => [name, ...(aliases ?? [])])
  .sort()

const byName: ReadonlyMap<string, Platform> = new Map(
  platforms.flatMap((platform) =>
    [platform.name, ...(platform.aliases ?? [])].map((name) => [name, platform] as const),
  ),
)

/** The platform of this Netmiko device_type or alias, or undefined. */
export function findPlatform(name: string): Platform | undefined {
  return byName.get(name)
}
