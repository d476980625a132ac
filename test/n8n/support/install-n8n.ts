import { installPinned } from './install-pinned.ts'

/** The pinned n8n: 2.2 GB, with its SQLite built. */
export function installN8n(say?: (line: string) => void): Promise<string> {
  return installPinned({ recipe: 'installation', main: 'n8n', rebuild: ['sqlite3'], ...(say && { say }) })
}
