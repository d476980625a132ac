import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fillReference, locationOf, parseLogin, unavailable } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

export interface FileProviderOptions {
  /** Where relative paths start: the workspace. */
  readonly folder: string
  /** What `~/` stands for. */
  readonly home: string
  /** Asked before a file is read. @default all that the system allows */
  readonly mayUseFile?: (path: string) => Promise<boolean>
}

const largestSecret = 64 * 1024

/** `file:/run/secrets/core`: the content of a file; relative to the workspace, or below `~/`. */
export function createFileProvider({ folder, home, mayUseFile }: FileProviderOptions): SecretProvider {
  return {
    scheme: 'file',
    use: async (reference, device, fn, options = {}) => {
      options.signal?.throwIfAborted()
      const name = fillReference(locationOf('file', reference), device)
      const path = name.startsWith('~/') ? join(home, name.slice(2)) : resolve(folder, name)
      if (mayUseFile && !(await mayUseFile(path))) throw unavailable(device, `file:${name} may not be read here`)
      const text = await readSmallFile(path).catch((cause: unknown) => {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error'
        if (code === 'ENOENT' || code === 'ENOTDIR') return null
        throw unavailable(device, `file:${name} cannot be read (${code})`, cause)
      })
      if (text !== null && text.length > largestSecret)
        throw unavailable(device, `file:${name} is too large for a secret`)
      const secret = text === null ? null : parseLogin(text, device, `file:${name}`)
      return secret && fn(secret)
    },
  }
}

async function readSmallFile(path: string): Promise<string> {
  await using file = await open(path, 'r')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(largestSecret + 1), 0, largestSecret + 1, 0)
  return buffer.toString('utf8', 0, bytesRead)
}
