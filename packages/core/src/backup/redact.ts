import { createHmac } from 'node:crypto'
import { NetlatchError } from '../errors.ts'
import { compilePattern, type PatternMatch } from '../platforms/pattern.ts'
import type { Platform, SecretPattern } from '../platforms/platform.ts'

export interface RedactOptions {
  readonly device: string
  /** The vault's redaction key: 32 bytes or more. */
  readonly key: Uint8Array
  /** Replaces every secret this process has opened. */
  readonly redact: (text: string) => string
  /** The capture passed the completeness gate. When not, it may be cut inside a secret, or be another platform's. */
  readonly whole: boolean
}

/** Secrets on every platform, whatever its data says: hashes in crypt format (`$6$…`), passwords in URLs, private keys. */
const everywhere = [
  /\$(?:\d{1,2}[a-y]?|sha\d+|pbkdf2[\w-]*|scrypt|argon2\w*)\$(?<secret>[^\s"';,]{4,})/dg,
  /:\/\/[^\s/:@"']{1,128}:(?<secret>[^\s/@"']{1,256})@/dg,
  /-----BEGIN (?<kind>[A-Z0-9 ]*PRIVATE KEY)-----(?<secret>[\s\S]*?)-----END \k<kind>-----/dg,
]

const unendedKey =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?<secret>(?![\s\S]*-----END [A-Z0-9 ]*PRIVATE KEY-----)[\s\S]+)/dg

/** In a capture that is not whole: the rest of each line after a word that announces a secret. */
const announced =
  /(?:pass(?:word|wd|phrase|code)|secret|community|credential|\bpsk|\bkey|auth-?key)[^\s"]*[\s"]+(?<secret>\S.*)/dgi

/**
 * Replaces each secret of a configuration by `<nl:…>`, 96 bits of its HMAC-SHA256 under the vault's key: a changed secret
 * changes the fingerprint, an unchanged one does not, and nobody without the key can try guesses against it. The device's name
 * goes into the HMAC, so that the archive does not tell which devices share a secret. What a device encrypts anew each time it
 * shows it becomes `<nl:salted>`.
 *
 * Throws CAPTURE_HELD when a pattern fails or a secret of this process would remain: then nothing of the text may be stored.
 */
export function redactConfiguration(text: string, platform: Platform, options: RedactOptions): string {
  const { device, key, redact, whole } = options
  if (key.byteLength < 32) throw failed(device, 'the redaction key is shorter than 32 bytes')
  if (whole && text.search(unendedKey) !== -1) throw failed(device, 'a private key has no end')
  const known = [...everywhere, ...(whole ? [] : [unendedKey, announced])]
  const ranges = joinOverlaps([
    ...platform.secrets.flatMap((one) => platformSecrets(device, one, text)),
    ...known.flatMap((pattern) => findSecrets(pattern, text)),
  ])
  const replace = (secret: string, salted: boolean) => (salted ? '<nl:salted>' : fingerprint(secret, device, key))
  const replaced = replaceRanges(text, ranges, replace)
  const redacted = redact(replaced)
  // Where nothing of the process's was found, a second look finds nothing either.
  const isClean = redacted === replaced || redact(redacted) === redacted
  if (!isClean) throw failed(device, 'a secret remained after it was replaced')
  return redacted
}

function fingerprint(secret: string, device: string, key: Uint8Array): string {
  const hmac = createHmac('sha256', key)
    .update(JSON.stringify(['netlatch/1/redact', device, secret]))
    .digest()
  return `<nl:${hmac.subarray(0, 12).toString('base64url')}>`
}

type Range = readonly [start: number, end: number, salted: boolean]

function findSecrets(pattern: RegExp, text: string): readonly Range[] {
  return [...text.matchAll(pattern)]
    .map((match) => match.indices?.groups?.secret)
    .filter((range) => range !== undefined)
    .filter(([start, end]) => end > start)
    .map(([start, end]) => [start, end, false] as const)
}

function platformSecrets(device: string, secret: SecretPattern, text: string): readonly Range[] {
  if (!/\(\?P?<secret>/.test(secret.pattern)) throw failed(device, `pattern "${secret.name}" has no group "secret"`)
  try {
    return secretRanges(secret, text)
  } catch (cause) {
    throw failed(device, `pattern "${secret.name}" is no regular expression`, cause)
  }
}

/** Where a platform's patterns find secrets, in order, no place twice. */
export function secretPlaces(platform: Pick<Platform, 'secrets'>, text: string): readonly Range[] {
  return joinOverlaps(platform.secrets.flatMap((secret) => secretRanges(secret, text)))
}

/** The same, with what is a secret on every platform. */
export function secretPlacesEverywhere(platform: Pick<Platform, 'secrets'>, text: string): readonly Range[] {
  return joinOverlaps([...secretPlaces(platform, text), ...everywhere.flatMap((pattern) => findSecrets(pattern, text))])
}

function secretRanges({ pattern, except, salted = false }: SecretPattern, text: string): readonly Range[] {
  const search = compilePattern(pattern, { flags: 'm' })
  if (except === undefined) return [...search.findAll(text)].flatMap((match) => rangeOf(match, salted))
  const isNone = compilePattern(except)
  const ranges: Range[] = []
  for (let from = 0; from <= text.length; ) {
    const match = search.find(text, from)
    if (!match) break
    const found = rangeOf(match, salted)
    const [start = match.index] = found[0] ?? []
    const isKeyword = isNone.test(match.groups.secret ?? '')
    if (!isKeyword) ranges.push(...found)
    // A keyword may be the word in front of the secret: the search goes on at it, not behind it.
    from = isKeyword ? Math.max(start, match.index + 1) : match.index + Math.max(match.text.length, 1)
  }
  return ranges
}

function rangeOf(match: PatternMatch, salted: boolean): readonly Range[] {
  const start = match.start('secret')
  const length = match.groups.secret?.length ?? 0
  return start === undefined || length === 0 ? [] : [[start, start + length, salted]]
}

/** Two patterns may find one secret, or parts of it: each place is replaced once, as a whole. */
function joinOverlaps(ranges: readonly Range[]): readonly Range[] {
  return ranges
    .toSorted((a, b) => a[0] - b[0] || b[1] - a[1])
    .reduce<Range[]>((joined, range) => {
      const last = joined.at(-1)
      if (last && range[0] < last[1])
        joined[joined.length - 1] = [last[0], Math.max(last[1], range[1]), last[2] || range[2]]
      else joined.push(range)
      return joined
    }, [])
}

function replaceRanges(
  text: string,
  ranges: readonly Range[],
  replace: (part: string, salted: boolean) => string,
): string {
  const parts = ranges.map(([start, end, salted], index) => {
    const before = text.slice(index === 0 ? 0 : ranges[index - 1]?.[1], start)
    return before + replace(text.slice(start, end), salted)
  })
  return parts.join('') + text.slice(ranges.at(-1)?.[1] ?? 0)
}

function failed(device: string, reason: string, cause?: unknown): NetlatchError {
  return new NetlatchError('CAPTURE_HELD', `${device}: ${reason}. Nothing was stored.`, {
    cause,
    advice: 'correct the secret patterns of the platform',
    details: { device, reason },
  })
}
