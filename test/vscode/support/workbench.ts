import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrameLocator, Locator, Page } from 'playwright-core'

// Runs in the page, which the compiler does not know.
const readInlineTexts = `[...document.querySelectorAll('.view-line span, .view-line')].flatMap((element) => {
  const { content } = getComputedStyle(element, '::after')
  return content.startsWith('"') ? [content.slice(1, -1)] : []
})`

const tryInPage = `new Promise(resolve => {
  const refused = new Set()
  const done = () => resolve([...refused, ...(globalThis.netlatchInjected ? ['injected'] : [])].sort())
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    refused.add(effectiveDirective)
    if (refused.size === 6) done()
  })
  const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values))
  add('script', { textContent: 'globalThis.netlatchInjected = true' })
  add('img', { src: 'http://127.0.0.1:9/x.png' })
  add('iframe', { src: 'http://127.0.0.1:9/' })
  document.body.insertAdjacentHTML('beforeend', '<p style="color: red" onclick="globalThis.netlatchInjected = true">x</p>')
  fetch('http://127.0.0.1:9/').catch(() => undefined)
  setTimeout(done, 10_000)
})`

/** The window of VS Code in a browser, used as a person uses it: by keyboard, and by what can be seen. */
export class Workbench {
  readonly #page: Page
  readonly #url: string
  readonly #pictures: string | undefined

  constructor(page: Page, url: string, pictures: string | undefined) {
    this.#page = page
    this.#url = url
    this.#pictures = pictures
  }

  async open(folder: string, file: string): Promise<void> {
    const { host } = new URL(this.#url)
    const payload = JSON.stringify([['openFile', `vscode-remote://${host}${file}`]])
    await this.#page.goto(`${this.#url}/?${new URLSearchParams({ folder, payload })}`, { waitUntil: 'commit' })
    await this.#page.locator('.monaco-editor .view-line').first().waitFor({ timeout: 60_000 })
  }

  async eventually<T>(look: () => Promise<T>, holds: (value: T) => boolean, within = 30_000): Promise<T> {
    const until = Date.now() + within
    for (;;) {
      const value = await look()
      if (holds(value)) return value
      if (Date.now() > until) assert.fail(`after ${within} ms: ${JSON.stringify(value)}`)
      await this.#page.waitForTimeout(200)
    }
  }

  /** Texts that are drawn behind lines: they are no text of the page, only its style. */
  inlineTexts(): Promise<readonly string[]> {
    return this.#page.evaluate<readonly string[]>(readInlineTexts)
  }

  async lenses(): Promise<readonly string[]> {
    const texts = await this.#page.locator('.codelens-decoration').allInnerTexts()
    return texts.flatMap((text) => text.replaceAll('\u00a0', ' ').split(' | ')).map((text) => text.trim())
  }

  /** Runs a command by the palette, and picks from the list that it opens. */
  async run(title: string, choice?: string): Promise<void> {
    await this.#take(['F1'], `>${title}`, title)
    if (choice !== undefined) await this.choose(choice)
  }

  /** Picks from the list that is open. */
  async choose(label: string): Promise<void> {
    await this.#pick(label, label)
  }

  /** All of the text in the editor that has the focus. */
  async selectAll(): Promise<void> {
    await this.#page.keyboard.press('Control+a')
  }

  async commandsLike(title: string): Promise<readonly string[]> {
    await this.#openList('F1')
    await this.#input.fill(`>${title}`)
    const labels = () => this.#page.locator('.quick-input-list .label-name').allInnerTexts()
    let before = ''
    const rows = await this.eventually(labels, (found) => {
      const isSame = found.length > 0 && found.join('\n') === before
      before = found.join('\n')
      return isSame
    })
    await this.#page.keyboard.press('Escape')
    return rows.filter((row) => row.startsWith(title))
  }

  get #input(): Locator {
    return this.#page.locator('.quick-input-widget input[type="text"]').first()
  }

  /** A window that is still being built takes no keys: they are pressed until it does. */
  async #openList(...keys: readonly string[]): Promise<void> {
    // The one before may still be on its way out.
    await this.#input.waitFor({ state: 'hidden' })
    const open = async () => {
      if (!(await this.#input.isVisible())) for (const key of keys) await this.#page.keyboard.press(key)
      return this.#input.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      )
    }
    await this.eventually(open, (isOpen) => isOpen, 60_000)
  }

  /** Opens a list by keys and takes an entry. A list that was opened before the entry was there does not get it any more. */
  async #take(keys: readonly string[], text: string, label: string): Promise<void> {
    const offered = async () => {
      await this.#openList(...keys)
      const isThere = await this.#isOffered(text, label, 5_000)
      if (!isThere) await this.#page.keyboard.press('Escape')
      return isThere
    }
    await this.eventually(offered, (isThere) => isThere, 60_000)
    await this.#page.keyboard.press('Enter')
  }

