import { NetlatchError } from '../errors.ts'
import type { Platform } from '../platforms/platform.ts'
import type { PlatformSet } from '../platforms/platform-set.ts'
import { platformYaml } from '../platforms/platform-yaml.ts'
import { didYouMean } from '../workspace/nearest-name.ts'

/** What Netlatch can do with a platform. */
export interface PlatformOverview {
  readonly name: string
  /** Vendor and system, for people. */
  readonly title: string
  readonly aliases: readonly string[]
  readonly run: boolean
  /** Configurations that a backup can save. */
  readonly backup: readonly ('running' | 'startup')[]
  readonly enable: boolean
  readonly autodetect: boolean
  /** The file it is from; null for a built-in one. */
  readonly file: string | null
}

/** All platforms, by name. */
export function listPlatforms({ all }: PlatformSet): readonly PlatformOverview[] {
  return all.map(overview).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function overview(platform: Platform): PlatformOverview {
  const { name, title, aliases = [], readOnly, configurations, enable, detect = [], identification, file } = platform
  return {
    name,
    title,
    aliases,
    run: readOnly.length > 0,
    backup: configurations.startup ? ['running', 'startup'] : ['running'],
    enable: enable !== undefined,
    autodetect: detect.length > 0 || identification !== undefined,
    file: file ?? null,
  }
}

/** A platform as a YAML file that says all of it. Throws NOT_FOUND. */
export function showPlatform(platforms: PlatformSet, name: string): string {
  const platform = platforms.find(name)
  if (platform) return platformYaml(platform)
  throw new NetlatchError('NOT_FOUND', `there is no platform "${name}".`, {
    advice: didYouMean(name, platforms.names, 'netlatch platforms list'),
  })
}
