import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NetlatchError } from '../errors.ts'

/**
 * Replaces a file whole or not at all, and only if it still holds what was read. Keeps its mode. Throws FILE_CHANGED when
 * somebody else wrote it meanwhile.
 */
export async function replaceFile(named: string, before: string, after: string): Promise<void> {
  // A link stays a link: the file behind it is replaced.
  const path = await realpath(named)
  const { mode } = await stat(path)
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(after)
      await file.sync()
    } finally {
      await file.close()
    }
    if ((await readFile(path, 'utf8')) !== before) {
      const advice = 'Look at the change, then run the command again.'
      throw new NetlatchError('FILE_CHANGED', `${path}: changed while it was edited. Nothing was written.`, { advice })
    }
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes a file and the folders above it. Throws FILE_CHANGED when somebody else made it meanwhile. */
export async function createFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'wx').catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    const advice = 'Look at it, then run the command again.'
    throw new NetlatchError('FILE_CHANGED', `${path}: was made meanwhile. Nothing was written.`, { advice })
  })
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
