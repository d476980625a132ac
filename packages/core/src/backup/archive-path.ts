import { createHash } from 'node:crypto'
import type { Configuration } from './archive.ts'

/**
 * Where a device's configuration lies in the archive: `fra/fra-core-1.cfg`, `fra/fra-core-1+startup.cfg`, `_/fra-core-1.cfg`
 * without a site. Different devices never share a path, not on a disk that ignores case either, and every path can be checked
 * out on Linux, macOS and Windows.
 */
export function archivePath(
  device: { readonly name: string; readonly site?: string },
  configuration: Configuration = 'running',
): string {
  const folder = device.site === undefined ? '_' : escapeName(device.site)
  return `${folder}/${escapeName(device.name)}${configuration === 'running' ? '' : `+${configuration}`}.cfg`
}

/** The configuration with its secrets, encrypted, beside the one without. */
export function sealedPathOf(path: string): string {
  return `${path}.age`
}

/** Files of {@link sealedPathOf}. */
export const sealedPath = /\.cfg\.age$/

/** Bytes of an escaped name; file systems allow 255, and `+startup.cfg` follows. */
const longest = 160

/**
 * A name as one component of a path or ref, injective also when case is ignored: `a/b` → `a%2fb`, `FRA-1` → `FRA-1+7` (which
 * letters are capitals, as bits), a very long one → its beginning and its hash.
 */
export function escapeName(name: string): string {
  const escaped = escapeCharacters(name)
  if (escaped.length > longest) {
    return `${escaped.slice(0, 120)}++${createHash('sha256').update(name, 'utf16le').digest('hex').slice(0, 40)}`
  }
  const letters = name.match(/[A-Za-z]/g) ?? []
  const capitals = letters.map((letter) => (/[A-Z]/.test(letter) ? '1' : '0')).join('')
  return capitals.includes('1') ? `${escaped}+${BigInt(`0b${capitals}`).toString(16)}` : escaped
}

function escapeCharacters(name: string): string {
  if (name === '') return '%'
  if (name === '_') return '%5f'
  return (
    [...name]
      .map((character) => (/[A-Za-z0-9._-]/.test(character) ? character : percent(character)))
      .join('')
      // Hidden files, options, `..`, Windows' lost trailing dots, refs that end like a lock.
      .replace(/^[.-]|\.(?=\.|$|lock$)/gi, percent)
      // Device names of Windows, with any extension.
      .replace(/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=$|\.)/i, (name) => percent(name.slice(0, 1)) + name.slice(1))
  )
}

/** The UTF-8 bytes as `%c3%bc`. Half a surrogate pair has none: `%ud800`. */
function percent(character: string): string {
  if (/^\p{Cs}$/u.test(character)) return `%u${character.charCodeAt(0).toString(16)}`
  return Buffer.from(character).toString('hex').replace(/../g, '%$&')
}
