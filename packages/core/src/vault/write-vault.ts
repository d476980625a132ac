import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { NetlatchError } from '../errors.ts'

const lockWaitMs = 2_000
/** A writer holds its lock for milliseconds; one that old was left by a crash. */
const staleLockMs = 30_000

/**
 * Replaces a file as a whole: readers see the old text or the new one, and what is returned from is on the disk. `expected` is
 * the text that was read (undefined: no file yet); throws FILE_CHANGED when another one stands there by now.
 */
export async function replaceFile(path: string, text: string, expected: string | undefined): Promise<void> {
  // A link stays a link: the file behind it is replaced.
  const target = await realpath(path).catch(() => path)
  // The temporary file is the lock too: it is made for one writer at a time, in the folder where rename is atomic.
  const temporary = join(dirname(target), `.${basename(target)}.new`)
  const handle = await openExclusively(temporary, target)
  try {
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if ((await readIfThere(target)) !== expected)
      throw new NetlatchError('FILE_CHANGED', `${path}: was changed by somebody else meanwhile. Nothing was written.`, {
        advice: 'Run the command again.',
      })
    await rename(temporary, target)
  } catch (cause) {
    await rm(temporary, { force: true })
    if (cause instanceof NetlatchError) throw cause
    throw unwritable(path, cause)
  }
  await syncFolder(dirname(target))
}

async function openExclusively(temporary: string, target: string) {
  const until = performance.now() + lockWaitMs
  for (;;) {
    try {
      return await open(temporary, 'wx', 0o600)
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw unwritable(target, cause)
      const age = await ageOf(temporary)
      if (age > staleLockMs) await rm(temporary, { force: true })
      else if (performance.now() > until)
        throw new NetlatchError('FILE_CHANGED', `${target}: is being written by another program.`, {
          advice: `Run the command again; if nothing else runs, remove ${temporary}.`,
        })
      await setTimeout(20)
    }
  }
}

async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found ? Date.now() - found.mtimeMs : 0
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; its rename is as durable as it gets there.
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

function unwritable(path: string, cause: unknown): NetlatchError {
  return new NetlatchError('FILE_UNREADABLE', `${path}: cannot be written.`, {
    cause,
    advice: 'Check the rights of its folder.',
  })
}
