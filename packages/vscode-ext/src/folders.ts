import { isAbsolute, join } from 'node:path'
import * as vscode from 'vscode'
import type { FileKind } from './service/file-view.ts'
import type { OpenedWorkspace } from './service/language-methods.ts'
import { ServiceError } from './service/rpc.ts'
import type { Services } from './services.ts'
import { setting } from './settings.ts'
import { UnreadTexts } from './unread-texts.ts'

/** A workspace folder of the window that holds a Netlatch workspace. */
export interface Folder extends OpenedWorkspace {
  /** How the services call it. */
  readonly folder: string
  readonly name: string
  readonly workspaceFolder?: string
}

export const documentKinds: vscode.DocumentSelector = [{ language: 'yaml', scheme: 'file' }]

/** The Netlatch workspaces of this window, opened and kept in step with what is typed and saved. */
export class Folders implements vscode.Disposable {
  readonly #services: Services
  readonly #log: vscode.LogOutputChannel
  readonly #open = new Map<string, Folder>()
  readonly #watchers = new Map<string, vscode.Disposable>()
  readonly #changed = new vscode.EventEmitter<Folder>()
  readonly #closed = new vscode.EventEmitter<Folder>()
  readonly #unread = new UnreadTexts()
  readonly #subscriptions: vscode.Disposable[]
  #opening = Promise.resolve()
  /** How long the last reading took: a large file is read again less eagerly. */
  #lastReadMs = 0

