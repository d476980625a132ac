import * as vscode from 'vscode'
import type { App } from '../app.ts'

/** One item: how many devices are opened, that something runs, or that the vault is locked. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem
  readonly #app: App
  readonly #subscriptions: vscode.Disposable[]

  constructor(app: App) {
    this.#app = app
    this.#item = vscode.window.createStatusBarItem('netlatch.coverage', vscode.StatusBarAlignment.Left, 10)
    this.#item.name = 'Netlatch'
    const update = () => void this.#update().catch(() => undefined)
    this.#subscriptions = [
      this.#item,
      app.folders.onDidChange(update),
      app.folders.onDidClose(update),
      app.runs.onDidChange(update),
      app.unlocking.onDidChange(update),
    ]
  }

  get text(): string {
    return this.#item.text
  }

  async #update(): Promise<void> {
    const { folders, services, runs, unlocking } = this.#app
    // Without trust nothing is read of what was tested: there is nothing to count.
    if (folders.all.length === 0 || !vscode.workspace.isTrusted) return this.#item.hide()
    const totals = await Promise.all(
      folders.all.map(async ({ folder, name }) => ({ name, ...(await services.language.call('totals', { folder })) })),
    )
    const sum = (key: 'devices' | 'opened') => totals.reduce((total, each) => total + each[key], 0)
    const { progress } = runs
    const isLocked = folders.all.some(({ folder }) => unlocking.stateOf(folder) === 'locked')
    this.#item.text = progress
      ? `$(sync~spin) ${progress.done}/${progress.total}`
      : isLocked
        ? '$(lock) Netlatch'
        : `$(key) ${sum('opened')}/${sum('devices')}`
    this.#item.command = isLocked && !progress ? 'netlatch.unlockVault' : 'netlatch.showCoverage'
    const table = new vscode.MarkdownString('| | opened | devices | attention |\n|---|---|---|---|\n')
    for (const { name, opened, devices, attention } of totals)
      table.appendMarkdown('| ').appendText(name).appendMarkdown(` | ${opened} | ${devices} | ${attention} |\n`)
    this.#item.tooltip = table
    this.#item.show()
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}
