import type { KnownState } from '../credentials/known-state.ts'
import type { Credential } from '../model.ts'
import type { DeviceRecord } from '../state/state-store.ts'
import type { OpenVault } from '../vault/open-vault.ts'

/**
 * Fingerprints of what a credential sends. A locked vault tells none: then those with which it has opened devices at its
 * present revision, which a new secret would have raised. What a reference leads to changes without one.
 */
function knownSecretIds(
  { name, rev, reference }: Credential,
  vault: OpenVault | undefined,
  devices: ReadonlyMap<string, DeviceRecord>,
): readonly string[] {
  if (vault) return [...vault.sealedSecretIds(name, 'login'), ...vault.sealedSecretIds(name, 'enable')]
  if (reference !== undefined) return []
  const own = [...devices.values()].filter((record) => record.credential === name && record.credentialRev === rev)
  return [...new Set(own.flatMap(({ secretId }) => secretId ?? []))]
}

/** Credentials that are tried nowhere until they are changed or released, and since when. */
export function quarantinedCredentials(
  credentials: readonly Credential[],
  vault: OpenVault | undefined,
  { homes, devices }: Pick<KnownState, 'homes' | 'devices'>,
): ReadonlyMap<string, Date> {
  const since = new Map(
    homes.flatMap(({ secretId, quarantinedAt }) => (quarantinedAt ? [[secretId, quarantinedAt] as const] : [])),
  )
  if (since.size === 0) return new Map()
  return new Map(
    credentials.flatMap((credential) => {
      const at = knownSecretIds(credential, vault, devices)
        .map((id) => since.get(id))
        .find((found) => found !== undefined)
      return at ? [[credential.name, at] as const] : []
    }),
  )
}
