import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { format } from 'node:util'
import { openBrowser, openPage } from './browser.ts'
import { browserStorage } from './browser-storage.ts'
import { CodeServer, endWhenTold } from './code-server.ts'

/**
 * Plays the desktop's `code` for @vscode/test-electron: takes its arguments, runs the suite in code-server's extension host with
 * a browser as the window, and ends with the suite's code. What the browser keeps lies in `browser-storage.json` afterwards.
 */
const given = process.argv.slice(2)
const valuesOf = (name: string) =>
  given.flatMap((each) => (each.startsWith(`--${name}=`) ? each.slice(name.length + 3) : []))
const extensions = valuesOf('extensionDevelopmentPath')
const [tests] = valuesOf('extensionTestsPath')
const workspace = given.find((each) => !each.startsWith('-'))
const limitMs = Number(process.env.CODE_STAND_IN_SECONDS ?? 600) * 1000
const home = process.env.CODE_STAND_IN_HOME

// The workbench's own lines about accounts, galleries and services that are not there.
const noise =
  /^\[(?:AgentHost|Chat|Account|reconnection|Service Worker|Language|perf)|^(?:Resolv|Creating a socket|Updating additional|Extension host|Started|Auto )|127\.0\.0\.1:9|[Gg]allery|^%c|authentication provider|Creation of workbench contribution/

endWhenTold()
process.exitCode = await main()

async function main(): Promise<number> {
  if (extensions.length === 0 || tests === undefined) {
    process.stderr.write('needs --extensionDevelopmentPath= and --extensionTestsPath=\n')
    return 2
  }
  await using server = await CodeServer.start({
    settings: { 'security.workspace.trust.enabled': false },
    // Without this driver the page takes no payload.
    arguments: ['--disable-workspace-trust', '--vscode-option', 'enable-smoke-test-driver'],
    ...(home !== undefined && { home }),
  })
  const browser = await openBrowser()
  try {
    const page = await openPage(browser)
    const ended = Promise.withResolvers<number>()
    await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code))
    await page.exposeFunction('codeAutomationLog', (type: string, parts: unknown[]) => {
      const text = format(...parts)
      if (!noise.test(text)) process[type === 'error' ? 'stderr' : 'stdout'].write(`${text}\n`)
    })
    const { host } = new URL(server.url)
    const remote = (path: string) => `vscode-remote://${host}${encodeURI(resolve(path))}`
    const payload = [
      ...extensions.map((path) => ['extensionDevelopmentPath', remote(path)]),
      ['extensionTestsPath', remote(tests)],
      ['skipWelcome', 'true'],
      ['skipReleaseNotes', 'true'],
      ...valuesOf('log').map((level) => ['logLevel', level]),
    ]
    const query = new URLSearchParams({ payload: JSON.stringify(payload) })
    if (workspace === undefined) query.set('ew', 'true')
    else query.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', resolve(workspace))
    await page.goto(`${server.url}/?${query}`, { waitUntil: 'commit' })
    const late = new Promise<'late'>((done) => setTimeout(done, limitMs, 'late').unref())
    const code = await Promise.race([ended.promise, late])
    await writeFile(join(server.home, 'browser-storage.json'), await browserStorage(page))
    if (code !== 'late') return code
    process.stderr.write(`no end after ${limitMs / 1000} s\n${server.log.slice(-2000)}\n`)
    return 1
  } finally {
    await browser.close()
  }
}
