import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { unwrapWithPassphrase } from './age-wrap.ts'
import { usage, wrapFor } from './create-vault.ts'
import { DataKey } from './data-key.ts'
import type { OpenVault } from './open-vault.ts'
import { saveVault, type UnsignedDocument, unsigned } from './save-vault.ts'
import { sealSuccession, succession } from './succession.ts'
import { damagedVault } from './vault-errors.ts'
import { openHeader, publicPart, sealHeader, sealRecord } from './vault-record.ts'
import type { VaultRecipient, VaultRecord } from './vault-schema.ts'

export interface RotateOptions {
  /** Recipients who can no longer open the vault. */
  readonly drop?: readonly string[]
  /** Of the passphrase recipients who stay, by name: the new key cannot be wrapped for them without. */
  readonly passphrases?: Readonly<Record<string, Secret>>
}

export interface RotatedVault {
  readonly vault: OpenVault
  /** Credentials whose sealed secrets the dropped recipients could read, and still can in old copies: change them on the devices. */
  readonly exposed: readonly string[]
}

/**
 * Replaces the data key: everything is sealed anew for those who stay, and the file proves the step to those who knew the old
 * one. Throws USAGE when nobody would be left or a passphrase is missing.
 */
export async function rotateVault(vault: OpenVault, options: RotateOptions = {}): Promise<RotatedVault> {
  const document = unsigned(vault)
  const drop = options.drop ?? []
  const unknown = drop.find((name) => !document.recipients.some((recipient) => recipient.name === name))
  if (unknown !== undefined)
    throw new NetlatchError('NOT_FOUND', `No recipient ${unknown} in ${vault.file.yaml.file}.`, {
      advice: `There are: ${document.recipients.map(({ name }) => name).join(', ')}.`,
    })
  const staying = document.recipients.filter(({ name }) => !drop.includes(name))
  if (staying.length === 0) throw usage('Nobody could open the vault any more.', 'Keep or add at least one recipient.')
  const key = DataKey.create(document.id, document.epoch + 1)
  const rotated = await resealed(vault, key, await rewrap(key, staying, options.passphrases ?? {}))
  const saved = await saveVault(
    vault,
    { ...rotated, succession: sealSuccession(key, [...vault.successionSteps, succession(vault.dataKey, key)]) },
    key,
  )
  key.close()
  const exposed = drop.length === 0 ? [] : vault.credentials.filter((each) => each.reference === undefined)
  return { vault: saved, exposed: exposed.map(({ name }) => name) }
}

/** The recipients with another data key wrapped for them. */
export function rewrap(
  key: DataKey,
  recipients: readonly VaultRecipient[],
  passphrases: Readonly<Record<string, Secret>>,
): Promise<VaultRecipient[]> {
  return Promise.all(
    recipients.map(async (recipient) => {
      const { name } = recipient
      if ('age' in recipient) return wrapFor(key, { name, age: recipient.age })
      const passphrase = Object.hasOwn(passphrases, name) ? passphrases[name] : undefined
      // A typing mistake here would lock them out for good.
      if (passphrase && !(await unwrapWithPassphrase(recipient.wrap, passphrase, recipient.scrypt)))
        throw usage(`That is not the passphrase of ${name}.`, 'Give the one that opens the vault now.')
      if (passphrase) return wrapFor(key, { name, passphrase })
      throw usage(`${name} opens the vault with a passphrase, which is needed to keep it.`, `Give it, or drop ${name}.`)
    }),
  )
}

/** The document under another data key, without a word about succession. */
export async function resealed(
  vault: OpenVault,
  key: DataKey,
  recipients: readonly VaultRecipient[],
): Promise<UnsignedDocument> {
  const { succession: _, ...document } = unsigned(vault)
  const redactionKey = openHeader(vault.dataKey, 'redaction_key', document.redaction_key)
  if (!redactionKey) throw damagedVault(vault.file, [])
  const records = Object.entries(document.credentials).map(([name, record]): [string, VaultRecord] => {
    const content = vault.content(name)
    if (!content) throw damagedVault(vault.file, vault.problems)
    return [name, sealRecord(key, name, publicPart(record), content)]
  })
  const next = {
    ...document,
    epoch: key.epoch,
    recipients: [...recipients],
    redaction_key: sealHeader(key, 'redaction_key', redactionKey),
    credentials: Object.fromEntries(records),
  }
  redactionKey.fill(0)
  return next
}
