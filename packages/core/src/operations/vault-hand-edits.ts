import { NetlatchError } from '../errors.ts'
import { findHandEdits, type HandEdit, sealHandEdits } from '../vault/hand-edits.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import type { VaultFile } from '../vault/read-vault.ts'
import { documentOf } from '../vault/unlock-data-key.ts'
import type { FileVersion } from '../workspace/revisions.ts'
import { rememberVault } from './change-vault.ts'
import type { Netlatch } from './netlatch.ts'

/** A vault that somebody changed by hand, and the last committed version of it that still fits its seals. */
export interface HandEditedVault {
  readonly good: OpenVault
  /** Of the good version. */
  readonly commit: string
  readonly edited: VaultFile
  /** Of all credentials. */
  readonly edits: readonly HandEdit[]
}

/** Commits that are looked through for a version that verifies. */
const mostVersions = 50

/**
 * What was changed by hand, against the last commit whose vault verifies and is as new as what this machine has seen. The caller
 * closes `good`. Throws GIT_FAILED outside a repository, VAULT_TAMPERED when no commit has such a version.
 */
export async function openHandEdited(netlatch: Netlatch): Promise<HandEditedVault> {
  const { vaultFile: edited, workspace } = netlatch
  const path = workspace.settings.credentials
  if (!edited)
    throw new NetlatchError('VAULT_LOCKED', `There is no vault at ${path}.`, { advice: 'netlatch vault init' })
  let looked = 0
  for await (const { commit, text } of versionsOf(netlatch, path, edited)) {
    if (++looked > mostVersions) break
    const good = await verified(netlatch, text, `${edited.yaml.file} of ${commit.slice(0, 10)}`)
    if (!good) continue
    try {
      // Its MAC is what a hand does not change: another one was written by a program, and would be lost with all that it sealed.
      if (documentOf(edited).mac !== documentOf(good.file).mac) throw uncommitted(edited, commit)
      await rememberVault(netlatch, good)
      return { good, commit, edited, edits: findHandEdits(good, edited) }
    } catch (error) {
      good.close()
      throw isRolledBack(error) ? uncommitted(edited, commit, error) : error
    }
  }
  throw withoutGood(edited, 'no commit of it fits its seals')
}

async function* versionsOf({ revisions }: Netlatch, path: string, edited: VaultFile): AsyncIterable<FileVersion> {
  try {
    yield* revisions.versionsOf(path)
  } catch (error) {
    if (!(error instanceof NetlatchError) || error.code !== 'GIT_FAILED') throw error
    throw withoutGood(edited, 'it is not in git', error)
  }
}

/** A seal covers what it was before: without that, nobody can open the record any more, and nothing can be sealed anew. */
function withoutGood(edited: VaultFile, why: string, cause?: unknown): NetlatchError {
  const message = `${edited.yaml.file} was changed by hand, and ${why}: the version before, which the seals fit, is needed.`
  return new NetlatchError('VAULT_TAMPERED', message, {
    cause,
    advice: 'Put back what was changed, in your editor or from a copy; then make the change with netlatch vault set.',
  })
}

/** Seals the hand edits of one credential, whose changes the caller has shown; all others go back to the good version. */
export async function sealHandEdit(
  netlatch: Netlatch,
  { good, edited }: HandEditedVault,
  name: string,
): Promise<OpenVault> {
  const sealed = await sealHandEdits(good, edited, [name])
  await rememberVault(netlatch, sealed)
  return sealed
}

async function verified(netlatch: Netlatch, text: string, name: string): Promise<OpenVault | undefined> {
  try {
    return await netlatch.vaultVersion(text, name)
  } catch (error) {
    if (error instanceof NetlatchError && (error.code === 'VAULT_TAMPERED' || error.code === 'INPUT_INVALID'))
      return undefined
    throw error
  }
}

function isRolledBack(error: unknown): error is NetlatchError {
  return error instanceof NetlatchError && error.code === 'VAULT_ROLLED_BACK'
}

function uncommitted(edited: VaultFile, commit: string, cause?: NetlatchError): NetlatchError {
  const { file } = edited.yaml
  const message = `${file}: what netlatch vault changed since commit ${commit.slice(0, 10)} was not committed, and would be lost with the change by hand.`
  return new NetlatchError('VAULT_ROLLED_BACK', message, {
    cause,
    advice: `Take the change by hand back in your editor (git diff ${file} shows it), then netlatch vault set.`,
  })
}
