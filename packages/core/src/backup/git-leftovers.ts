import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** No run takes as long. */
const abandonedFolderMs = 24 * 60 * 60 * 1000
/** Git holds a lock for milliseconds. */
const abandonedLockMs = 60 * 1000

/** Removes the folders that killed processes left in this one. */
export async function removeAbandonedFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name)
    if (await isOlder(folder, abandonedFolderMs)) await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Removes locks that a git left behind when it, or its machine, was killed: they would stop every later backup. Only in a
 * repository of our own, where nobody keeps a lock on purpose.
 */
export async function removeAbandonedLocks(gitDir: string, ref: string): Promise<void> {
  // Git locks HEAD too when it moves the branch that HEAD names.
  const graph = 'objects/info/commit-graphs/commit-graph-chain.lock'
  for (const lock of [`${ref}.lock`, 'HEAD.lock', 'packed-refs.lock', graph]) {
    await removeAbandonedLock(join(gitDir, lock), join(gitDir, 'netlatch'))
  }
}

async function removeAbandonedLock(lock: string, parent: string): Promise<void> {
  if (!(await isOlder(lock, abandonedLockMs))) return
  // One at a time, and looked at again: a second process must not take away the lock of the next writer.
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const turn = join(parent, 'removing-locks')
  try {
    await mkdir(turn)
  } catch {
    return
  }
  try {
    if (await isOlder(lock, abandonedLockMs)) await rm(lock, { force: true })
  } finally {
    await rm(turn, { recursive: true, force: true })
  }
}

async function isOlder(path: string, ageMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && found.mtimeMs < Date.now() - ageMs
}
