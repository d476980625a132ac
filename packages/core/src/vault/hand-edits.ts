import { NetlatchError } from '../errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { type OpenVault, verifyVault } from './open-vault.ts'
import { parseVault, type VaultFile } from './read-vault.ts'
import { rewriteVault } from './rewrite-vault.ts'
import { type UnsignedDocument, unsigned } from './save-vault.ts'
import { documentOf } from './unlock-data-key.ts'
import { type PublicPart, publicPart, sealRecord } from './vault-record.ts'
import { replaceFile } from './write-vault.ts'

/** What somebody changed by hand in the public part of a credential. */
export interface HandEdit {
  readonly name: string
  readonly changes: readonly {
    readonly field: keyof PublicPart
    readonly was: PublicPart[keyof PublicPart]
    readonly is: PublicPart[keyof PublicPart]
  }[]
}

/** Credentials whose public part somebody changed by hand since the last version that verifies (as from git). */
export function findHandEdits(good: OpenVault, edited: VaultFile): readonly HandEdit[] {
  const before = documentOf(good.file).credentials
  return Object.entries(documentOf(edited).credentials).flatMap(([name, record]) => {
    const known = Object.hasOwn(before, name) ? before[name] : undefined
    if (!known) return []
    const [was, is] = [publicPart(known), publicPart(record)]
    const fields = new Set([...Object.keys(was), ...Object.keys(is)] as (keyof PublicPart)[])
    const changed = [...fields].filter((field) => canonicalJson([was[field]]) !== canonicalJson([is[field]]))
    return changed.length === 0
      ? []
      : [{ name, changes: changed.map((field) => ({ field, was: was[field], is: is[field] })) }]
  })
}

/**
 * Seals the hand edits of these credentials and writes the file. Everything else that differs from the good version goes back
 * to it, recipients and default included: only what a person named is taken from a file that does not verify.
 */
export async function sealHandEdits(good: OpenVault, edited: VaultFile, names: readonly string[]): Promise<OpenVault> {
  const after = documentOf(edited).credentials
  const document = unsigned(good)
  const changed = names.map((name) => {
    const content = good.content(name)
    const record = Object.hasOwn(after, name) ? after[name] : undefined
    if (!content || !record)
      throw new NetlatchError('NOT_FOUND', `${name} is not in both versions of ${edited.yaml.file}.`, {
        advice: `netlatch vault add ${name}`,
      })
    const rev = (document.credentials[name]?.rev ?? 1) + 1
    return [name, sealRecord(good.dataKey, name, { ...publicPart(record), rev }, content)] as const
  })
  const next: UnsignedDocument = {
    ...document,
    credentials: { ...document.credentials, ...Object.fromEntries(changed) },
  }
  const text = rewriteVault(edited, { ...next, mac: good.dataKey.mac(next) })
  await replaceFile(edited.path, text, edited.text)
  return verifyVault(parseVault(text, edited.path, edited.yaml.file), good.dataKey.copy(), good.options)
}
