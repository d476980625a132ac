import { type Browser, chromium, type Page, selectors } from 'playwright-core'
import type { N8nApi } from './n8n-api.ts'
import { until } from './until.ts'

/** n8n's editor in a browser, signed in. Nothing but this machine is asked for anything. */
export class Editor implements AsyncDisposable {
  readonly page: Page
  readonly #browser: Browser
  readonly #url: string

  constructor(browser: Browser, page: Page, url: string) {
    this.#browser = browser
    this.page = page
    this.#url = url
  }

  static async open(api: N8nApi, colors: 'light' | 'dark' = 'light'): Promise<Editor> {
    selectors.setTestIdAttribute('data-test-id')
    const browser = await chromium.launch({
      executablePath: process.env.NETLATCH_TEST_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      timeout: 120_000,
    })
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, colorScheme: colors })
    await context.addCookies([{ ...api.cookie, url: api.url }])
    await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), api.browserId)
    await context.route('**/*', (route) =>
      new URL(route.request().url()).hostname === '127.0.0.1' ? route.continue() : route.abort(),
    )
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    return new Editor(browser, page, api.url)
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`)
  }

  async openWorkflow(id: string): Promise<void> {
    await this.goTo(`/workflow/${id}`)
    await this.page.getByTestId('canvas-node').first().waitFor()
  }

  async openNode(name: string): Promise<void> {
    await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick()
    await this.page.getByTestId('node-parameters').first().waitFor()
  }

  async closeNode(): Promise<void> {
    await this.page.keyboard.press('Escape')
    await this.page.getByTestId('node-parameters').first().waitFor({ state: 'detached' })
  }

  /** Runs the workflow from its button, and waits for its end. */
  async execute(): Promise<void> {
    await this.page.getByTestId('execute-workflow-button').click()
    await this.page.getByText('Workflow executed successfully').first().waitFor({ timeout: 120_000 })
  }

  /** Names in the panel that adds nodes, for what is typed, once `isAll` takes them: the panel searches while it is typed into. */
  async searchNodes(text: string, isAll: (names: readonly string[]) => boolean): Promise<readonly string[]> {
    const { page } = this
    await page.getByTestId('node-creator-plus-button').click()
    await page.getByTestId('node-creator').waitFor()
    await page.keyboard.type(text)
    let names: readonly string[] = []
    const happened = async () => {
      const shown = await page.getByTestId('node-creator-item-name').allInnerTexts()
      names = shown.map((name) => name.trim())
      return isAll(names)
    }
    await until(happened, () => `${text}: ${names}`)
    return names
  }

  async closeSearch(): Promise<void> {
    const { page } = this
    const isClosed = async () => {
      if (await page.getByTestId('node-creator').isVisible()) await page.keyboard.press('Escape')
      return page.getByTestId('node-creator').isHidden()
    }
    await until(isClosed, () => 'the panel stays open')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}
