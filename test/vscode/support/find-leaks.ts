import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files below these folders that hold one of the secrets, as it is or in Base64, in UTF-8 or UTF-16. */
export async function findLeaks(folders: readonly string[], secrets: readonly string[]): Promise<readonly string[]> {
  const needles = secrets.flatMap((secret) => [
    Buffer.from(secret),
    Buffer.from(secret, 'utf16le'),
    // Without its end, which depends on what follows.
    Buffer.from(Buffer.from(secret).toString('base64').slice(0, -4)),
  ])
  const found: string[] = []
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      // A file that went away while the rest was read holds nothing any more.
      const bytes = await readFile(path).catch(() => Buffer.alloc(0))
      if (needles.some((needle) => bytes.includes(needle))) found.push(path)
    }
  return found
}
