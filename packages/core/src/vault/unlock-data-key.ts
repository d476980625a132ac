import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { unwrapWithIdentities, unwrapWithPassphrase } from './age-wrap.ts'
import { DataKey } from './data-key.ts'
import type { VaultFile } from './read-vault.ts'
import { damagedVault } from './vault-errors.ts'
import type { VaultDocument } from './vault-schema.ts'

/** What is tried to open a vault: every identity on every age recipient, the passphrase on every passphrase recipient. */
export interface VaultKeys {
  /** `AGE-SECRET-KEY-…`. */
  readonly identities?: readonly Secret[]
  readonly passphrase?: Secret
  /** Where keys were looked for, for the message that none opens it: `~/.config/netlatch/identity.txt (not there)`. */
  readonly lookedIn?: readonly string[]
}

/** Throws VAULT_LOCKED when no key opens the vault, VAULT_TAMPERED when what a key opens is not this vault's. */
export async function unlockDataKey(file: VaultFile, keys: VaultKeys): Promise<DataKey> {
  const document = documentOf(file)
  const payload = await unwrapAny(document, keys)
  if (!payload) throw locked(file, keys)
  const dataKey = DataKey.fromWrapped(payload)
  payload.fill(0)
  if (!dataKey || dataKey.vaultId !== document.id || dataKey.epoch !== document.epoch) throw damagedVault(file, [])
  return dataKey
}

/** The document of a file that is a valid vault. Throws INPUT_INVALID with all problems otherwise. */
export function documentOf(file: VaultFile): VaultDocument {
  if (file.document) return file.document
  const [first] = file.problems
  const count = file.problems.length > 1 ? ` ${file.problems.length} problems.` : ''
  throw new NetlatchError(
    'INPUT_INVALID',
    `${file.yaml.file}${first ? `:${first.at.line}: ${first.message}` : ': is no vault'}.${count}`,
    { problems: file.problems, ...(first && { at: first.at, ...(first.advice && { advice: first.advice }) }) },
  )
}

async function unwrapAny(document: VaultDocument, keys: VaultKeys): Promise<Uint8Array | undefined> {
  for (const recipient of document.recipients) {
    if ('age' in recipient && keys.identities?.length) {
      const payload = await unwrapWithIdentities(recipient.wrap, keys.identities)
      if (payload) return payload
    }
  }
  for (const recipient of document.recipients) {
    // Only when no identity opens it: each one costs half a second.
    if ('scrypt' in recipient && keys.passphrase) {
      const payload = await unwrapWithPassphrase(recipient.wrap, keys.passphrase, recipient.scrypt)
      if (payload) return payload
    }
  }
  return undefined
}

function unlockAdvice({ passphrase }: VaultKeys, takesPassphrase: boolean): readonly string[] {
  if (!takesPassphrase)
    return [
      ...(passphrase ? ['No recipient takes a passphrase.'] : []),
      'Set NETLATCH_IDENTITY or NETLATCH_IDENTITY_FILE to the key of a recipient.',
    ]
  return passphrase
    ? ['It is another passphrase: correct it, or set NETLATCH_IDENTITY to the key of a recipient.']
    : ['Set NETLATCH_IDENTITY, or use the recovery passphrase: NETLATCH_PASSPHRASE']
}

function locked(file: VaultFile, keys: VaultKeys): NetlatchError {
  const names = file.recipients.map(({ name }) => name).join(', ')
  const takesPassphrase = file.recipients.some((recipient) => 'scrypt' in recipient)
  const tried = [
    ...(keys.identities?.length ? ['identity'] : []),
    ...(keys.passphrase && takesPassphrase ? ['passphrase'] : []),
  ]
  const what = tried.length > 0 ? `no ${tried.join(' or ')} here` : 'no identity here'
  const advice = [
    ...(keys.lookedIn?.length ? [`Looked in ${keys.lookedIn.join(', ')}.`] : []),
    ...unlockAdvice(keys, takesPassphrase),
  ]
  return new NetlatchError('VAULT_LOCKED', `Vault locked: ${what} opens ${file.yaml.file} (recipients: ${names}).`, {
    advice: advice.join(' '),
    details: { recipients: names, tried: tried.join(' or ') },
  })
}
