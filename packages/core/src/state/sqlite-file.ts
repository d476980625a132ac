import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { link, lstat, mkdir, open, realpath, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { networkFileSystem } from './network-file-system.ts'

/**
 * Makes sure that `path` is a database file on a local disk, and creates it (0600, its folder 0700) when there is none.
 * `initialise` fills a new one. Throws STATE_UNAVAILABLE with what is in the way.
 *
 * The file itself is never opened here: closing any descriptor of it would drop the locks that this process holds on it
 * through SQLite (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export async function ensureSqliteFile(path: string, initialise: (path: string) => Promise<void>): Promise<void> {
  const folder = dirname(path)
  await explained(path, () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const network = await explained(path, async () => networkFileSystem(await realpath(folder)))
  if (network)
    throw unusable(
      path,
      `its folder is on a network file system (${network})`,
      'Move `state:` to a local disk, or use PostgreSQL',
    )
  const found = (await inspect(path)) ?? (await inspectBesideItsLog(path))
  if (!found) {
    await create(path, initialise)
    return
  }
  if (found.isSymbolicLink()) throw unusable(path, 'it is a symbolic link', 'Write the real path into `state:`')
  if (!found.isFile()) throw unusable(path, 'it is not a file', 'Point `state:` at a file')
  if (found.size === 0)
    throw unusable(path, 'it is empty (0 bytes), so what it knew is lost', 'Restore it, or remove it to start anew')
}

/**
 * The file that a write-ahead log belongs to is there before the log: another program may have made both since it was looked for.
 * Throws where the log is left alone.
 */
async function inspectBesideItsLog(path: string): Promise<Stats | undefined> {
  if (!(await inspect(`${path}-wal`))) return undefined
  const found = await inspect(path)
  if (found) return found
  throw unusable(
    path,
    `it is missing, but ${basename(path)}-wal, which holds its last changes, is there`,
    `Restore ${basename(path)}, or remove ${basename(path)}-wal and ${basename(path)}-shm to start anew`,
  )
}

/**
 * A new database is made beside the path and linked there when it is whole: programs that start at once agree on one file,
 * and a file of 0 bytes is always a sign of damage.
 */
async function create(path: string, initialise: (path: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await explained(path, async () => (await open(draft, 'wx', 0o600)).close())
    await initialise(draft)
    await explained(path, () => linkOnce(draft, path))
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${draft}${suffix}`, { force: true })
  }
}

/** Somebody else was first: theirs is as good. */
async function linkOnce(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

async function inspect(path: string): Promise<Stats | undefined> {
  return explained(path, async () => {
    try {
      return await lstat(path)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw error
    }
  })
}

/** Puts into words what the system says of a file or its folder. Throws STATE_UNAVAILABLE. */
export async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NetlatchError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const found = reasons[code] ?? `it cannot be opened (${code || String(error)})`
    throw unusable(path, found, 'Check the permissions of the folder, or point `state:` elsewhere', error)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there, or the file system has no hard links',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
}

function unusable(path: string, found: string, advice: string, cause?: unknown): NetlatchError {
  return new NetlatchError('STATE_UNAVAILABLE', `${path}: ${found}. ${advice}.`, { cause, advice })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
