import { readFile } from 'node:fs/promises'
import { NetlatchError } from '../errors.ts'
import { replaceFile } from '../vault/write-vault.ts'
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts'

/** Another process that adds keys at the same time is done within a few tries. */
const maximumTries = 20

/** Reads a known_hosts file; one that is not there is empty. `file` is what messages call it. Throws KNOWN_HOSTS_INVALID. */
export async function readKnownHosts(path: string, file: string): Promise<KnownHosts> {
  return parseKnownHosts(file, (await readIfThere(path, file)) ?? '')
}

/**
 * Edits the file as it is now, and writes it whole: what somebody else added meanwhile stays. `edit` may be called again, on a
 * newer text; without a change nothing is written.
 */
export async function updateKnownHosts(
  path: string,
  file: string,
  edit: (known: KnownHosts) => KnownHosts,
): Promise<KnownHosts> {
  for (let tries = 1; ; tries++) {
    const text = await readIfThere(path, file)
    const before = parseKnownHosts(file, text ?? '')
    const after = edit(before)
    if (after.text === before.text) return before
    try {
      await replaceFile(path, after.text, text)
      return after
    } catch (error) {
      if (!(error instanceof NetlatchError && error.code === 'FILE_CHANGED') || tries >= maximumTries) throw error
    }
  }
}

async function readIfThere(path: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new NetlatchError('FILE_UNREADABLE', `${file}: cannot be read`, { cause })
  }
}
