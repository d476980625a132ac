import { createSecretKey } from 'node:crypto'
import type { Client } from 'ssh2'

/** Where ssh2 keeps the keys of AES-GCM, in each direction. */
const places = [
  { cipher: '_cipher', key: '_encKey' },
  { cipher: '_decipher', key: '_decipherKey' },
] as const

/**
 * ssh2 makes a cipher anew for each packet in AES-GCM, and hands its key over as bytes, for which Node takes five times as long
 * as for a key of its own. After each key exchange both keys become such ones. Its inside, never relied on: where a version of
 * ssh2 keeps them elsewhere, nothing is changed.
 */
export function prepareCipherKeys(client: Client): void {
  const protocol: unknown = Reflect.get(client, '_protocol')
  if (!isObject(protocol)) return
  for (const place of places) {
    const cipher: unknown = Reflect.get(protocol, place.cipher)
    const key: unknown = isObject(cipher) ? Reflect.get(cipher, place.key) : undefined
    if (isObject(cipher) && key instanceof Uint8Array) Reflect.set(cipher, place.key, createSecretKey(key))
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
