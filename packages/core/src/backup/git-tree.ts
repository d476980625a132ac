import { posix } from 'node:path'
import { type FileReader, missingFile } from '../workspace/file-reader.ts'
import type { GitObjects } from './git-objects.ts'
import type { Git } from './git-process.ts'

interface TreeEntry {
  readonly isLink: boolean
  readonly blob: string
}

/** More links one behind another than that are a loop. */
const mostLinks = 8

/** The files of a commit by their names in the repository, symbolic links inside it followed. */
export async function readTree(git: Git, cwd: string, commit: string, objects: GitObjects): Promise<FileReader> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', commit], { cwd })
  const entries = new Map<string, TreeEntry>()
  for (const line of listed.split('\0')) {
    const [, mode, type, blob, name] = /^(\d+) (\w+) ([0-9a-f]+)\t(.+)$/s.exec(line) ?? []
    if (type === 'blob' && blob && name) entries.set(name, { isLink: mode === '120000', blob })
  }
  const read = async (path: string, links: number): Promise<string> => {
    const entry = entries.get(path)
    const found = entry && links <= mostLinks ? await objects.read(entry.blob) : null
    if (!entry || !found) throw missingFile(path)
    return entry.isLink ? read(posix.join(posix.dirname(path), found.text), links + 1) : found.text
  }
  return {
    readText: (path) => read(path, 0),
    glob: async (pattern) => [...entries.keys()].filter((name) => posix.matchesGlob(name, pattern)).toSorted(),
  }
}
