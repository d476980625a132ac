import * as vscode from 'vscode'
import type { Tone } from '../annotate/inline-result.ts'
import type { Folder, Folders } from '../folders.ts'
import type { Services } from '../services.ts'
import { annotationSettings, setting } from '../settings.ts'
import { isCurrent } from './text-edits.ts'

export interface ShownLine {
  /** Counts from 1. */
  readonly line: number
  readonly text: string
  readonly tone: Tone
}

const tones = ['dim', 'stale', 'idle', 'warning', 'error'] as const satisfies readonly Tone[]

/** Draws results at the ends of lines: of the visible ranges of visible editors only, and never on a line that is edited. */
export class InlineDrawer implements vscode.Disposable {
  readonly #services: Services
  readonly #folders: Folders
  readonly #types: Readonly<Record<Tone, vscode.TextEditorDecorationType>>
  readonly #timers = new Map<vscode.TextEditor, NodeJS.Timeout>()
  readonly #edited = new Map<string, number>()
  readonly #shown = new WeakMap<vscode.TextEditor, readonly ShownLine[]>()
  readonly #subscriptions: vscode.Disposable[]

  constructor(services: Services, folders: Folders) {
    this.#services = services
    this.#folders = folders
    const type = (tone: Tone) => {
      const isMarked = tone === 'warning' || tone === 'error'
      const color = new vscode.ThemeColor(`netlatch.inline${capital(tone === 'stale' ? 'dim' : tone)}Foreground`)
      return vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
        isWholeLine: false,
        ...(isMarked && { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Right }),
        // Text is drawn with content, so the editor's own text, search and copying know nothing of it.
        after: { color, margin: '0 0 0 3ch', ...(tone === 'stale' && { textDecoration: 'none; opacity: 0.6' }) },
      })
    }
    this.#types = {
      dim: type('dim'),
      stale: type('stale'),
      idle: type('idle'),
      warning: type('warning'),
      error: type('error'),
    }
    this.#subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.redrawAll()),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#soon(textEditor)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const last = contentChanges.at(-1)
        if (last) this.#edited.set(document.uri.toString(), last.range.start.line)
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const key = textEditor.document.uri.toString()
        if (this.#edited.get(key) === undefined || this.#edited.get(key) === selections[0]?.active.line) return
        this.#edited.delete(key)
        this.#soon(textEditor)
      }),
      folders.onDidChange((folder) => this.#redraw(folder)),
      folders.onDidClose(() => this.redrawAll()),
    ]
  }

  /** What stands at the ends of an editor's lines: VS Code does not say it. */
  shownIn(editor: vscode.TextEditor): readonly ShownLine[] {
    return this.#shown.get(editor) ?? []
  }

  redrawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#soon(editor)
  }

  #redraw({ folder }: Folder): void {
    for (const editor of vscode.window.visibleTextEditors)
      if (this.#folders.ofDocument(editor.document)?.folder === folder) this.#soon(editor)
  }

  #soon(editor: vscode.TextEditor): void {
    clearTimeout(this.#timers.get(editor))
    this.#timers.set(
      editor,
      setTimeout(() => {
        this.#timers.delete(editor)
        // An editor that closed meanwhile has nothing to draw on.
        void this.#draw(editor).catch(() => undefined)
      }, 30),
    )
  }

  async #draw(editor: vscode.TextEditor): Promise<void> {
    const { document, visibleRanges } = editor
    const folder = this.#folders.ofDocument(document)
    // Of a folder that was closed nothing stays.
    if (!folder) return this.shownIn(editor).length > 0 ? this.#show(editor, []) : undefined
    if (!setting<boolean>('inlineResults.enabled', document.uri)) return this.#show(editor, [])
    const first = Math.min(...visibleRanges.map(({ start }) => start.line)) + 1
    const last = Math.max(...visibleRanges.map(({ end }) => end.line)) + 1
    const { lines, version } = await this.#services.language.call('inline', {
      folder: folder.folder,
      path: document.uri.fsPath,
      first,
      last,
      settings: annotationSettings(document.uri),
    })
    // What was typed meanwhile is read soon, and drawn then; until then the old texts move with their lines.
    if (!isCurrent(document, version) || this.#folders.get(folder.folder) === undefined) return
    const edited = document.isDirty ? this.#edited.get(document.uri.toString()) : undefined
    this.#show(
      editor,
      lines.filter(({ line }) => line - 1 !== edited && line <= document.lineCount),
    )
  }

  #show(editor: vscode.TextEditor, lines: readonly ShownLine[]): void {
    this.#shown.set(editor, lines)
    for (const tone of tones) {
      const options = lines
        .filter((line) => line.tone === tone)
        .map(({ line, text }): vscode.DecorationOptions => {
          const { end } = editor.document.lineAt(line - 1).range
          return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } }
        })
      editor.setDecorations(this.#types[tone], options)
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    for (const subscription of this.#subscriptions) subscription.dispose()
    for (const type of Object.values(this.#types)) type.dispose()
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
