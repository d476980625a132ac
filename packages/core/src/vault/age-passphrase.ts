import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { type Identity, type Recipient, Stanza } from 'age-encryption'
import type { Secret } from '../secret.ts'

/**
 * age's scrypt recipient (age-encryption.org/v1, "scrypt recipient stanza") on Node's scrypt, which runs beside the event
 * loop; the library's own is pure JavaScript and would hold up every session meanwhile.
 */
export class PassphraseRecipient implements Recipient {
  readonly #passphrase: Secret
  readonly #workFactor: number

  constructor(passphrase: Secret, workFactor: number) {
    this.#passphrase = passphrase
    this.#workFactor = workFactor
  }

  async wrapFileKey(fileKey: Uint8Array): Promise<Stanza[]> {
    const salt = randomBytes(saltBytes)
    const key = await deriveKey(this.#passphrase, salt, this.#workFactor)
    const cipher = createCipheriv('chacha20-poly1305', key, zeroNonce, { authTagLength: tagBytes })
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
    return [new Stanza(['scrypt', unpadded(salt), String(this.#workFactor)], body)]
  }
}

/** Opens only stanzas of the work factor that the vault names: whoever writes the file cannot ask for gigabytes. */
export class PassphraseIdentity implements Identity {
  readonly #passphrase: Secret
  readonly #workFactor: number

  constructor(passphrase: Secret, workFactor: number) {
    this.#passphrase = passphrase
    this.#workFactor = workFactor
  }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    const [stanza] = stanzas
    const [type, salt64 = '', workFactor] = stanza?.args ?? []
    // age wants a passphrase to be the only way into a file.
    if (!stanza || stanzas.length !== 1 || type !== 'scrypt' || stanza.args.length !== 3) return null
    const salt = Buffer.from(salt64, 'base64')
    if (workFactor !== String(this.#workFactor) || salt.length !== saltBytes || unpadded(salt) !== salt64) return null
    if (stanza.body.length !== fileKeyBytes + tagBytes) return null
    const key = await deriveKey(this.#passphrase, salt, this.#workFactor)
    const decipher = createDecipheriv('chacha20-poly1305', key, zeroNonce, { authTagLength: tagBytes })
    decipher.setAuthTag(stanza.body.subarray(fileKeyBytes))
    const fileKey = decipher.update(stanza.body.subarray(0, fileKeyBytes))
    try {
      decipher.final()
      return fileKey
    } catch {
      // A tag that does not fit: another passphrase.
      return null
    }
  }
}

const saltBytes = 16
const fileKeyBytes = 16
const tagBytes = 16
// The key is used once, so the format fixes the nonce.
const zeroNonce = Buffer.alloc(12)

const scryptAsync = promisify<Buffer, Buffer, number, object, Buffer>(scrypt)

function deriveKey(passphrase: Secret, salt: Buffer, workFactor: number): Promise<Buffer> {
  const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt])
  const cost = 2 ** workFactor
  const options = { N: cost, r: 8, p: 1, maxmem: 2 * 128 * 8 * cost }
  return scryptAsync(Buffer.from(passphrase.reveal()), labelled, 32, options)
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
