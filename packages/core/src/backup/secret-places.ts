import { compilePattern, type PatternMatch } from '../platforms/pattern.ts'
import type { Platform, SecretPattern } from '../platforms/platform.ts'

/** Where a secret stands in a text. */
export type SecretPlace = readonly [start: number, end: number, salted: boolean]

/** Secrets on every platform, whatever its data says: hashes in crypt format (`$6$…`), passwords in URLs. Each in one line. */
export const everywhereInLines = [
  /\$(?:\d{1,2}[a-y]?|sha\d+|pbkdf2[\w-]*|scrypt|argon2\w*)\$(?<secret>[^\s"';,:<]{4,})/dg,
  /:\/\/[^\s/:@"']{1,128}:(?<secret>[^\s/@"']{1,256})@/dg,
]

/** Private keys, likewise; over several lines. */
export const keysEverywhere =
  /-----BEGIN (?<kind>[A-Z0-9 ]*PRIVATE KEY)-----(?<secret>[\s\S]*?)-----END \k<kind>-----/dg

export function findSecrets(pattern: RegExp, text: string): readonly SecretPlace[] {
  return [...text.matchAll(pattern)]
    .map((match) => match.indices?.groups?.secret)
    .filter((range) => range !== undefined)
    .filter(([start, end]) => end > start)
    .map(([start, end]) => [start, end, false] as const)
}

/** Where a platform's patterns find secrets, in order, no place twice. */
export function secretPlaces(platform: Pick<Platform, 'secrets'>, text: string): readonly SecretPlace[] {
  return joinOverlaps(platform.secrets.flatMap((secret) => placesBy(secret, text)))
}

/** The same, with what is a secret on every platform. */
export function secretPlacesEverywhere(platform: Pick<Platform, 'secrets'>, text: string): readonly SecretPlace[] {
  const everywhere = [...everywhereInLines, keysEverywhere].flatMap((pattern) => findSecrets(pattern, text))
  return joinOverlaps([...secretPlaces(platform, text), ...everywhere])
}

/** Where one pattern finds secrets. Throws for what is no pattern. */
export function placesBy({ pattern, except, salted = false }: SecretPattern, text: string): readonly SecretPlace[] {
  const search = compilePattern(pattern, { flags: 'm' })
  if (except === undefined) return [...search.findAll(text)].flatMap((match) => placeOf(match, salted))
  const isNone = compilePattern(except)
  const places: SecretPlace[] = []
  for (let from = 0; from <= text.length; ) {
    const match = search.find(text, from)
    if (!match) break
    const found = placeOf(match, salted)
    const [start = match.index] = found[0] ?? []
    const isKeyword = isNone.test(match.groups.secret ?? '')
    if (!isKeyword) places.push(...found)
    // A keyword may be the word in front of the secret: the search goes on at it, not behind it.
    from = isKeyword ? Math.max(start, match.index + 1) : match.index + Math.max(match.text.length, 1)
  }
  return places
}

function placeOf(match: PatternMatch, salted: boolean): readonly SecretPlace[] {
  const start = match.start('secret')
  const length = match.groups.secret?.length ?? 0
  return start === undefined || length === 0 ? [] : [[start, start + length, salted]]
}

/** Two patterns may find one secret, or parts of it: each place is replaced once, as a whole. */
export function joinOverlaps(places: readonly SecretPlace[]): readonly SecretPlace[] {
  return places
    .toSorted((a, b) => a[0] - b[0] || b[1] - a[1])
    .reduce<SecretPlace[]>((joined, place) => {
      const last = joined.at(-1)
      if (last && place[0] < last[1])
        joined[joined.length - 1] = [last[0], Math.max(last[1], place[1]), last[2] || place[2]]
      else joined.push(place)
      return joined
    }, [])
}
