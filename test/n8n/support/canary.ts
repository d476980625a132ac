import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealN8n } from './real-n8n.ts'

/** Every form in which a secret could stand in a file; in Base64 whatever stands around it. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : shift + 1, -3)
  })
  return [secret, encodeURIComponent(secret), ...encoded]
}

/** The files of n8n and of the workspaces that hold a secret in clear: none is right. */
export async function filesWithSecrets(folders: readonly string[], secrets: readonly string[]): Promise<string[]> {
  const forms = secrets.flatMap(formsOf)
  const found: string[] = []
  for (const folder of folders)
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || file.parentPath.includes('node_modules')) continue
      const path = join(file.parentPath, file.name)
      const bytes = await readFile(path)
      if (forms.some((form) => bytes.includes(form))) found.push(path)
    }
  return found
}

/** No secret in executions, in the database (its journal too), in binary data, in what n8n said, nor in any file of the workspaces. */
export async function assertNoSecrets(n8n: RealN8n, secrets: readonly string[]): Promise<void> {
  assert.deepEqual(await filesWithSecrets([join(n8n.home, '.n8n'), n8n.files], secrets), [])
  assertNoneIn(n8n.log, secrets, 'what n8n said')
}

export function assertNoneIn(text: string, secrets: readonly string[], where: string): void {
  for (const form of secrets.flatMap(formsOf)) assert.ok(!text.includes(form), `a secret in ${where}`)
}
