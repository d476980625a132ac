import * as vscode from 'vscode'
import { whereOf } from './actions/logins.ts'
import type { App } from './app.ts'
import { runLimits, setting } from './settings.ts'

/** Devices as tests, for those who switch it on: a run logs in to them. */
export class TestExplorer implements vscode.Disposable {
  readonly #app: App
  #controller: vscode.TestController | undefined
  readonly #subscriptions: vscode.Disposable[]

  constructor(app: App) {
    this.#app = app
    this.#subscriptions = [
      app.folders.onDidChange(() => void this.update().catch(() => undefined)),
      app.folders.onDidClose(({ folder }) => this.#forget(folder)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('netlatch.testExplorer')) void this.update().catch(() => undefined)
      }),
    ]
  }

  get items(): number {
    return this.#controller?.items.size ?? 0
  }

  async update(): Promise<void> {
    if (!setting<boolean>('testExplorer.enabled') || !vscode.workspace.isTrusted) {
      this.#controller?.dispose()
      this.#controller = undefined
      return
    }
    const controller = this.#controller ?? this.#create()
    this.#controller = controller
    for (const { folder } of this.#app.folders.all) {
      const devices = await this.#app.services.language.call('devices', { folder })
      for (const { name, path, line } of devices.filter(({ status }) => status === 'active')) {
        const id = JSON.stringify([folder, name])
        if (controller.items.get(id)) continue
        const item = controller.createTestItem(id, name, vscode.Uri.file(path))
        item.range = new vscode.Range(line - 1, 0, line - 1, 0)
        controller.items.add(item)
      }
    }
  }

  #forget(folder: string): void {
    for (const [id] of this.#controller?.items ?? [])
      if ((JSON.parse(id) as [string, string])[0] === folder) this.#controller?.items.delete(id)
  }

  #create(): vscode.TestController {
    const controller = vscode.tests.createTestController('netlatch', 'Netlatch devices')
    controller.createRunProfile('Test Login', vscode.TestRunProfileKind.Run, (request, token) =>
      this.#run(controller, request, token),
    )
    return controller
  }

  async #run(
    controller: vscode.TestController,
    { include }: vscode.TestRunRequest,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const run = controller.createTestRun(new vscode.TestRunRequest(include))
    const items = include ?? [...controller.items].map(([, item]) => item)
    try {
      for (const item of items) {
        if (token.isCancellationRequested) break
        await this.#test(run, item)
      }
    } finally {
      run.end()
    }
  }

  async #test(run: vscode.TestRun, item: vscode.TestItem): Promise<void> {
    const [key, name] = JSON.parse(item.id) as [string, string]
    const folder = this.#app.folders.get(key)
    if (!folder) return run.skipped(item)
    run.started(item)
    const outcome = await this.#app.unlocking.with(folder, () =>
      this.#app.runs.start({
        folder,
        title: `Test ${name}`,
        names: [name],
        work: (options) =>
          this.#app.services.operations.call(
            'test',
            { ...whereOf(folder), target: { devices: [name] }, limits: runLimits(folder) },
            options,
          ),
      }),
    )
    const [result] = outcome?.results ?? []
    if (!result) run.skipped(item)
    else if (result.outcome === 'success') run.passed(item, result.durationMs)
    else run.failed(item, new vscode.TestMessage(`${result.message}. ${result.advice}`), result.durationMs)
  }

  dispose(): void {
    this.#controller?.dispose()
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}
