import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { mergeVaults, passphrasesToMerge } from '../vault/merge-vaults.ts'
import { replaceFile } from '../vault/write-vault.ts'
import { rememberVault } from './change-vault.ts'
import type { Netlatch } from './netlatch.ts'

export interface MergeVaultOptions {
  /** Which side wins where both changed the same thing. @default neither: it is a conflict, and nothing is written */
  readonly prefer?: 'ours' | 'theirs'
  /** Asked for each recipient with a passphrase where both sides rotated. @default without it they cannot be kept: USAGE */
  readonly askPassphrase?: (recipient: string) => Promise<Secret>
}

/**
 * Ends a conflict of git in the vault's file from the three versions that git keeps. Returns what both sides changed; the file is
 * written only when that is empty. Throws NOT_FOUND when there is no conflict.
 */
export async function mergeVault(netlatch: Netlatch, options: MergeVaultOptions = {}): Promise<readonly string[]> {
  const { workspace, vaultFile } = netlatch
  const path = workspace.settings.credentials
  const name = vaultFile?.yaml.file ?? 'credentials.yaml'
  const conflict = await netlatch.revisions.conflictOf(path)
  if (!conflict)
    throw new NetlatchError('NOT_FOUND', `${name} is not in conflict.`, { advice: `git status, git diff ${name}` })
  const { base, ours, theirs } = conflict
  if (base === undefined || ours === undefined || theirs === undefined)
    throw new NetlatchError('INPUT_INVALID', `${name}: one side added or removed the whole vault.`, {
      advice:
        'Keep one of them: git checkout --ours or --theirs, then bring credentials in with netlatch vault import.',
    })
  using inBase = await netlatch.vaultVersion(base, `${name} (base)`)
  using inOurs = await netlatch.vaultVersion(ours, `${name} (ours)`)
  using inTheirs = await netlatch.vaultVersion(theirs, `${name} (theirs)`)
  const { prefer, askPassphrase } = options
  const passphrases: Record<string, Secret> = {}
  if (askPassphrase)
    for (const recipient of passphrasesToMerge(inOurs, inTheirs))
      passphrases[recipient] = await askPassphrase(recipient)
  const sides = { base: inBase, ours: inOurs, theirs: inTheirs }
  const merged = await mergeVaults({ ...sides, ...(prefer && { prefer }), passphrases })
  if (merged.conflicts.length > 0) return merged.conflicts
  using result = await netlatch.vaultVersion(merged.text, name)
  // The result, not our side: what this machine saw on the other branch is newer than ours, and part of the merge.
  await rememberVault(netlatch, result)
  await replaceFile(path, merged.text, vaultFile?.text)
  return []
}
