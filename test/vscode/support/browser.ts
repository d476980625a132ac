import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, that sees this machine only. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

export async function openPage(
  browser: Browser,
  { width = 1280, height = 800 }: { readonly width?: number; readonly height?: number } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } })
  const page = await context.newPage()
  await page.route(
    ({ protocol, hostname }) => protocol.startsWith('http') && hostname !== '127.0.0.1' && hostname !== 'localhost',
    (route) => route.abort(),
  )
  return page
}
