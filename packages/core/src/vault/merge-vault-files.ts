import { NetlatchError } from '../errors.ts'
import { type MergeInput, mergeVaults } from './merge-vaults.ts'
import { type OpenVault, openVault } from './open-vault.ts'
import { readVault } from './read-vault.ts'
import type { VaultKeys } from './unlock-data-key.ts'
import { replaceFile } from './write-vault.ts'

/** The three files that git hands to a merge driver: `%O %A %B`. */
export interface MergeFiles {
  readonly base: string
  /** Takes the result. */
  readonly ours: string
  readonly theirs: string
}

/**
 * Merges as git's driver: without a workspace, whose own files may be in conflict right now. Returns what both sides changed; `ours` is
 * written only when that is empty.
 */
export async function mergeVaultFiles(
  files: MergeFiles,
  keys: VaultKeys,
  options: Pick<MergeInput, 'prefer'> = {},
): Promise<readonly string[]> {
  using base = await open(files.base, 'base', keys)
  using ours = await open(files.ours, 'ours', keys)
  using theirs = await open(files.theirs, 'theirs', keys)
  const { text, conflicts } = await mergeVaults({ base, ours, theirs, ...options })
  if (conflicts.length === 0) await replaceFile(files.ours, text, ours.file.text)
  return conflicts
}

async function open(path: string, side: keyof MergeFiles, keys: VaultKeys): Promise<OpenVault> {
  const file = await readVault(path, `the vault (${side})`)
  if (file && file.text !== '') return openVault(file, keys)
  throw new NetlatchError('INPUT_INVALID', `There is no vault in ${path} (${side}).`, {
    advice: 'Both sides made one of their own: keep one, and bring credentials in with netlatch vault import.',
  })
}
