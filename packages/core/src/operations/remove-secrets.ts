import { secretPlacesEverywhere } from '../backup/secret-places.ts'
import type { Platform } from '../platforms/platform.ts'

export interface SecretRemover {
  /** The text with another word in each secret's place, the same one wherever it stands. */
  remove(text: string): string
  /** The words that were put in. */
  readonly replacements: readonly string[]
  /** Whether a terminal's text still holds one, broken up by line ends, pagers or escape sequences. */
  holdsSecret(text: string): boolean
}

/** Below this a secret is only replaced where it stands alone: `ro` inside of `router` is none. */
const shortest = 6

/**
 * Learns the secrets of a session from what its commands gave, by the platform's patterns, and takes them out of all its texts.
 * `redact` takes out those of the vault.
 */
export function secretRemover(
  platform: Platform,
  outputs: readonly string[],
  redact: (text: string) => string,
): SecretRemover {
  const found = outputs.flatMap((output) =>
    secretPlacesEverywhere(platform, output).flatMap(([start, end]) => piecesOf(output.slice(start, end))),
  )
  const secrets = [...new Set(found)].toSorted((a, b) => b.length - a.length)
  const words = secrets.map((secret, index) => ({
    secret,
    replacement: `removed${String(index + 1).padStart(3, '0')}`,
  }))
  return {
    remove: (text) => redact(words.reduce((rest, { secret, replacement }) => replace(rest, secret, replacement), text)),
    replacements: words.map(({ replacement }) => replacement),
    holdsSecret: (text) => {
      const bare = squeeze(text)
      return secrets.some((secret) => secret.length >= shortest && bare.includes(squeeze(secret)))
    },
  }
}

/** A key takes several lines, which a terminal ends in its own way. */
function piecesOf(secret: string): readonly string[] {
  return secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function replace(text: string, secret: string, replacement: string): string {
  if (secret.length >= shortest) return text.replaceAll(secret, replacement)
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'g'), replacement)
}

/** Without blanks, control characters and escape sequences. */
function squeeze(text: string): string {
  return text.replace(/\x1b\[[0-?]*[ -/]*[@-~]|[\s\x00-\x1f\x7f]+/g, '')
}
