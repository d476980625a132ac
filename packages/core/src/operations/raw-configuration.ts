import { sealedPathOf } from '../backup/archive-path.ts'
import { NetlatchError } from '../errors.ts'
import type { Netlatch } from './netlatch.ts'
import type { SnapshotVersion } from './snapshot-versions.ts'

/**
 * A stored configuration with its secrets: unsealed with this user's identity, or as it is where it was stored so. Throws
 * NOT_FOUND for one that was stored without them, VAULT_LOCKED where no identity here opens it.
 */
export async function rawConfiguration(netlatch: Netlatch, device: string, version: SnapshotVersion): Promise<string> {
  const archive = await netlatch.archive()
  const sealed = sealedPathOf(version.path)
  const beside = version.commit === undefined ? null : await archive.read(sealed, version.commit)
  // Of a version that did not change since, a later commit may have brought it.
  const isLast = (await archive.read(version.path))?.blob === version.blob
  const found = beside ?? (isLast ? await archive.read(sealed) : null)
  if (found) return netlatch.unseal(found.text)
  const text = await archive.readBlob(version.blob)
  if (!/<nl:[\w-]+>/.test(text)) return text
  throw new NetlatchError('NOT_FOUND', `${device}: this backup was stored without its secrets.`, {
    advice: 'netlatch.yaml: backups: { redaction: sealed } keeps them, encrypted, from the next backup on',
  })
}
