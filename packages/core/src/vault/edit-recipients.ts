import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { type NewRecipient, refuseRecipients, usage, wrapFor } from './create-vault.ts'
import type { OpenVault } from './open-vault.ts'
import { saveVault, unsigned } from './save-vault.ts'

/** Lets somebody else open the vault from now on; what git has of it they can open too. */
export async function addRecipient(vault: OpenVault, recipient: NewRecipient): Promise<OpenVault> {
  const document = unsigned(vault)
  refuseRecipients([recipient], document.recipients)
  return saveVault(vault, {
    ...document,
    recipients: [...document.recipients, await wrapFor(vault.dataKey, recipient)],
  })
}

/**
 * Gives a passphrase recipient another passphrase. The data key stays: whoever knows the old passphrase and has an old copy of
 * the file still gets in. Where that matters, rotate instead.
 */
export async function changePassphrase(vault: OpenVault, name: string, passphrase: Secret): Promise<OpenVault> {
  const document = unsigned(vault)
  const current = document.recipients.find((recipient) => recipient.name === name)
  if (!current)
    throw new NetlatchError('NOT_FOUND', `No recipient ${name} in ${vault.file.yaml.file}.`, {
      advice: `There are: ${document.recipients.map((recipient) => recipient.name).join(', ')}.`,
    })
  if (!('scrypt' in current))
    throw usage(`${name} opens the vault with an identity, not with a passphrase.`, 'netlatch vault recipients list')
  refuseRecipients([{ name, passphrase }])
  const changed = await wrapFor(vault.dataKey, { name, passphrase })
  return saveVault(vault, {
    ...document,
    recipients: document.recipients.map((recipient) => (recipient.name === name ? changed : recipient)),
  })
}
