import { NetlatchError } from '../errors.ts'
import type { DataKey } from './data-key.ts'
import { type OpenVault, verifyVault } from './open-vault.ts'
import { parseVault } from './read-vault.ts'
import { rewriteVault } from './rewrite-vault.ts'
import { documentOf } from './unlock-data-key.ts'
import type { VaultDocument } from './vault-schema.ts'
import { replaceFile } from './write-vault.ts'

/** A document that still lacks its MAC. */
export type UnsignedDocument = Omit<VaultDocument, 'mac'>

export function unsigned(vault: OpenVault): UnsignedDocument {
  const { mac: _, ...document } = documentOf(vault.file)
  return document
}

/** The text of a vault's file with the next document in it, signed. Throws USAGE when the next document is not valid. */
export function signedText(vault: OpenVault, next: UnsignedDocument, key: DataKey): string {
  const { file } = vault
  const text = rewriteVault(file, { ...next, mac: key.mac(next) })
  const [problem] = parseVault(text, file.path, file.yaml.file).problems
  if (problem) throw new NetlatchError('USAGE', `${problem.message}.`, problem.advice ? { advice: problem.advice } : {})
  return text
}

/**
 * Writes the next document where the vault's file is and returns it open. Throws FILE_CHANGED when somebody wrote it
 * meanwhile; the old vault stays open either way.
 */
export async function saveVault(vault: OpenVault, next: UnsignedDocument, key = vault.dataKey): Promise<OpenVault> {
  const { file } = vault
  const text = signedText(vault, next, key)
  await replaceFile(file.path, text, file.text)
  return verifyVault(parseVault(text, file.path, file.yaml.file), key.copy(), vault.options)
}
