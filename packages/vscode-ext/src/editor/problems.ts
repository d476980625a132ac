import * as vscode from 'vscode'
import type { Fix } from '../annotate/diagnostics.ts'
import { needsTrust, titledFixes } from '../annotate/fix-titles.ts'
import type { Folder, Folders } from '../folders.ts'
import type { PlacedFinding } from '../service/annotation-methods.ts'
import type { Services } from '../services.ts'
import { annotationSettings } from '../settings.ts'
import { isCurrent } from './text-edits.ts'

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
}

const checkEveryMs = 300

/** What a quick fix hands to the command that carries it out. */
export interface FixRequest {
  readonly folder: string
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  /** Of the text that it was found in; undefined: the disk's. */
  readonly version?: number
  readonly fix: Fix
}

/** Lists what is wrong in Problems, and offers what can be done about it. */
export class Problems implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #services: Services
  readonly #folders: Folders
  readonly #collection = vscode.languages.createDiagnosticCollection('netlatch')
  readonly #findings = new Map<string, readonly PlacedFinding[]>()
  readonly #documentation: vscode.Uri
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #subscriptions: readonly vscode.Disposable[]

  constructor(services: Services, folders: Folders, documentation: vscode.Uri) {
    this.#services = services
    this.#folders = folders
    this.#documentation = documentation
    this.#subscriptions = [
      folders.onDidChange((folder) => this.#soon(folder)),
      folders.onDidClose((folder) => this.#show(folder, [])),
    ]
  }

  /** While results come in many times a second, they are looked at together. */
  #soon(folder: Folder): void {
    if (this.#timers.has(folder.folder)) return
    const look = () => {
      this.#timers.delete(folder.folder)
      // A folder that was closed meanwhile has no problems.
      void this.check(folder).catch(() => undefined)
    }
    this.#timers.set(folder.folder, setTimeout(look, checkEveryMs))
  }

  /** Looks at the files of a folder again. */
  async check({ folder }: Folder): Promise<void> {
    const settings = annotationSettings(vscode.Uri.file(folder))
    const findings = await this.#services.language.call('findings', { folder, settings })
    if (this.#folders.get(folder)) this.#show({ folder }, findings)
  }

  #show({ folder }: Pick<Folder, 'folder'>, findings: readonly PlacedFinding[]): void {
    const before = this.#findings.get(folder) ?? []
    this.#findings.set(folder, findings)
    const byPath = Map.groupBy(findings, ({ path }) => path)
    for (const path of new Set([...before.map(({ path }) => path), ...byPath.keys()]))
      this.#collection.set(
        vscode.Uri.file(path),
        (byPath.get(path) ?? []).map((finding) => this.#diagnostic(finding)),
      )
  }

  /** How many findings all folders have. */
  get count(): number {
    return [...this.#findings.values()].reduce((sum, findings) => sum + findings.length, 0)
  }

  #diagnostic(finding: PlacedFinding): vscode.Diagnostic {
    const { severity, code, message, related = [], relatedPaths } = finding
    const diagnostic = new vscode.Diagnostic(rangeOf(finding), message, severities[severity])
    diagnostic.source = 'Netlatch'
    diagnostic.code = { value: code, target: this.#documentation.with({ fragment: code }) }
    diagnostic.relatedInformation = related.map((other, index) => {
      const at = new vscode.Position(other.at.line - 1, other.at.column - 1)
      const location = new vscode.Location(vscode.Uri.file(relatedPaths[index] ?? finding.path), at)
      return new vscode.DiagnosticRelatedInformation(location, other.message)
    })
    return diagnostic
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    _context?: vscode.CodeActionContext,
    token?: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return []
    const path = document.uri.fsPath
    const here = () => (this.#findings.get(folder.folder) ?? []).filter((finding) => finding.path === path)
    await this.#folders.settled(document)
    if (token?.isCancellationRequested) return []
    // Offered is what the text has now: another line than the one that was found would be changed.
    if (here().some(({ version }) => !isCurrent(document, version))) await this.check(folder)
    return here()
      .filter((finding) => rangeOf(finding).intersection(range))
      .flatMap((finding) => this.#actions(folder, finding))
  }

  #actions({ folder }: Folder, finding: PlacedFinding): readonly vscode.CodeAction[] {
    const { path, at, endColumn, version, fixes, code } = finding
    const offered = fixes.filter((fix) => vscode.workspace.isTrusted || !needsTrust(fix))
    return titledFixes(offered, code).map(({ title, isPreferred, fix }) => {
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
      action.isPreferred = isPreferred
      action.diagnostics = [this.#diagnostic(finding)]
      const { line, column } = at
      const found = { folder, path, line, column, endColumn, ...(version !== undefined && { version }) }
      const request: FixRequest = { ...found, fix }
      action.command = { title, command: 'netlatch.applyFix', arguments: [request] }
      return action
    })
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    for (const subscription of this.#subscriptions) subscription.dispose()
    this.#collection.dispose()
  }
}

function rangeOf({ at, endColumn }: Pick<PlacedFinding, 'at' | 'endColumn'>): vscode.Range {
  return new vscode.Range(at.line - 1, at.column - 1, at.line - 1, endColumn - 1)
}
