import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { glob, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { packageVsix } from '../../packages/vscode-ext/build/package-vsix.ts'
import { openBrowser, openPage } from './support/browser.ts'
import { CodeServer, endWhenTold } from './support/code-server.ts'
import { makeDemoWorkspace } from './support/demo-workspace.ts'
import { Workbench } from './support/workbench.ts'

/** Installs the packaged extension in code-server and uses it in a browser as a person does. `--pictures` renews those of docs/. */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const pictures = process.argv.includes('--pictures') ? here('../../docs/images/vscode') : undefined
const home = await mkdtemp(join(tmpdir(), 'nli-'))
const settings = {
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'always',
  'workbench.colorTheme': 'Dark Modern',
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'explorer.autoReveal': false,
  'workbench.editor.useModal': 'off',
}
const passed: string[] = []
endWhenTold()
try {
  await story()
  process.stdout.write(`\n  ${passed.length} passing\n`)
} catch (error) {
  process.stdout.write(`\n  ${passed.length} passing\n  1 failing\n\n${inspect(error)}\n`)
  process.exitCode = 1
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}

async function story(): Promise<void> {
  execFileSync('sh', [here('support/install.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const vsix = await packageVsix()
  await using workspace = await makeDemoWorkspace(home)
  const all = workspace.fleet.places.length
  const inventory = join(workspace.folder, 'inventory.yaml')
  const data = join(home, 'c')
  await mkdir(data)
  await writeFile(join(data, 'config.yaml'), 'auth: none\n')
  CodeServer.install(data, vsix)
  await using server = await CodeServer.start({
    home: data,
    settings,
    env: { NETLATCH_IDENTITY_FILE: workspace.identityFile },
  })
  await using browser = await openBrowser()
  const page = await openPage(browser, { width: 1360, height: 860 })
  const bench = new Workbench(page, server.url, pictures)
  const check = async (title: string, test: () => Promise<void>) => {
    try {
      await test()
    } catch (error) {
      process.stdout.write(`    ✗ ${title}\n`)
      // A window that is gone shows nothing: what failed is told all the same.
      await bench.picture('failed', join(tmpdir(), 'netlatch-vscode')).catch(() => undefined)
      throw new Error(`${title}\n${await bench.whatIsSeen().catch(String)}\n${await lastLog(data)}`, { cause: error })
    }
    passed.push(title)
    process.stdout.write(`    ✔ ${title}\n`)
  }

  const lineOf = async (device: string) =>
    (await readFile(inventory, 'utf8')).split('\n').findIndex((each) => each.trim() === `${device}:`) + 1
  const goTo = async (device: string) => {
    await bench.run('Netlatch: Go to Device', device)
    await bench.isAt(await lineOf(device))
  }

  await check('the package has at most 3 MB', async () => {
    assert.ok((await stat(vsix)).size <= 3 * 1024 * 1024)
  })
  await check('its page in the list of extensions is there, with no picture that cannot be shown', async () => {
    await bench.open(workspace.folder, inventory)
    await bench.run('Extensions: Show Installed Extensions')
    await page.locator('.extension-list-item', { hasText: 'Netlatch' }).first().click()
    assert.match(await bench.webviewText(), /Netlatch for VS Code[\s\S]*Restricted Mode[\s\S]*Build and test/)
    assert.equal(await bench.webview.locator('img').count(), 0)
  })
  await check(
    'in Restricted Mode nothing but the file is shown: no lens, no result, no command that connects',
    async () => {
      await bench.open(workspace.folder, inventory)
      await bench.eventually(
        () => bench.inlineTexts(),
        (texts) => texts.includes('3'),
      )
      assert.deepEqual(await bench.lenses(), [])
      assert.ok(!(await bench.statusText()).includes(`/${all}`), 'no count of what was not read')
      assert.ok(!(await bench.inlineTexts()).some((text) => text.includes('untested')))
      assert.deepEqual(await bench.commandsLike('Netlatch: Check Inventory'), ['Netlatch: Check Inventory'])
      assert.deepEqual(await bench.commandsLike('Netlatch: Test Login'), [])
      await bench.picture('restricted-mode')
    },
  )
  await check('once trusted, every device says that it is untested, and lenses count them', async () => {
    await bench.trust()
    await bench.eventually(
      () => bench.inlineTexts(),
      (texts) => texts.filter((text) => text === '○ untested').length > 3,
    )
    await bench.eventually(
      () => bench.lenses(),
      (lenses) => lenses.includes(`Discover Credentials (${all})`) && lenses.includes(`0 of ${all} opened`),
    )
    await bench.eventually(
      () => bench.statusText(),
      (text) => text.includes(`0/${all}`),
    )
    await bench.picture('untested-dark')
  })
  await check('a discovery begins with its plan', async () => {
    await bench.run('Netlatch: Discover Credentials')
    await page.locator('.monaco-dialog-box').waitFor()
    const plan = await page.locator('.monaco-dialog-box').innerText()
    assert.match(plan, /Test \d\d devices\?/)
    assert.match(plan, /At worst: .*locks at/)
    await bench.picture('plan')
    assert.equal((await workspace.fleet.ask('counters')).attempts.length, 0)
  })
  await check('its results appear beside the devices', async () => {
    await page
      .locator('.monaco-dialog-box')
      .getByText(/^Test \d\d Devices$/)
      .click()
    await bench.eventually(
      () => bench.inlineTexts(),
      (texts) => texts.includes('✓ tacacs-netops · now'),
      90_000,
    )
    await page.locator('.notification-toast', { hasText: 'need attention' }).first().waitFor({ timeout: 90_000 })
    await bench.closeNotifications()
    await goTo('ber-old-05')
    await bench.eventually(
      () => bench.inlineTexts(),
      (texts) => texts.some((text) => /✗ no credential works/.test(text)),
    )
    await bench.eventually(
      () => bench.lenses(),
      (lenses) => lenses.includes('Test Login') && lenses.includes('Diagnose'),
    )
    assert.equal((await workspace.fleet.ask('counters')).lockedAccounts, 0)
    await bench.showView('Netlatch')
    await bench.picture('results-dark')
  })
  await check('the trees show devices by result, and credentials', async () => {
    const shows = (pattern: RegExp) =>
      bench.eventually(
        () => bench.treeRows(),
        (rows) => rows.some((row) => pattern.test(row)),
      )
    await shows(/^Opened/)
    await shows(/tacacs-netops.*opens \d+ · tacacs/)
  })
  await check('a hover tells what is known of a device', async () => {
    const hover = await bench.hover('ber-old-06:', /Test Login/)
    assert.match(hover, /ber-old-06.*cisco_ios/)
    assert.match(hover, /legacy-admin/)
    await bench.picture('hover')
    await page.keyboard.press('Escape')
  })
  await check('answers of several devices can be opened side by side', async () => {
    await goTo('muc-leaf-02')
    await bench.selectAll()
    await bench.run('Netlatch: Run Command', 'show version')
    const action = page.locator('.editor-actions').getByRole('button', { name: 'Open Side by Side' })
    await action.first().waitFor({ timeout: 60_000 })
    assert.match(await bench.activeTab(), /^\d\d devices — show version/)
    await action.first().click()
    await page.locator('.quick-input-widget').getByText('fra-core-01 — show version').waitFor()
    await page.keyboard.press('Escape')
    await page.mouse.move(680, 600)
    await bench.closeNotifications()
  })
  await check('a backup, then a change on the device, are a diff', async () => {
    await goTo('muc-leaf-02')
    await bench.run('Netlatch: Back Up Configuration')
    await bench.eventually(
      async () => (await workspace.fleet.ask('counters')).configurationsServed,
      (count) => count > 0,
    )
    const before = await workspace.fleet.ask('configuration', 'muc-leaf-02')
    const after = before.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53')
    await workspace.fleet.ask('setConfiguration', 'muc-leaf-02', after)
    await bench.eventually(
      () => bench.statusText(),
      (text) => !text.includes('/1'),
    )
    await bench.run('Netlatch: Compare Running Configuration with Last Backup')
    await page.locator('.diff-editor, .monaco-diff-editor').first().waitFor({ timeout: 20_000 })
    await page.getByText('ip name-server 192.0.2.53').first().waitFor()
    await bench.picture('diff')
  })
  await check('the coverage page counts by site and credential', async () => {
    await bench.run('Netlatch: Show Coverage')
    const text = await bench.webviewText()
    assert.match(text, /net: \d+ of \d\d opened/)
    assert.match(text, /tacacs-netops/)
    await bench.picture('coverage')
  })
  await check('a click on the coverage page groups it anew', async () => {
    const sections = bench.webview.locator('section').first()
    assert.match(await sections.innerText(), /^fra\n/)
    await bench.webview.getByRole('button', { name: 'platform' }).click()
    const shown = () => bench.webview.locator('section').first().innerText()
    await bench.eventually(shown, (found) => /^cisco_ios\n/.test(found))
    assert.equal(await bench.webview.locator('nav button[aria-current]').innerText(), 'platform')
    await bench.webview.getByRole('button', { name: 'site' }).click()
    await bench.eventually(shown, (found) => /^fra\n/.test(found))
  })
  await check('its policy lets nothing run, load or send that is not its own', async () => {
    const refused = ['connect-src', 'frame-src', 'img-src', 'script-src-attr', 'script-src-elem', 'style-src-attr']
    assert.deepEqual(await bench.refusedInWebview(), refused)
  })
  await check('a click on a device goes to its line', async () => {
    await bench.webview.getByRole('button', { name: 'ber-old-06' }).click()
    await bench.isAt(await lineOf('ber-old-06'))
    assert.match(await bench.activeTab(), /inventory\.yaml/)
  })
  for (const [theme, kind, picture] of [
    ['Light Modern', 'vs', 'results-light'],
    ['Dark High Contrast', 'hc-black', 'results-high-contrast'],
  ] as const)
    await check(`results are seen on ${theme}`, async () => {
      await goTo('ber-old-05')
      await bench.theme(theme)
      await bench.eventually(
        () => bench.themeKind(),
        (found) => found === kind,
      )
      await bench.eventually(
        () => bench.inlineTexts(),
        (texts) => texts.some((text) => /✗ no credential works/.test(text)),
      )
      await bench.picture(picture)
    })
  await check('an inventory of Nornir is offered where there is no workspace, and used in place', async () => {
    const foreign = join(home, 'foreign')
    const hosts = join(foreign, 'inventory/hosts.yaml')
    await mkdir(join(foreign, 'inventory'), { recursive: true })
    await writeFile(
      hosts,
      'nr-1:\n  hostname: 127.0.0.1\n  platform: ios\nnr-2:\n  hostname: 127.0.0.2\n  platform: eos\n',
    )
    await bench.open(foreign, hosts)
    await bench.trust()
    await bench.showView('Netlatch')
    await page.getByText('No Netlatch workspace in this folder.').waitFor()
    await page.getByText('Use an existing Nornir or Ansible inventory').click()
    await bench.choose('Use inventory/hosts.yaml in Place')
    await bench.eventually(
      () => bench.inlineTexts(),
      (texts) => texts.filter((text) => text === '○ untested').length === 2,
    )
    await bench.eventually(
      () => bench.lenses(),
      (lenses) => lenses.includes('Discover Credentials (2)'),
    )
  })
}

/** The end of what the extension wrote last: a window that is opened anew has a log of its own. */
async function lastLog(home: string): Promise<string> {
  const logs = await Array.fromAsync(glob(join(home, 'data/logs/**/Netlatch.log')))
  const [last] = logs.toSorted(new Intl.Collator('en', { numeric: true }).compare).reverse()
  return last === undefined ? 'No log of the extension.' : `${last}:\n${(await readFile(last, 'utf8')).slice(-2_000)}`
}
