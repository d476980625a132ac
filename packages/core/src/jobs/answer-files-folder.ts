import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { AnswerFiles } from './answer-files.ts'

/** Files below a folder of the disk. No link is followed on the way: nothing is written outside. */
export function answerFilesIn(folder: string): AnswerFiles {
  return {
    async save(path, text, { replace }) {
      const steps = path.split('/')
      if (steps.some((step) => step === '' || step === '.' || step === '..'))
        throw unwritable(path, new Error('no plain path'))
      try {
        await makeFolders(folder, steps.slice(0, -1))
        await writeWhole(join(folder, path), text, replace)
      } catch (cause) {
        if (isCode(cause, 'EEXIST')) {
          const advice = 'Look at it; add {timestamp} to save_to, or replace: true.'
          throw new NetlatchError('FILE_CHANGED', `${path}: is there already. Nothing was written.`, { advice, cause })
        }
        throw unwritable(path, cause)
      }
    },
  }
}

async function makeFolders(folder: string, steps: readonly string[]): Promise<void> {
  let path = folder
  for (const step of steps) {
    path = join(path, step)
    await mkdir(path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error
    })
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is a link or a file`)
  }
}

async function writeWhole(path: string, text: string, replace: boolean): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeSynced(temporary, text)
    // A link is made only where nothing is; a rename takes the place of what is there.
    await (replace ? rename(temporary, path) : link(temporary, path))
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function unwritable(path: string, cause: unknown): NetlatchError {
  const advice = 'Look at the folders on its way, and at the free space.'
  return new NetlatchError('FILE_UNREADABLE', `${path}: cannot be written below the workspace.`, { cause, advice })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
