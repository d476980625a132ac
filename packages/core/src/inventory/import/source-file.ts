import { readdir, stat } from 'node:fs/promises'
import { NetlatchError } from '../../errors.ts'
import { diskFiles } from '../../workspace/file-reader.ts'
import type { ImportSource } from './imported.ts'
import { ansibleAdvice, wrongSource } from './refuse-source.ts'

/** A file that a source is read from. `shown`: what messages call it. */
export interface SourceFile {
  readonly source: ImportSource
  readonly path: string
  readonly shown: string
}

/** Throws FILE_UNREADABLE for what is not there or may not be read, INPUT_INVALID for a folder and for what is no text. */
export async function readSourceText({ source, path, shown }: SourceFile): Promise<string> {
  if ((await kindOf(path, shown)) === 'folder')
    throw wrongSource(source, shown, 'a folder', source === 'ansible' ? ansibleAdvice(shown) : undefined)
  return diskFiles.readText(path).catch((error: unknown) => {
    const isNoText = error instanceof NetlatchError && error.message.endsWith('is not UTF-8.')
    if (isNoText) throw wrongSource(source, shown, 'no text in UTF-8')
    throw unreadable(shown, error)
  })
}

/** For the sources that are folders. Throws as {@link readSourceText}. */
export async function requireFolder({ source, path, shown }: SourceFile, file: string): Promise<void> {
  if ((await kindOf(path, shown)) === 'file') throw wrongSource(source, shown, 'a file')
  const there = await readdir(path).catch((error: unknown) => {
    throw unreadable(shown, error)
  })
  const names = [file, file.replace(/\.yaml$/, '.yml')]
  if (!there.some((name) => names.includes(name))) throw wrongSource(source, shown, `a folder without ${file}`)
}

export async function kindOf(path: string, shown: string): Promise<'file' | 'folder'> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(shown, error)
  })
  return found.isDirectory() ? 'folder' : 'file'
}

function unreadable(shown: string, error: unknown): NetlatchError {
  const cause = error instanceof NetlatchError ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const found = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : 'cannot be read'
  const advice = code === 'EACCES' ? 'Its permissions keep you from it.' : 'Correct the name.'
  return new NetlatchError('FILE_UNREADABLE', `${shown}: ${found}.`, { cause, advice })
}
