import { glob, readFile } from 'node:fs/promises'
import { NetlatchError } from '../errors.ts'

/** Where the files of a workspace are read from: the disk, or a commit of the git repository they are in. */
export interface FileReader {
  /** Throws FILE_UNREADABLE; {@link isMissingFile} tells those that are not there. */
  readText(path: string): Promise<string>
  /** Absolute paths of the files that match an absolute pattern, in order. */
  glob(pattern: string): Promise<readonly string[]>
}

export const diskFiles: FileReader = {
  async readText(path) {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw unreadable(path, whyUnreadable(cause), cause)
    })
    return decodeText(path, bytes)
  },
  glob: async (pattern) => (await Array.fromAsync(glob(pattern))).toSorted(),
}

/** Text of UTF-8 bytes. Throws FILE_UNREADABLE. */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw unreadable(path, 'is not UTF-8', cause, 'Save it as text in UTF-8.')
  }
}

export function missingFile(path: string): NetlatchError {
  return unreadable(path, 'is not there', Object.assign(new Error('not there'), { code: 'ENOENT' }))
}

export function isMissingFile(error: unknown): boolean {
  if (!(error instanceof NetlatchError) || error.code !== 'FILE_UNREADABLE') return false
  return error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT'
}

function whyUnreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'is not there'
  if (code === 'EISDIR') return 'is a folder, not a file'
  return code === 'EACCES' || code === 'EPERM' ? 'may not be read by this user' : 'cannot be read'
}

function unreadable(path: string, reason: string, cause: unknown, advice = 'Check the file.'): NetlatchError {
  return new NetlatchError('FILE_UNREADABLE', `${path}: ${reason}.`, { cause, advice })
}
