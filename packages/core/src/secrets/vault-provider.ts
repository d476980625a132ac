import type { OpenVault } from '../vault/open-vault.ts'
import { locationOf } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

/** `vault:core-admin`: the secret of a credential of an open vault, sealed or referred to, inside its scope. */
export function createVaultProvider(vault: OpenVault): SecretProvider {
  return {
    scheme: 'vault',
    use: async (reference, device, fn, options = {}) => {
      options.signal?.throwIfAborted()
      const name = locationOf('vault', reference)
      return vault.credentials.some((credential) => credential.name === name)
        ? vault.use({ name }, device, fn, options)
        : null
    },
  }
}
