import { wrapFor } from './create-vault.ts'
import type { DataKey } from './data-key.ts'
import type { MergeInput, Pick } from './merge-vaults.ts'
import type { OpenVault } from './open-vault.ts'
import { rewrap } from './rotate-vault.ts'
import { unsigned } from './save-vault.ts'
import type { VaultRecipient } from './vault-schema.ts'

/** The recipients of a merge: who was added or dropped on either side is, with the merged data key wrapped for each. */
export async function mergeRecipients(input: MergeInput, key: DataKey, pick: Pick): Promise<readonly VaultRecipient[]> {
  const { base, ours, theirs } = input
  const names = new Set([ours, theirs].flatMap((vault) => unsigned(vault).recipients.map(({ name }) => name)))
  const merged = await Promise.all(
    [...names].map(async (name) => {
      const identity = (vault: OpenVault) => identityOf(recipientOf(vault, name), vault, base)
      const side =
        pick(`recipient ${name}`, [identity(base), identity(ours), identity(theirs)]) === 'ours' ? ours : theirs
      const recipient = recipientOf(side, name)
      if (!recipient) return []
      const wrapped = [ours, theirs].find(
        (vault) => vault.fingerprint === key.fingerprint && identity(vault) === identity(side),
      )
      const current = wrapped && recipientOf(wrapped, name)
      if (current) return [current]
      if ('age' in recipient) return [await wrapFor(key, { name, age: recipient.age })]
      return rewrap(key, [recipient], input.passphrases ?? {})
    }),
  )
  return merged.flat()
}

function recipientOf(vault: OpenVault, name: string): VaultRecipient | undefined {
  return unsigned(vault).recipients.find((recipient) => recipient.name === name)
}

/**
 * Who it is, whatever the wrap: a rotation changes the wrap of everybody. Under the base's own data key another wrap of a
 * passphrase recipient is another passphrase.
 */
function identityOf(recipient: VaultRecipient | undefined, vault: OpenVault, base: OpenVault): string | null {
  if (!recipient) return null
  if ('age' in recipient) return recipient.age
  if (vault.fingerprint === base.fingerprint) return recipient.wrap
  return recipientOf(base, recipient.name)?.wrap ?? 'passphrase'
}