  async #pick(text: string, label: string): Promise<void> {
    if (!(await this.#isOffered(text, label, 30_000))) assert.fail(`${label} is not offered`)
    await this.#page.keyboard.press('Enter')
  }

  /** Types, and waits until the list has the entry in front. */
  async #isOffered(text: string, label: string, within: number): Promise<boolean> {
    const focused = this.#page.locator('.quick-input-list .monaco-list-row.focused').first()
    const offered = async () => {
      const typed = await this.#input.inputValue({ timeout: 2_000 })
      if (typed !== text) await this.#input.fill(text, { timeout: 2_000 })
      return focused.innerText({ timeout: 2_000 })
    }
    // What is on its way out takes no text.
    const look = () => offered().catch(() => '')
    const until = Date.now() + within
    do {
      if ((await look()).replaceAll('\u00a0', ' ').includes(label)) return true
      await this.#page.waitForTimeout(200)
    } while (Date.now() < until)
    return false
  }

  /** Trusts the folder, in the window as it is: one that is opened anew at once may not know of it yet. */
  async trust(): Promise<void> {
    const before = await this.activeTab()
    await this.run('Workspaces: Manage Workspace Trust')
    await this.#page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .first()
      .click()
    await this.eventually(
      () => this.statusText(),
      (text) => !text.includes('Restricted Mode'),
    )
    await this.#page.locator('.tab', { hasText: before }).click()
    await this.eventually(
      () => this.activeTab(),
      (tab) => tab === before,
    )
  }

  async closeNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications')
  }

  async showView(name: string): Promise<void> {
    await this.#page.locator('.activitybar').getByRole('tab', { name }).click()
    await this.#page.locator('.sidebar .title-label', { hasText: new RegExp(name, 'i') }).waitFor()
  }

  async treeRows(): Promise<readonly string[]> {
    const texts = await this.#page.locator('.sidebar .monaco-list-row').allInnerTexts()
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
  }

  async statusText(): Promise<string> {
    return this.#page.locator('footer.statusbar').innerText()
  }

  /** What is shown over a word, once it says what it should. */
  async hover(word: string, holds: RegExp): Promise<string> {
    const line = this.#page.locator('.view-line', { hasText: word }).first()
    const key = line
      .locator('span span')
      .filter({ hasText: word.replace(':', '') })
      .first()
    await key.hover()
    const box = this.#page.locator('.monaco-hover:visible').first()
    return this.eventually(
      async () => ((await box.isVisible()) ? (await box.innerText()).replaceAll('\u00a0', ' ') : ''),
      (text) => holds.test(text),
    )
  }

  /** The page that is shown in a webview. */
  get webview(): FrameLocator {
    return this.#page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  }

  async webviewText(): Promise<string> {
    await this.webview.locator('h1').waitFor({ timeout: 20_000 })
    return this.webview.locator('body').innerText()
  }

  /** Tries what a page could be made to do by text that got into it; gives the rules of its policy that stopped it. */
  async refusedInWebview(): Promise<readonly string[]> {
    return this.webview.locator('body').evaluate<readonly string[], unknown>(tryInPage)
  }

  /** Waits until the cursor of the editor that has the focus stands at the beginning of a line. */
  async isAt(line: number): Promise<void> {
    await this.eventually(
      () => this.statusText(),
      (text) => text.includes(`Ln ${line}, Col 1`),
    )
    await this.#page.locator('.monaco-editor.focused').first().waitFor()
  }

  async activeTab(): Promise<string> {
    // A name and its ending are two parts.
    return (await this.#page.locator('.tab.active').first().innerText()).replaceAll('\n', '')
  }

  async theme(name: string): Promise<void> {
    await this.#take(['Control+k', 'Control+t'], name, name)
  }

  /** What the window looks like now: `vs`, `vs-dark`, `hc-black`. */
  async themeKind(): Promise<string> {
    const classes = (await this.#page.locator('.monaco-workbench').first().getAttribute('class')) ?? ''
    return /\b(vs-dark|vs|hc-black|hc-light)\b/.exec(classes)?.[1] ?? ''
  }

  /** All text of the window, for whoever has only the log of a failed run. */
  async whatIsSeen(): Promise<string> {
    const text = await this.#page.locator('body').innerText()
    return text.replaceAll(/\s*\n\s*/g, ' | ').slice(0, 3_000)
  }

  /** Keeps a picture where pictures are wanted. */
  async picture(name: string, folder = this.#pictures): Promise<void> {
    if (folder === undefined) return
    await mkdir(folder, { recursive: true })
    await this.#page.waitForTimeout(600)
    await this.#page.screenshot({ path: join(folder, `${name}.png`) })
  }
}
