import { createHash } from 'node:crypto'
import { type FileReader, isMissingFile } from './file-reader.ts'

/** A reader that remembers what it read, to tell later whether that is still what the files say. */
export interface ReadFiles extends FileReader {
  /** Reads everything again; cheap beside parsing it. */
  isCurrent(): Promise<boolean>
}

const missing = 'missing'

/** Remembers hashes, not texts. */
export function rememberFiles(files: FileReader): ReadFiles {
  const texts = new Map<string, string>()
  const globs = new Map<string, string>()
  const hashOf = async (path: string) => {
    try {
      return hash(await files.readText(path))
    } catch (error) {
      if (isMissingFile(error)) return missing
      throw error
    }
  }
  return {
    readText: async (path) => {
      texts.set(path, missing)
      const text = await files.readText(path)
      texts.set(path, hash(text))
      return text
    },
    glob: async (pattern) => {
      const found = await files.glob(pattern)
      globs.set(pattern, found.join('\0'))
      return found
    },
    isCurrent: async () => {
      for (const [pattern, found] of globs) if ((await files.glob(pattern)).join('\0') !== found) return false
      for (const [path, known] of texts) if ((await hashOf(path)) !== known) return false
      return true
    },
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
