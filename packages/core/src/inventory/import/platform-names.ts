import { platformNames } from '../../platforms/index.ts'
import { commonPlatforms } from './common-platforms.ts'

/**
 * What a source calls a platform → Netmiko's device_type. Keys in lower case, with `_` for spaces and dashes. Names that
 * Netmiko has too need no entry.
 */
export type PlatformTable = Readonly<Record<string, string>>

const known = new Set([...platformNames, 'autodetect'])

/**
 * Netmiko's name of a platform, or undefined where the table has none that Netlatch knows. Netmiko's own suffixes for the way
 * to connect are no part of the name; `cisco_ios_xe_17_9` is found by its longest start that is a whole name.
 */
export function mapPlatform(table: PlatformTable, given: string): string | undefined {
  const folded = given.trim().toLowerCase().replaceAll(/[ -]/g, '_')
  const name = folded.replace(/(?<=._)(?:ssh|telnet)$/, '').replace(/_$/, '')
  const direct = find(table, folded) ?? find(table, name)
  if (direct !== undefined || table !== commonPlatforms) return direct
  const version = /[_.]v?\d[\w.]*$/
  for (let start = name; version.test(start); ) {
    start = start.slice(0, start.search(/[_.][^_.]*$/))
    const found = find(table, start)
    if (found !== undefined) return found
  }
  return undefined
}

/** Netmiko's names for Telnet end so. */
export function isTelnet(platform: string): boolean {
  return /_telnet$/.test(platform.trim().toLowerCase())
}

function find(table: PlatformTable, name: string): string | undefined {
  const platform = Object.hasOwn(table, name) ? table[name] : name
  return platform !== undefined && known.has(platform) ? platform : undefined
}
