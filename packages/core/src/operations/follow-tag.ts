import { NetlatchError } from '../errors.ts'
import { parseSelection } from '../inventory/parse-selection.ts'
import { type SelectionTerm, termsOf } from '../inventory/selection.ts'
import { literalOf } from '../inventory/selection-pattern.ts'
import type { Credential } from '../model.ts'
import { setCredential } from '../vault/edit-credentials.ts'
import { changeVault } from './change-vault.ts'
import type { Netlatch } from './netlatch.ts'

export interface FollowedTag {
  /** Credentials that have the new tag now. */
  readonly renamed: readonly string[]
  /** Those that name the old one still: in `match:`, which a person edits, or because the vault is locked. */
  readonly left: readonly string[]
}

/** A tag of the inventory has another name now: the credentials that have it follow, so that their devices keep them. */
export async function followTag(netlatch: Netlatch, from: string, to: string): Promise<FollowedTag> {
  const tagged = netlatch.credentials.filter(({ tags }) => tags.includes(from))
  const matching = netlatch.credentials.filter((each) => matchesBy(each, from)).map(({ name }) => name)
  const isLocked = tagged.length > 0 && !(await netlatch.vaultIfUnlocked())
  const names = tagged.map(({ name }) => name)
  if (tagged.length === 0 || isLocked) return { renamed: [], left: [...new Set([...names, ...matching])] }
  await changeVault(netlatch, async (vault) => {
    let changed = vault
    for (const { name, tags } of tagged) {
      const renamed = [...new Set(tags.map((tag) => (tag === from ? to : tag)))]
      changed = await setCredential(changed, name, { tags: renamed })
    }
    return { vault: changed }
  })
  return { renamed: names, left: matching }
}

function matchesBy({ match }: Credential, tag: string): boolean {
  return termsOfMatch(match).some(
    ({ key, values }) =>
      (key === undefined || key === 'tag') &&
      values.some((value) => literalOf(value)?.toLowerCase() === tag.toLowerCase()),
  )
}

/** None for a `match:` that cannot be read: `inventory check` says what is wrong with it. */
function termsOfMatch(match: string | undefined): readonly SelectionTerm[] {
  try {
    return match === undefined ? [] : termsOf(parseSelection(match))
  } catch (error) {
    if (error instanceof NetlatchError) return []
    throw error
  }
}
