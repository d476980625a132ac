import * as vscode from 'vscode'
import type { App } from './app.ts'

/** How far people are, for the steps of the walkthrough: `netlatch.hasCredential`, `hasHostKeys`, `hasResults`, `hasBackups`. */
export class Milestones implements vscode.Disposable {
  readonly #app: App
  readonly #reached = new Set<string>()
  readonly #subscription: vscode.Disposable

  constructor(app: App) {
    this.#app = app
    this.#subscription = app.folders.onDidChange(({ folder }) => {
      // Nothing is ever taken back, so that there is an end to asking. A folder that was closed meanwhile has reached nothing.
      if (this.#reached.size < 4 && vscode.workspace.isTrusted) void this.#look(folder).catch(() => undefined)
    })
  }

  get reached(): readonly string[] {
    return [...this.#reached].sort()
  }

  async #look(folder: string): Promise<void> {
    const found = await this.#app.services.language.call('milestones', { folder })
    for (const [name, isReached] of Object.entries(found)) {
      if (!isReached || this.#reached.has(name)) continue
      this.#reached.add(name)
      await vscode.commands.executeCommand('setContext', `netlatch.${name}`, true)
    }
  }

  dispose(): void {
    this.#subscription.dispose()
  }
}
