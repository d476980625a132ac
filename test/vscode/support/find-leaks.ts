import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files below these folders that hold one of the secrets: as it is, in JSON or in Base64, in UTF-8 or UTF-16. */
export async function findLeaks(folders: readonly string[], secrets: readonly string[]): Promise<readonly string[]> {
  const needles = secrets.flatMap((secret) => [
    Buffer.from(secret),
    Buffer.from(secret, 'utf16le'),
    Buffer.from(JSON.stringify(secret).slice(1, -1)),
    ...base64Forms(secret),
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

/** Base64 makes four characters of three bytes: a secret looks in three ways, by where it begins. Ends depend on neighbours. */
function base64Forms(secret: string): readonly Buffer[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64')
    return Buffer.from(text.slice(before === 0 ? 0 : 4, -4))
  })
}