  constructor(services: Services, log: vscode.LogOutputChannel) {
    this.#services = services
    this.#log = log
    this.#subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.openAll()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.openAll()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#typed(document)
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (document.isDirty) this.#typed(document)
      }),
      vscode.workspace.onDidCloseTextDocument((document) => void this.#drop(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#saved(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('netlatch.workspaceFolder')) void this.openAll()
        else if (event.affectsConfiguration('netlatch')) for (const folder of this.all) this.#changed.fire(folder)
      }),
    ]
  }

  /** Fires when the files or the results of a folder are other than they were. */
  get onDidChange(): vscode.Event<Folder> {
    return this.#changed.event
  }

  /** Fires when a folder is none of this window any more, or no workspace: what was shown of it goes. */
  get onDidClose(): vscode.Event<Folder> {
    return this.#closed.event
  }

  get all(): readonly Folder[] {
    return [...this.#open.values()]
  }

  /** The folder that a file of ours belongs to. */
  ofPath(path: string): Folder | undefined {
    return this.all.find(({ files }) => files.some((file) => file.path === path))
  }

  ofDocument(document: vscode.TextDocument | undefined): Folder | undefined {
    return document?.uri.scheme === 'file' ? this.ofPath(document.uri.fsPath) : undefined
  }

  /** Which of our own files a path is; undefined also for another tool's inventory. */
  kindOf(path: string): FileKind | undefined {
    return this.ofPath(path)?.files.find((file) => file.path === path)?.kind
  }

  get(folder: string): Folder | undefined {
    return this.#open.get(folder)
  }

  /** A person's choice where there are several. */
  async choose(): Promise<Folder | undefined> {
    const own = this.ofDocument(vscode.window.activeTextEditor?.document)
    if (own || this.all.length < 2) return own ?? this.all[0]
    const picked = await vscode.window.showQuickPick(
      this.all.map((folder) => ({ label: folder.name, description: folder.root, folder })),
      { placeHolder: 'Workspace' },
    )
    return picked?.folder
  }

  /** One after the other: what was seen before must not close what has come since. */
  openAll(): Promise<void> {
    this.#opening = this.#opening
      .then(() => this.#openEach())
      .catch((error: unknown) => this.#log.error(`The folders could not be opened: ${String(error)}`))
    return this.#opening
  }

  async #openEach(): Promise<void> {
    const wanted = vscode.workspace.workspaceFolders ?? []
    for (const folder of this.#open.keys())
      if (!wanted.some(({ uri }) => uri.fsPath === folder)) await this.#close(folder)
    await Promise.all(wanted.filter(({ uri }) => uri.scheme === 'file').map((folder) => this.#openOne(folder)))
    await vscode.commands.executeCommand('setContext', 'netlatch.hasWorkspace', this.all.length > 0)
    await vscode.commands.executeCommand(
      'setContext',
      'netlatch.files',
      this.all.flatMap(({ files }) => files.map(({ path }) => path)),
    )
  }

  async #openOne({ uri, name }: vscode.WorkspaceFolder): Promise<void> {
    const folder = uri.fsPath
    const named = setting<string>('workspaceFolder', uri)
    const isTrusted = vscode.workspace.isTrusted
    const workspaceFolder = named && isTrusted ? (isAbsolute(named) ? named : join(folder, named)) : undefined
    try {
      const opened = await this.#services.language.call('open', { folder, isTrusted, workspaceFolder })
      if (!opened) return await this.#close(folder)
      this.#keep({ ...opened, folder, name, ...(workspaceFolder && { workspaceFolder }) })
      for (const document of vscode.workspace.textDocuments) if (document.isDirty) this.#typed(document)
      this.#log.info(`Opened ${name}: ${opened.devices} devices`)
    } catch (error) {
      this.#log.error(`${name} could not be opened: ${error instanceof Error ? error.message : String(error)}`)
      await this.#close(folder)
    }
  }

  #keep(folder: Folder): void {
    this.#open.set(folder.folder, folder)
    this.#watch(folder)
    this.#changed.fire(folder)
  }

  #watch({ folder, root }: Folder): void {
    if (this.#watchers.has(folder)) return
    const watchers = ['**/*.{yaml,yml}', '**/known_hosts'].map((pattern) =>
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), pattern)),
    )
    const changed = (uri: vscode.Uri) => {
      if (!/[/\\]\.netlatch[/\\]|backups\.git/.test(uri.fsPath)) void this.#changedOnDisk(folder)
    }
    for (const watcher of watchers) {
      watcher.onDidChange(changed)
      watcher.onDidCreate(changed)
      watcher.onDidDelete(changed)
    }
    this.#watchers.set(folder, vscode.Disposable.from(...watchers))
  }

  async #changedOnDisk(folder: string): Promise<void> {
    try {
      await this.reload(folder)
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'WORKSPACE_MISSING') return this.openAll()
      // A folder that was closed meanwhile is not read.
      if (this.#open.has(folder)) this.#log.error(`${folder} could not be read: ${String(error)}`)
    }
  }

  /** The files on the disk changed. */
  async reload(folder: string): Promise<void> {
    const known = this.#open.get(folder)
    if (!known) return
    if (this.#services.hasOperations) void this.#services.operations.call('filesChanged', { folder })
    const opened = await this.#services.language.call('reload', { folder })
    this.#keep({ ...known, ...opened })
  }

  /** Results of a folder changed. */
  touch(folder: string): void {
    const known = this.#open.get(folder)
    if (known) this.#changed.fire(known)
  }

  #typed(document: vscode.TextDocument): void {
    const folder = this.ofDocument(document)
    if (!folder) return
    const pauseMs = Math.min(2_000, Math.max(200, this.#lastReadMs))
    this.#unread.typed(document.uri.fsPath, pauseMs, () => this.#send(folder, document))
  }

  async #send(folder: Folder, document: vscode.TextDocument): Promise<void> {
    // What was closed is the disk's again.
    if (document.isClosed) return
    const { fsPath: path } = document.uri
    const started = performance.now()
    const text = { path, text: document.getText(), version: document.version }
    await this.#services.language.call('setText', { folder: folder.folder, text }).catch((error: unknown) => {
      this.#log.error(`${path} could not be read: ${String(error)}`)
    })
    this.#lastReadMs = performance.now() - started
    this.#changed.fire(folder)
  }

  /** Resolves when what is typed has been read. */
  settled(document: vscode.TextDocument): Promise<void> {
    return this.#unread.settled([document.uri.fsPath])
  }

  /** The same for all files of a folder: a change is planned on all of them. */
  allSettled({ files }: Folder): Promise<void> {
    return this.#unread.settled(files.map(({ path }) => path))
  }

  async #drop(document: vscode.TextDocument): Promise<void> {
    const folder = this.ofDocument(document)
    if (!folder) return
    await this.#services.language.call('dropText', { folder: folder.folder, path: document.uri.fsPath })
    this.#changed.fire(folder)
  }

  #saved(document: vscode.TextDocument): void {
    const folder = this.ofDocument(document)
    if (folder && this.#services.hasOperations)
      void this.#services.operations.call('filesChanged', { folder: folder.folder })
    const isNew = /(?:^|[/\\])(?:netlatch|inventory)\.ya?ml$/.test(document.uri.fsPath)
    if (!folder && isNew && document.uri.scheme === 'file') void this.openAll()
  }

  async #close(folder: string): Promise<void> {
    const known = this.#open.get(folder)
    if (!known) return
    this.#open.delete(folder)
    this.#watchers.get(folder)?.dispose()
    this.#watchers.delete(folder)
    this.#closed.fire(known)
    await this.#services.language.call('close', { folder })
  }

  dispose(): void {
    this.#unread[Symbol.dispose]()
    for (const watcher of this.#watchers.values()) watcher.dispose()
    for (const subscription of this.#subscriptions) subscription.dispose()
    this.#changed.dispose()
    this.#closed.dispose()
  }
}
