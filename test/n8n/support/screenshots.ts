import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

/** What the browser shows, where somebody asked for it: `NETLATCH_SCREENSHOTS=docs/images/n8n`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const { NETLATCH_SCREENSHOTS } = process.env
  if (!NETLATCH_SCREENSHOTS) return
  const folder = fileURLToPath(new URL(`../../../${NETLATCH_SCREENSHOTS}`, import.meta.url))
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
