import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { NetlatchError } from '../errors.ts'
import type { Platform, SecretPattern } from '../platforms/platform.ts'
import { findSecrets, joinOverlaps, placesBy, type SecretPlace } from './secret-places.ts'
import { secretsByLine } from './secrets-by-line.ts'

export interface RedactOptions {
  readonly device: string
  /** The vault's redaction key: 32 bytes or more. */
  readonly key: Uint8Array
  /** Replaces every secret this process has opened. */
  readonly redact: (text: string) => string
  /** The capture passed the completeness gate. When not, it may be cut inside a secret, or be another platform's. */
  readonly whole: boolean
}

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
  const find = (one: SecretPattern, inText: string) => platformSecrets(device, one, inText)
  const places = joinOverlaps([
    ...secretsByLine(platform.secrets, text, find),
    ...(whole ? [] : [unendedKey, announced].flatMap((pattern) => findSecrets(pattern, text))),
  ])
  // With a key that is bytes, Node takes six times as long for each.
  const hmacKey = createSecretKey(key)
  const replace = (secret: string, salted: boolean) => (salted ? '<nl:salted>' : fingerprint(secret, device, hmacKey))
  const replaced = replacePlaces(text, places, replace)
  const redacted = redact(replaced)
  // Where nothing of the process's was found, a second look finds nothing either.
  const isClean = redacted === replaced || redact(redacted) === redacted
  if (!isClean) throw failed(device, 'a secret remained after it was replaced')
  return redacted
}

function fingerprint(secret: string, device: string, key: KeyObject): string {
  const hmac = createHmac('sha256', key)
    .update(JSON.stringify(['netlatch/1/redact', device, secret]))
    .digest()
  return `<nl:${hmac.subarray(0, 12).toString('base64url')}>`
}

function platformSecrets(device: string, secret: SecretPattern, text: string): readonly SecretPlace[] {
  if (!/\(\?P?<secret>/.test(secret.pattern)) throw failed(device, `pattern "${secret.name}" has no group "secret"`)
  try {
    return placesBy(secret, text)
  } catch (cause) {
    throw failed(device, `pattern "${secret.name}" is no regular expression`, cause)
  }
}

function replacePlaces(
  text: string,
  places: readonly SecretPlace[],
  replace: (part: string, salted: boolean) => string,
): string {
  const parts = places.map(([start, end, salted], index) => {
    const before = text.slice(index === 0 ? 0 : places[index - 1]?.[1], start)
    return before + replace(text.slice(start, end), salted)
  })
  return parts.join('') + text.slice(places.at(-1)?.[1] ?? 0)
}

function failed(device: string, reason: string, cause?: unknown): NetlatchError {
  return new NetlatchError('CAPTURE_HELD', `${device}: ${reason}. Nothing was stored.`, {
    cause,
    advice: 'correct the secret patterns of the platform',
    details: { device, reason },
  })
}
