import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16
const sealed = /^nl1:([A-Za-z0-9+/]{16}):([A-Za-z0-9+/]{22,}={0,2})$/

/**
 * AES-256-GCM under a key that is used for this one purpose: `nl1:<iv>:<ciphertext and tag>`, base64. `context` is
 * authenticated and not stored: opening needs the same one.
 */
export function seal(key: Buffer, context: string, plaintext: Buffer): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return `nl1:${iv.toString('base64')}:${body.toString('base64')}`
}

/** Null when the text, the key or the context is not the one it was sealed with. */
export function unseal(key: Buffer, context: string, text: string): Buffer | null {
  const [, iv64 = '', body64 = ''] = sealed.exec(text) ?? []
  const iv = Buffer.from(iv64, 'base64')
  const body = Buffer.from(body64, 'base64')
  // Base64 has several spellings of the same bytes; only the one that seal() writes is taken.
  if (iv.toString('base64') !== iv64 || body.toString('base64') !== body64) return null
  if (iv.length !== ivBytes || body.length < tagBytes) return null
  // Without authTagLength Node would take a tag of 4 bytes.
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(body.subarray(body.length - tagBytes))
  const plaintext = decipher.update(body.subarray(0, body.length - tagBytes))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    // The only thing final() throws for is a tag that does not fit.
    plaintext.fill(0)
    return null
  }
}

export function isSealed(text: string): boolean {
  return sealed.test(text)
}
