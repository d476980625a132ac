import * as vscode from 'vscode'
import type { App } from './app.ts'
import type { Folder } from './folders.ts'

type Told = Readonly<Record<string, readonly string[]>>

const toldKey = 'netlatch.toldQuarantines'

/**
 * Tells, once, that another program quarantined a credential: the command line or n8n, also while this window was closed. Runs of
 * this window tell what came of them themselves.
 */
export class QuarantineNotices implements vscode.Disposable {
  readonly #app: App
  readonly #subscription: vscode.Disposable
  #looking: Promise<void> = Promise.resolve()

  constructor(app: App) {
    this.#app = app
    this.#subscription = app.folders.onDidChange((folder) => {
      // One after the other, so that none is told twice. A folder that was closed meanwhile has nothing to tell.
      this.#looking = this.#looking.then(() => this.#look(folder)).catch(() => undefined)
    })
  }

  async #look(folder: Folder): Promise<void> {
    if (!vscode.workspace.isTrusted) return
    const { services, context, runs } = this.#app
    const found = await services.language.call('quarantined', { folder: folder.folder })
    const all = context.workspaceState.get<Told>(toldKey, {})
    const told = all[folder.folder]
    const keyed = found.map(({ credential, since }) => ({
      credential,
      since,
      key: `${credential} ${since.toISOString()}`,
    }))
    const keys = keyed.map(({ key }) => key)
    if (told?.length === keys.length && keys.every((key) => told.includes(key))) return
    await context.workspaceState.update(toldKey, { ...all, [folder.folder]: keys })
    // What was there when this folder was seen for the first time is nothing new.
    const news = told ? keyed.filter(({ key }) => !told.includes(key)) : []
    const names = news.filter(({ since }) => !runs.wasRunning(folder, since)).map(({ credential }) => credential)
    // Nobody waits until a person has closed it.
    if (names.length > 0) void tell(folder, names)
  }

  dispose(): void {
    this.#subscription.dispose()
  }
}

async function tell({ folder }: Folder, names: readonly string[]): Promise<void> {
  const [only] = names.length === 1 ? names : []
  const text = `${names.join(', ')} ${only === undefined ? 'are' : 'is'} quarantined: refused where it had worked.`
  const rest = 'Nothing is sent with it until its secret is changed or it is released.'
  const answer = await vscode.window.showWarningMessage(
    `${text} ${rest}`,
    ...['Show', ...(only === undefined ? [] : ['Release Credential'])],
  )
  if (answer === 'Show') await vscode.commands.executeCommand('netlatch.credentials.focus')
  if (answer === 'Release Credential')
    await vscode.commands.executeCommand('netlatch.releaseCredential', { folder, credential: only })
}
