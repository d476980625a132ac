import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type * as vscode from 'vscode'
import type { ChangedNotice, LanguageMethods } from './service/language-methods.ts'
import type { OperationMethods } from './service/operation-methods.ts'
import { ServiceClient } from './service/rpc.ts'
import { requireTrust } from './trust.ts'

interface Running<M extends object> {
  readonly worker: Worker
  readonly client: ServiceClient<M & { closeAll(_: object): Promise<void> }>
}

/**
 * The two workers. One reads files and results as people type; the other one, started at the first action, holds the vault and
 * connects: neither waits for the other, and neither holds up the editor.
 */
export class Services implements vscode.Disposable {
  readonly #script: string
  readonly #onNotice: (notice: ChangedNotice) => void
  readonly #onExit: (role: string, why: string) => void
  #language: Running<LanguageMethods> | undefined
  #operations: Running<OperationMethods> | undefined

  constructor(
    extensionPath: string,
    { onNotice, onExit }: { onNotice: (notice: ChangedNotice) => void; onExit: (role: string, why: string) => void },
  ) {
    this.#script = join(extensionPath, 'service.js')
    this.#onNotice = onNotice
    this.#onExit = onExit
  }

  get language(): ServiceClient<LanguageMethods> {
    this.#language ??= this.#start<LanguageMethods>('language', () => {
      this.#language = undefined
    })
    return this.#language.client
  }

  /** Throws in a window that is not trusted: there is no other way to the vault, to the state's writers and to devices. */
  get operations(): ServiceClient<OperationMethods> {
    requireTrust()
    this.#operations ??= this.#start<OperationMethods>('operations', () => {
      this.#operations = undefined
    })
    return this.#operations.client
  }

  get hasOperations(): boolean {
    return this.#operations !== undefined
  }

  #start<M extends object>(role: 'language' | 'operations', onGone: () => void): Running<M> {
    // Warnings of the runtime (SQLite is experimental in Node 22) are nothing for the window's console.
    const worker = new Worker(this.#script, { workerData: role, execArgv: ['--disable-warning=ExperimentalWarning'] })
    const client: Running<M>['client'] = new ServiceClient(worker, (notice) => this.#onNotice(notice as ChangedNotice))
    let why = 'it ended'
    worker.on('error', (error) => {
      why = error.message
    })
    worker.on('exit', () => {
      onGone()
      client.fail(`The ${role} service ended: ${why}.`)
      this.#onExit(role, why)
    })
    return { worker, client }
  }

  async close(): Promise<void> {
    const running = [this.#language, this.#operations]
    await Promise.all(
      running.map(async (each) => {
        if (!each) return
        each.worker.removeAllListeners('exit')
        // A worker that does not end well is ended.
        await Promise.race([
          (each.client as ServiceClient<{ closeAll(_: object): Promise<void> }>)
            .call('closeAll', {})
            .catch(() => undefined),
          new Promise((resolve) => setTimeout(resolve, 3_000)),
        ])
        await each.worker.terminate()
      }),
    )
  }

  dispose(): void {
    void this.close()
  }
}
