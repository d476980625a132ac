import type { OpenVault } from '../vault/open-vault.ts'
import { checkPin } from '../vault/pin.ts'
import type { Netlatch } from './netlatch.ts'

/** Changes the vault and remembers at once what it is now: from here on, this machine takes no older file for it. */
export async function changeVault<T extends { readonly vault: OpenVault }>(
  netlatch: Netlatch,
  change: (vault: OpenVault) => Promise<T>,
): Promise<Omit<T, 'vault'> & { readonly fingerprint: string }> {
  const { vault: changed, ...rest } = await change(await netlatch.vault())
  try {
    await rememberVault(netlatch, changed)
    return { ...rest, fingerprint: changed.fingerprint }
  } finally {
    changed.close()
  }
}

/** Throws VAULT_REPLACED and VAULT_ROLLED_BACK for a vault that does not continue the known one. */
export async function rememberVault(netlatch: Netlatch, vault: OpenVault): Promise<void> {
  const state = await netlatch.state()
  await state.saveVaultPin(checkPin(vault, await state.vaultPin()))
}
