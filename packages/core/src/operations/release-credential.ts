import { NetlatchError } from '../errors.ts'
import { foldUsername } from '../safety/realms.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'

export interface Released {
  readonly username: string
  readonly quarantines: number
  readonly failures: number
}

/**
 * A person vouches for a credential: its quarantine, what devices remember against it and the spent budget of its accounts are
 * lifted. The next login with it is a recheck on one device. Throws NOT_FOUND, and VAULT_LOCKED.
 */
export async function releaseCredential(netlatch: Netlatch, name: string): Promise<Released> {
  const vault = await netlatch.vault()
  const credential = vault.credentials.find((each) => each.name === name)
  if (!credential)
    throw new NetlatchError('NOT_FOUND', `There is no credential ${name} in the vault.`, {
      advice: 'netlatch vault list',
    })
  const knowledge = await gatherKnowledge(netlatch, vault)
  const username = foldUsername(credential.username)
  const accounts = knowledge.charges.filter((each) => each.username === username)
  const sealed = [...vault.sealedSecretIds(name, 'login'), ...vault.sealedSecretIds(name, 'enable')]
  // The secrets that a reference led to are known from the devices that they opened.
  const led = [...knowledge.known.devices.values()].flatMap((record) =>
    record.credential === name && record.secretId !== undefined ? record.secretId : [],
  )
  const state = await netlatch.state()
  const lifted = await state.release(accounts, [...new Set([...sealed, ...led])])
  return { username: credential.username, ...lifted }
}
