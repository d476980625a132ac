import { createHash, createPrivateKey } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import type { Secret } from '../secret.ts'

/** What came of reading a private key: the key, or a reason that holds nothing of it. */
export type PrivateKeyRead = { readonly key: ParsedKey } | { readonly key: undefined; readonly reason: string }

export type PrivateKeyReader = (privateKey: Secret, passphrase: Secret | undefined) => PrivateKeyRead

/** More different keys than one run has. */
const maximumRemembered = 32

/**
 * A reader that opens each encrypted key once: OpenSSH's way of making a passphrase slow costs 0.2 s in JavaScript, in which
 * nothing else runs. What it opened lives as long as the reader, as the passphrase does in the vault.
 */
export function createPrivateKeyReader(): PrivateKeyReader {
  const opened = new Map<string, PrivateKeyRead>()
  return (privateKey, passphrase) => {
    if (passphrase === undefined) return readPrivateKey(privateKey, undefined)
    const name = createHash('sha256')
      .update(JSON.stringify([privateKey.reveal(), passphrase.reveal()]))
      .digest('hex')
    const read = opened.get(name) ?? readPrivateKey(privateKey, passphrase)
    opened.set(name, read)
    const [oldest] = opened.keys()
    if (oldest !== undefined && opened.size > maximumRemembered) opened.delete(oldest)
    return read
  }
}

/** Reads OpenSSH's, PEM's and PuTTY's formats, and PKCS#8 with RSA and ECDSA keys. */
export function readPrivateKey(privateKey: Secret, passphrase: Secret | undefined): PrivateKeyRead {
  const text = privateKey.reveal()
  const parsed = ssh2.utils.parseKey(pemFromPkcs8(text, passphrase) ?? text, passphrase?.reveal())
  // A list only for formats with several keys; the first is the one OpenSSH uses.
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined || key instanceof Error) {
    const encrypted = /ENCRYPTED|aes\d+-(ctr|cbc)/.test(text) || /encrypted|passphrase/i.test(String(key))
    if (!encrypted) return { key: undefined, reason: 'the private key is in no format that can be read' }
    const reason = passphrase ? 'the passphrase does not open the private key' : 'the private key needs its passphrase'
    return { key: undefined, reason }
  }
  return key.isPrivateKey() ? { key } : { key: undefined, reason: 'this is a public key, not a private one' }
}

/** ssh2 does not know PKCS#8; the older PEM formats say the same for RSA and ECDSA. */
function pemFromPkcs8(text: string, passphrase: Secret | undefined): string | undefined {
  if (!/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined
  try {
    const key = createPrivateKey({ key: text, ...(passphrase && { passphrase: passphrase.reveal() }) })
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
    if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString()
    return undefined
  } catch (_unreadable) {
    // The caller finds out the same, and names the reason.
    return undefined
  }
}
