import { randomBytes } from 'node:crypto'
import type { CoverageKey } from '@netlatch/core'
import * as vscode from 'vscode'
import { reveal } from '../actions/reports.ts'
import { targetOf } from '../actions/targets.ts'
import type { App } from '../app.ts'
import type { Folder } from '../folders.ts'
import { annotationSettings } from '../settings.ts'
import { coverageHtml } from './coverage-html.ts'

/** The coverage of one workspace as a page that follows the results; one page per workspace. */
export class CoveragePanels implements vscode.Disposable {
  readonly #app: App
  readonly #panels = new Map<string, { readonly panel: vscode.WebviewPanel; by: CoverageKey }>()
  readonly #subscriptions: readonly vscode.Disposable[]

  constructor(app: App) {
    this.#app = app
    this.#subscriptions = [
      app.folders.onDidChange((folder) => void this.#draw(folder).catch(() => undefined)),
      app.folders.onDidClose(({ folder }) => this.#panels.get(folder)?.panel.dispose()),
    ]
  }

  async show(given: unknown): Promise<void> {
    const { folder: named } = targetOf(given)
    const folder =
      (named === undefined ? undefined : this.#app.folders.get(named)) ?? (await this.#app.folders.choose())
    if (!folder) return
    const open = this.#panels.get(folder.folder)
    if (open) return open.panel.reveal()
    const panel = vscode.window.createWebviewPanel(
      'netlatch.coverage',
      `Coverage: ${folder.name}`,
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: [],
      },
    )
    this.#panels.set(folder.folder, { panel, by: 'site' })
    panel.onDidDispose(() => this.#panels.delete(folder.folder))
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#take(folder, message))
    await this.#draw(folder)
  }

  async #take(folder: Folder, message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null) return
    const { by, path, line } = message as { by?: string; path?: string; line?: string }
    const entry = this.#panels.get(folder.folder)
    if (entry && by !== undefined && isKey(by)) {
      entry.by = by
      await this.#draw(folder)
    }
    // Only files of this workspace: a page says nothing that would lead elsewhere.
    if (path !== undefined && folder.files.some((file) => file.path === path)) await reveal(path, Number(line))
  }

  async #draw(folder: Folder): Promise<void> {
    const entry = this.#panels.get(folder.folder)
    if (!entry) return
    const { by, panel } = entry
    const view = await this.#app.services.language.call('coverage', {
      folder: folder.folder,
      by,
      settings: annotationSettings(),
    })
    panel.webview.html = coverageHtml({ nonce: randomBytes(16).toString('base64url'), name: folder.name, by, view })
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
    for (const { panel } of this.#panels.values()) panel.dispose()
  }
}

function isKey(text: string): text is CoverageKey {
  return ['site', 'platform', 'role', 'tag', 'credential'].includes(text)
}
