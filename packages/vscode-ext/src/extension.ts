import * as vscode from 'vscode'
import { followRename } from './actions/credentials.ts'
import { offerInventories } from './actions/found-inventory.ts'
import { registerCommands } from './actions/register-commands.ts'
import { Runs } from './actions/runs.ts'
import { Unlocking } from './actions/unlocking.ts'
import type { App } from './app.ts'
import { Documents } from './documents.ts'
import { InlineDrawer } from './editor/draw-inline.ts'
import { Hovers } from './editor/hovers.ts'
import { Lenses } from './editor/lenses.ts'
import { Names } from './editor/names.ts'
import { Problems } from './editor/problems.ts'
import { YamlSchemas } from './editor/yaml-schemas.ts'
import { documentKinds, Folders } from './folders.ts'
import { registerLanguageTools } from './language-tools.ts'
import { Milestones } from './milestones.ts'
import { QuarantineNotices } from './quarantine-notices.ts'
import type { ChangedNotice } from './service/language-methods.ts'
import { Services } from './services.ts'
import { TestExplorer } from './test-explorer.ts'
import { CoveragePanels } from './views/coverage-panel.ts'
import { CredentialsView } from './views/credentials-view.ts'
import { DevicesView } from './views/devices-view.ts'
import { StatusItem } from './views/status-item.ts'

/** For tests that run inside the editor: what cannot be read back from VS Code's own API. */
export interface NetlatchApi {
  readonly app: App
  readonly devices: DevicesView
  readonly credentials: CredentialsView
  readonly status: StatusItem
  readonly tests: TestExplorer
  readonly drawer: InlineDrawer
  readonly milestones: Milestones
}

const restartAfterMs = 30_000

/** Joins everything. Nothing here connects, opens the vault or makes a file. */
export async function activate(context: vscode.ExtensionContext): Promise<NetlatchApi> {
  const log = vscode.window.createOutputChannel('Netlatch', { log: true })
  const started = { at: 0 }
  const services = new Services(context.extensionPath, {
    onNotice: ({ folder }: ChangedNotice) => folders.touch(folder),
    onExit: (role, why) => {
      log.error(`The ${role} service ended: ${why}`)
      // The next question starts it again; what it knew of open folders is told to it anew.
      // One that ends again and again is left: a person reads the log.
      if (role === 'language' && Date.now() - started.at > restartAfterMs) {
        started.at = Date.now()
        void folders.openAll()
      }
    },
  })
  const folders = new Folders(services, log)
  const documents = new Documents()
  const unlocking = new Unlocking(services, context.secrets)
  const runs = new Runs(services, folders, log)
  const app: App = { context, log, services, folders, documents, unlocking, runs }

  const drawer = new InlineDrawer(services, folders)
  const lenses = new Lenses(services, folders)
  const problems = new Problems(services, folders, vscode.Uri.joinPath(context.extensionUri, 'README.md'))
  const schemas = new YamlSchemas(services, folders)
  const names = new Names(services, folders, schemas, (folder, credentials, from, to) =>
    followRename(app, { folder, credentials, from, to }),
  )
  const devices = new DevicesView(services, folders, context.workspaceState)
  const credentials = new CredentialsView(services, folders)
  const status = new StatusItem(app)
  const coverage = new CoveragePanels(app)
  const tests = new TestExplorer(app)
  const notices = new QuarantineNotices(app)
  const milestones = new Milestones(app)

  context.subscriptions.push(
    ...[log, services, folders, documents, unlocking, runs],
    ...[drawer, lenses, problems, devices, credentials, status, coverage, tests, notices, milestones],
    vscode.languages.registerCodeLensProvider(documentKinds, lenses),
    vscode.languages.registerHoverProvider(documentKinds, new Hovers(services, folders)),
    vscode.languages.registerCompletionItemProvider(documentKinds, names, ' ', '[', ',', '-', ':'),
    vscode.languages.registerDefinitionProvider(documentKinds, names),
    vscode.languages.registerReferenceProvider(documentKinds, names),
    vscode.languages.registerRenameProvider(documentKinds, names),
    vscode.languages.registerDocumentSymbolProvider(documentKinds, names, { label: 'Netlatch' }),
    vscode.languages.registerFoldingRangeProvider(documentKinds, names),
    vscode.languages.registerCodeActionsProvider(documentKinds, problems, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    registerCommands({ app, problems, devices, coverage, createWorkspace: () => createWorkspace(app) }),
    registerLanguageTools(app),
    followCursor(app),
    offerInventories(app, devices.view),
  )
  await folders.openAll()
  drawer.redrawAll()
  const offer = () => schemas.offer().catch((error: unknown) => log.error(`Schemas for YAML: ${String(error)}`))
  context.subscriptions.push(vscode.extensions.onDidChange(offer))
  // Nobody waits for another extension.
  void offer()
  return { app, devices, credentials, status, tests, drawer, milestones }
}

/** Keeps `netlatch.atDevice` for keybindings and menus. */
function followCursor({ folders, services }: App): vscode.Disposable {
  const update = async ({ document, selection }: vscode.TextEditor) => {
    const folder = folders.ofDocument(document)
    const at = { path: document.uri.fsPath, line: selection.active.line + 1 }
    const name = folder && (await services.language.call('deviceAt', { folder: folder.folder, ...at }))
    await vscode.commands.executeCommand('setContext', 'netlatch.atDevice', name !== undefined)
  }
  let timer: NodeJS.Timeout | undefined
  const subscription = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
    clearTimeout(timer)
    timer = setTimeout(() => void update(textEditor).catch(() => undefined), 100)
  })
  return vscode.Disposable.from(subscription, { dispose: () => clearTimeout(timer) })
}

async function createWorkspace({ services, folders }: App): Promise<void> {
  const [first] = vscode.workspace.workspaceFolders ?? []
  const [picked] = first
    ? [first.uri]
    : ((await vscode.window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        openLabel: 'Create Here',
      })) ?? [])
  if (!picked) return
  await services.operations.call('createWorkspace', { folder: picked.fsPath })
  await folders.openAll()
  if (!first) await vscode.commands.executeCommand('vscode.openFolder', picked)
  else await vscode.window.showTextDocument(vscode.Uri.joinPath(picked, 'inventory.yaml'))
}
