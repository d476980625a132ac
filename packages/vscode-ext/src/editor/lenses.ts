import * as vscode from 'vscode'
import type { Folders } from '../folders.ts'
import type { Services } from '../services.ts'
import { annotationSettings, setting } from '../settings.ts'

/** Shows the lenses of core's results above devices, groups and credentials. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #services: Services
  readonly #folders: Folders
  readonly #changed = new vscode.EventEmitter<void>()
  readonly #subscriptions: readonly vscode.Disposable[]

  constructor(services: Services, folders: Folders) {
    this.#services = services
    this.#folders = folders
    const changed = () => this.#changed.fire()
    this.#subscriptions = [folders.onDidChange(changed), folders.onDidClose(changed)]
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const folder = this.#folders.ofDocument(document)
    if (!folder || !vscode.workspace.isTrusted || !setting<boolean>('codeLens.enabled', document.uri)) return []
    await this.#folders.settled(document)
    const { lenses } = await this.#services.language.call('lenses', {
      folder: folder.folder,
      path: document.uri.fsPath,
      settings: annotationSettings(document.uri),
    })
    return lenses.map(({ line, title, command, target }) => {
      const range = new vscode.Range(line - 1, 0, line - 1, 0)
      return new vscode.CodeLens(range, { title, command, arguments: [{ folder: folder.folder, ...target }] })
    })
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
    this.#changed.dispose()
  }
}
