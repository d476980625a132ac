import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { PassphraseIdentity, PassphraseRecipient } from './age-passphrase.ts'
import type { DataKey } from './data-key.ts'

/** The data key as an armoured age file that the holder of `recipient` opens, with Netlatch or with stock age. */
export async function wrapForRecipient(key: DataKey, recipient: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encryptKey(encrypter, key)
}

/** The same for a passphrase; takes 128 MB and about half a second for a moment. */
export async function wrapForPassphrase(key: DataKey, passphrase: Secret, workFactor: number): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(new PassphraseRecipient(passphrase, workFactor))
  return encryptKey(encrypter, key)
}

/** Undefined when none of the identities opens the wrap, or the wrap is damaged. */
export async function unwrapWithIdentities(
  wrap: string,
  identities: readonly Secret[],
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter()
  try {
    for (const identity of identities) decrypter.addIdentity(identity.reveal())
  } catch {
    // The library's message quotes the identity.
    throw new NetlatchError('VAULT_LOCKED', 'One of the identities is no age identity.', {
      advice: 'An identity is a line AGE-SECRET-KEY-…, as age-keygen writes it.',
    })
  }
  return decryptKey(decrypter, wrap)
}

export async function unwrapWithPassphrase(
  wrap: string,
  passphrase: Secret,
  workFactor: number,
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(new PassphraseIdentity(passphrase, workFactor))
  return decryptKey(decrypter, wrap)
}

/** Encrypts text of any length for a recipient, as an armoured age file: exports travel this way. */
export async function encryptText(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return armor.encode(await encrypter.encrypt(text))
}

/** Undefined when none of the identities opens it, or it is damaged. */
export async function decryptText(file: string, identities: readonly Secret[]): Promise<string | undefined> {
  const plaintext = await unwrapWithIdentities(file, identities)
  return plaintext && Buffer.from(plaintext).toString()
}

/** A new identity (`AGE-SECRET-KEY-1…`) and the recipient that is its public half. */
export async function generateIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The public half of an identity; undefined when the text is no identity. */
export async function recipientOf(identity: Secret): Promise<string | undefined> {
  try {
    return await identityToRecipient(identity.reveal())
  } catch {
    // The library's message quotes the identity.
    return undefined
  }
}

/** Whether a text is a recipient that a data key can be wrapped for. */
export function isRecipient(text: string): boolean {
  if (!/^age1(pq1)?[02-9ac-hj-np-z]{50,}$/.test(text)) return false
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

async function encryptKey(encrypter: Encrypter, key: DataKey): Promise<string> {
  const payload = key.toWrap()
  try {
    return armor.encode(await encrypter.encrypt(payload))
  } finally {
    payload.fill(0)
  }
}

async function decryptKey(decrypter: Decrypter, wrap: string): Promise<Uint8Array | undefined> {
  try {
    return await decrypter.decrypt(armor.decode(wrap))
  } catch {
    // age tells "not for you" from "damaged" by message text only; for a reader of the vault both mean: not with this key.
    return undefined
  }
}
