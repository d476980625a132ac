import * as vscode from 'vscode'
import { typingContext } from '../annotate/yaml-context.ts'
import type { Folders } from '../folders.ts'
import type { Place } from '../service/name-methods.ts'
import type { Services } from '../services.ts'
import { asWorkspaceEdit, changedMeanwhile, confirmChanges, requireUnchanged } from './text-edits.ts'
import type { YamlSchemas } from './yaml-schemas.ts'

const symbolKinds: Readonly<Record<string, vscode.SymbolKind>> = {
  device: vscode.SymbolKind.Object,
  group: vscode.SymbolKind.Namespace,
  credential: vscode.SymbolKind.Key,
  realm: vscode.SymbolKind.Module,
  'jump-host': vscode.SymbolKind.Interface,
}

const completionKinds = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  name: vscode.CompletionItemKind.Reference,
}

/** Renames a tag in the vault's records. False: it was not done, and nothing else shall be. */
export type RenameFollower = (
  folder: string,
  credentials: readonly string[],
  from: string,
  to: string,
) => Promise<boolean>

/** Completion, definitions, uses, renaming and outline of the names in a workspace's files. */
export class Names
  implements
    vscode.CompletionItemProvider,
    vscode.DefinitionProvider,
    vscode.ReferenceProvider,
    vscode.RenameProvider,
    vscode.DocumentSymbolProvider,
    vscode.FoldingRangeProvider
{
  readonly #services: Services
  readonly #folders: Folders
  readonly #schemas: YamlSchemas
  /** Credentials that say a renamed tag: their records are sealed, so the vault itself has to follow. */
  readonly #followRename: RenameFollower

  constructor(services: Services, folders: Folders, schemas: YamlSchemas, followRename: RenameFollower) {
    this.#services = services
    this.#folders = folders
    this.#schemas = schemas
    this.#followRename = followRename
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return []
    // Looked for here, in what stands above: the text of 10,000 devices is not handed to the service at each key that is typed.
    const above = document.getText(new vscode.Range(new vscode.Position(0, 0), position))
    const context = typingContext(above, above.length)
    if (!context) return []
    const found = await this.#services.language.call('complete', {
      folder: folder.folder,
      path: document.uri.fsPath,
      context,
      // Where another YAML extension completes by schema, it is left to it.
      withSchema: !this.#schemas.completes(document.uri),
    })
    return found.map(({ label, kind, detail }) => {
      const item = new vscode.CompletionItem(label, completionKinds[kind])
      if (detail !== undefined) item.detail = detail
      if (kind === 'key') item.insertText = `${label}: `
      // Names of this workspace before words of the file.
      item.sortText = `${kind === 'name' ? '0' : '1'}${label}`
      return item
    })
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    const places = await this.#places(document, position)
    const defined = places.filter(({ isDefinition }) => isDefinition)
    return (defined.length > 0 ? defined : places.slice(0, 1)).map(location)
  }

  async provideReferences(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    return (await this.#places(document, position)).map(location)
  }

  async prepareRename(document: vscode.TextDocument, position: vscode.Position) {
    const folder = this.#folders.ofDocument(document)
    await this.#folders.settled(document)
    const found =
      folder &&
      (await this.#services.language.call('nameAt', { folder: folder.folder, at: placeOf(document, position) }))
    if (!found) throw new Error('Devices, groups, tags, sites and roles can be renamed.')
    return { range: location(found).range, placeholder: found.name }
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
  ): Promise<vscode.WorkspaceEdit | undefined> {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return undefined
    const at = placeOf(document, position)
    const { version } = document
    await this.#folders.allSettled(folder)
    // Something was typed while it was read: the name may stand elsewhere.
    if (document.version !== version) throw changedMeanwhile(document)
    const renaming = await this.#services.language.call('rename', { folder: folder.folder, at, to: newName })
    if (!renaming) return undefined
    const { changes, credentials, from, kind } = renaming
    if (!(await confirmChanges(changes))) throw new Error(`Not renamed: ${from} stays in ${changes.length} files.`)
    if (kind === 'tag' && credentials.length > 0) {
      // Before the vault follows, which is written at once.
      await requireUnchanged(changes)
      const isDone = await this.#followRename(folder.folder, credentials, from, newName)
      if (!isDone) throw new Error(`Not renamed: ${credentials.join(', ')} still match by ${from}.`)
    }
    return asWorkspaceEdit(changes)
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const entries = await this.#outline(document)
    return entries.map(({ name, kind, line, column, length, lastLine }) => {
      const own = new vscode.Range(line - 1, column - 1, line - 1, column - 1 + length)
      const end = document.lineAt(Math.min(lastLine ?? document.lineCount, document.lineCount) - 1).range.end
      return new vscode.DocumentSymbol(
        name,
        kind,
        symbolKinds[kind] ?? vscode.SymbolKind.Key,
        new vscode.Range(own.start, end.isAfter(own.end) ? end : own.end),
        own,
      )
    })
  }

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const entries = await this.#outline(document)
    return entries.flatMap(({ line, lastLine }) => {
      const last = lastLine ?? document.lineCount
      return last > line ? [new vscode.FoldingRange(line - 1, last - 1)] : []
    })
  }

  async #outline(document: vscode.TextDocument) {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return []
    await this.#folders.settled(document)
    const entries = await this.#services.language.call('outline', { folder: folder.folder, path: document.uri.fsPath })
    return entries.filter(({ line }) => line <= document.lineCount)
  }

  async #places(document: vscode.TextDocument, position: vscode.Position) {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return []
    await this.#folders.settled(document)
    return this.#services.language.call('places', { folder: folder.folder, at: placeOf(document, position) })
  }
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): Place {
  return { path: document.uri.fsPath, line: position.line + 1, column: position.character + 1 }
}

function location({
  path,
  at,
  length,
}: {
  readonly path: string
  readonly at: { readonly line: number; readonly column: number }
  readonly length: number
}): vscode.Location {
  const range = new vscode.Range(at.line - 1, at.column - 1, at.line - 1, at.column - 1 + length)
  return new vscode.Location(vscode.Uri.file(path), range)
}
