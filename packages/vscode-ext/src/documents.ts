import * as vscode from 'vscode'

export const scheme = 'netlatch'

/** Read-only documents of what devices said and Netlatch found. They are held in memory as long as they are open. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>()
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()
  readonly #subscriptions: readonly vscode.Disposable[]
  #next = 1

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#texts.delete(uri.toString())
      }),
      this.#changed,
    ]
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? ''
  }

  /** A new document with this title: `fra-core-1 — show version`. */
  add(title: string, text: string): vscode.Uri {
    const path = `/${title.replaceAll(/[/\\]/g, '∕')}`
    const uri = vscode.Uri.from({ scheme, path, query: String(this.#next++) })
    this.#texts.set(uri.toString(), text)
    this.#changed.fire(uri)
    return uri
  }

  async show(title: string, text: string, { language = 'plaintext', preview = true } = {}): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(this.add(title, text))
    await vscode.languages.setTextDocumentLanguage(document, language)
    return vscode.window.showTextDocument(document, { preview })
  }

  async diff(
    title: string,
    left: { name: string; text: string },
    right: { name: string; text: string },
  ): Promise<void> {
    const uris = [left, right].map(({ name, text }) => this.add(name, text))
    await vscode.commands.executeCommand('vscode.diff', ...uris, title, { preview: true })
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}
