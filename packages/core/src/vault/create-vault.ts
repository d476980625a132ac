import { randomBytes } from 'node:crypto'
import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { isRecipient, wrapForPassphrase, wrapForRecipient } from './age-wrap.ts'
import { DataKey } from './data-key.ts'
import { type OpenVault, type OpenVaultOptions, verifyVault } from './open-vault.ts'
import { parseVault, readVaultText } from './read-vault.ts'
import { sealHeader } from './vault-record.ts'
import type { VaultDocument, VaultRecipient } from './vault-schema.ts'
import { vaultText } from './vault-text.ts'
import { replaceFile } from './write-vault.ts'

/** Work factor of new passphrase recipients: 2^17 rounds, half a second and 128 MB for whoever tries one. */
export const scryptWorkFactor = 17

/** Somebody who is to open a vault: with an age identity, or with a passphrase. */
export type NewRecipient =
  | { readonly name: string; readonly age: string }
  | { readonly name: string; readonly passphrase: Secret }

/** Makes an empty vault in a new file. Throws FILE_CHANGED when there is a file already. */
export async function createVault(
  path: string,
  recipients: readonly NewRecipient[],
  options: OpenVaultOptions = {},
): Promise<OpenVault> {
  if ((await readVaultText(path)) !== undefined)
    throw new NetlatchError('FILE_CHANGED', `${path}: is there already. Nothing was written.`, {
      advice: 'netlatch vault recipients add, or choose another file.',
    })
  refuseRecipients(recipients)
  const key = DataKey.create(randomBytes(12).toString('hex'), 1)
  const unsigned: Omit<VaultDocument, 'mac'> = {
    netlatch_vault: 1,
    id: key.vaultId,
    epoch: key.epoch,
    recipients: await Promise.all(recipients.map((recipient) => wrapFor(key, recipient))),
    redaction_key: sealHeader(key, 'redaction_key', randomBytes(32)),
    credentials: {},
  }
  const text = vaultText({ ...unsigned, mac: key.mac(unsigned) })
  await replaceFile(path, text, undefined)
  return verifyVault(parseVault(text, path), key, options)
}

/** The recipient as it stands in the file, with the data key wrapped for it. */
export async function wrapFor(key: DataKey, recipient: NewRecipient): Promise<VaultRecipient> {
  const { name } = recipient
  if ('age' in recipient) return { name, age: recipient.age, wrap: await wrapForRecipient(key, recipient.age) }
  const wrap = await wrapForPassphrase(key, recipient.passphrase, scryptWorkFactor)
  return { name, scrypt: scryptWorkFactor, wrap }
}

/**
 * Throws USAGE for recipients that cannot be written: none, a name or a key twice, no age recipient, a short passphrase. A key under
 * two names would stay when one of them is removed.
 */
export function refuseRecipients(recipients: readonly NewRecipient[], present: readonly VaultRecipient[] = []): void {
  if (recipients.length === 0 && present.length === 0)
    throw usage('A vault needs at least one recipient.', 'Give an age recipient or a passphrase.')
  const names = new Set(present.map(({ name }) => name))
  const keys = new Map(present.flatMap((each) => ('age' in each ? [[each.age, each.name] as const] : [])))
  for (const recipient of recipients) {
    const { name } = recipient
    if (names.has(name)) throw usage(`Recipient ${name} is there already.`, 'Choose another name.')
    names.add(name)
    const owner = 'age' in recipient ? keys.get(recipient.age) : undefined
    if (owner !== undefined)
      throw usage(`Recipient ${name}: this key opens the vault already, as ${owner}.`, 'netlatch vault recipients list')
    if ('age' in recipient) keys.set(recipient.age, name)
    if ('age' in recipient && !isRecipient(recipient.age))
      throw usage(
        `Recipient ${name}: ${recipient.age} is no age recipient.`,
        'It looks like age1…: age-keygen -y prints it.',
      )
    if ('passphrase' in recipient && recipient.passphrase.reveal().length < 10)
      throw usage(
        `Recipient ${name}: a passphrase of less than 10 characters opens the vault too easily.`,
        'Take several random words.',
      )
  }
}

export function usage(message: string, advice: string): NetlatchError {
  return new NetlatchError('USAGE', message, { advice })
}
