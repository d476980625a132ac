import { homedir, userInfo } from 'node:os'
import {
  addCredential,
  changeVault,
  createVault,
  defaultIdentityFile,
  ensureIdentityFile,
  findInventorySecret,
  type LoginSecret,
  type Netlatch,
  NetlatchError,
  removeInventorySecret,
  requireRealm,
  Secret,
  setCredential,
} from '@netlatch/core'

export interface SecretParts {
  readonly password?: string
  readonly enable?: string
  readonly privateKey?: string
  readonly passphrase?: string
}

export interface NewCredential {
  readonly name: string
  readonly username: string
  readonly realm?: string
  readonly tags: readonly string[]
  readonly hosts: readonly string[]
  readonly fallback?: boolean
  readonly secret: SecretParts
}

/** Adds a credential; where there is no vault yet, one is made for this user's identity. */
export async function addCredentialTo(netlatch: Netlatch, { secret, ...credential }: NewCredential): Promise<void> {
  await add(netlatch, credential, loginSecret(secret))
}

export async function changeSecretOf(netlatch: Netlatch, name: string, secret: SecretParts): Promise<void> {
  await changeVault(netlatch, async (vault) => ({
    vault: await setCredential(vault, name, { secret: loginSecret(secret) }),
  }))
}

/** Seals a secret that stands in an inventory, then takes its line out of the file. */
export async function moveSecret(
  netlatch: Netlatch,
  place: string,
  credential: Omit<NewCredential, 'secret'>,
): Promise<void> {
  const found = findInventorySecret(netlatch.inventory, place)
  await add(netlatch, credential, found.secret)
  await removeInventorySecret(found)
}

async function add(netlatch: Netlatch, credential: Omit<NewCredential, 'secret'>, secret: LoginSecret): Promise<void> {
  const { name, ...given } = credential
  requireRealm(given.realm, Object.keys(netlatch.workspace.settings.realms))
  const fields = { ...given, tags: [...given.tags], hosts: [...given.hosts] }
  if (netlatch.vaultFile) {
    await changeVault(netlatch, async (vault) => ({ vault: await addCredential(vault, name, fields, { secret }) }))
    return
  }
  const identity = await ensureIdentityFile(
    process.env.NETLATCH_IDENTITY_FILE || defaultIdentityFile(process.env, homedir()),
  )
  using vault = await createVault(netlatch.workspace.settings.credentials, [
    { name: userInfo().username || 'me', age: identity.recipient },
  ])
  const filled = await addCredential(vault, name, fields, { secret })
  filled.close()
}

function loginSecret(parts: SecretParts): LoginSecret {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined && value !== '')
  if (entries.length === 0)
    throw new NetlatchError('USAGE', 'An empty secret.', {
      advice: 'Give a password, a private key or an enable secret.',
    })
  return Object.fromEntries(entries.map(([part, value]) => [part, new Secret(value)]))
}
