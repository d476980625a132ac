import * as vscode from 'vscode'

/** One of several answers in one document. */
export interface DocumentPart {
  readonly title: string
  readonly text: string
}

export const scheme = 'netlatch'

export interface ShowOptions {
  /** @default 'plaintext' */
  readonly language?: string
  /** The tab is taken by the next document. @default true */
  readonly preview?: boolean
  /** What the text was put together from. */
  readonly parts?: readonly DocumentPart[]
  /** @default the active one */
  readonly column?: vscode.ViewColumn
}

/** Read-only documents of what devices said and Netlatch found. They are held in memory as long as they are open. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>()
  readonly #parts = new Map<string, readonly DocumentPart[]>()
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()
  readonly #subscriptions: readonly vscode.Disposable[]
  #next = 1

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme !== scheme) return
        this.#texts.delete(uri.toString())
        this.#parts.delete(uri.toString())
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

  async show(
    title: string,
    text: string,
    { language = 'plaintext', preview = true, parts = [], column }: ShowOptions = {},
  ): Promise<vscode.TextEditor> {
    const uri = this.add(title, text)
    if (parts.length > 0) this.#parts.set(uri.toString(), parts)
    const document = await vscode.workspace.openTextDocument(uri)
    await vscode.languages.setTextDocumentLanguage(document, language)
    return vscode.window.showTextDocument(document, { preview, ...(column !== undefined && { viewColumn: column }) })
  }

  /** What a document was put together from; none where it is one answer. */
  partsOf(uri: vscode.Uri): readonly DocumentPart[] {
    return this.#parts.get(uri.toString()) ?? []
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
