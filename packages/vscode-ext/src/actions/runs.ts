import type { DeviceResult } from '@netlatch/core'
import * as vscode from 'vscode'
import type { Folder, Folders } from '../folders.ts'
import type { RunOutcome } from '../service/operation-scope.ts'
import type { Services } from '../services.ts'
import { setting } from '../settings.ts'

interface Running {
  readonly folder: string
  readonly names: Set<string>
  readonly total: number
  done: number
  readonly stop: AbortController
}

export interface RunRequest {
  readonly folder: Folder
  /** For people: `Test logins`. */
  readonly title: string
  /** Devices that it is about, as far as that is known before. */
  readonly names: readonly string[]
  readonly work: (options: {
    signal: AbortSignal
    onEvent: (event: RunEvent) => void
  }) => Promise<RunOutcome | undefined>
}

export interface RunEvent {
  readonly type: 'result'
  readonly result: DeviceResult
}

const drawEveryMs = 150
const mostSpans = 100

/** Operations that go on: progress in the Devices view, results as they come, one notification at the end where a person is needed. */
export class Runs implements vscode.Disposable {
  readonly #services: Services
  readonly #folders: Folders
  readonly #log: vscode.LogOutputChannel
  readonly #running = new Set<Running>()
  /** When runs of this window went on, the latest last. */
  readonly #spans: { readonly folder: string; readonly from: Date; to: Date | undefined }[] = []
  readonly #changed = new vscode.EventEmitter<void>()

  constructor(services: Services, folders: Folders, log: vscode.LogOutputChannel) {
    this.#services = services
    this.#folders = folders
    this.#log = log
  }

  get onDidChange(): vscode.Event<void> {
    return this.#changed.event
  }

  /** How far everything that runs is. */
  get progress(): { readonly done: number; readonly total: number } | undefined {
    if (this.#running.size === 0) return undefined
    const all = [...this.#running]
    return { done: sum(all.map(({ done }) => done)), total: sum(all.map(({ total }) => total)) }
  }

  /** A run of this window went on in a folder at that time; the latest ones are known. */
  wasRunning({ folder }: Folder, at: Date): boolean {
    return this.#spans.some((span) => span.folder === folder && at >= span.from && (!span.to || at <= span.to))
  }

  stopAll(): void {
    for (const { stop } of this.#running) stop.abort()
  }

  /** Runs an operation to its end. Undefined when it did not begin. */
  async start({ folder, title, names, work }: RunRequest): Promise<RunOutcome | undefined> {
    const stop = new AbortController()
    const running: Running = { folder: folder.folder, names: new Set(names), total: names.length, done: 0, stop }
    this.#running.add(running)
    const span = { folder: folder.folder, from: new Date(), to: undefined as Date | undefined }
    this.#spans.splice(0, Math.max(0, this.#spans.length - mostSpans + 1))
    this.#spans.push(span)
    const news: DeviceResult[] = []
    const tell = () => this.#tell(folder, news.splice(0))
    await tell()
    const drawing = setInterval(() => void (news.length > 0 && tell()), drawEveryMs)
    try {
      return await vscode.window.withProgress({ location: { viewId: 'netlatch.devices' }, title }, async () => {
        const outcome = await work({
          signal: stop.signal,
          onEvent: ({ result }) => {
            running.names.delete(result.device)
            running.done += 1
            news.push(result)
            this.#log.debug(`${title}: ${result.message}`)
          },
        })
        if (outcome) {
          this.#log.info(`${title}: ${outcome.text}`)
          void this.#notify(folder, outcome)
        }
        return outcome
      })
    } finally {
      clearInterval(drawing)
      span.to = new Date()
      this.#running.delete(running)
      await tell()
    }
  }

  async #tell(folder: Folder, results: readonly DeviceResult[]): Promise<void> {
    const running = [...this.#running]
      .filter((each) => each.folder === folder.folder)
      .flatMap(({ names }) => [...names])
    await this.#services.language.call('live', { folder: folder.folder, running, results })
    await vscode.commands.executeCommand('setContext', 'netlatch.running', this.#running.size > 0)
    this.#folders.touch(folder.folder)
    this.#changed.fire()
  }

  async #notify(folder: Folder, { needAttention, devices, causes }: RunOutcome): Promise<void> {
    const when = setting<string>('notifications.onFinish', vscode.Uri.file(folder.folder))
    if (when === 'never' || (when === 'whenAttention' && needAttention === 0)) return
    if (needAttention === 0) {
      void vscode.window.showInformationMessage(`${devices} of ${devices} devices done.`)
      return
    }
    const shown = causes.slice(0, 2).map(({ devices: names, text }) => `${names.length} ${text}`)
    const others = sum(causes.slice(2).map(({ devices: names }) => names.length))
    const list = [...shown, ...(others > 0 ? [`${others} others`] : [])].join(', ')
    const needs = needAttention === 1 ? 'needs' : 'need'
    const message = `${needAttention} of ${devices} device${devices === 1 ? '' : 's'} ${needs} attention: ${list}.`
    const answer = await vscode.window.showWarningMessage(message, 'Show', "Don't Show Again")
    if (answer === 'Show') await vscode.commands.executeCommand('netlatch.showCoverage', { folder: folder.folder })
    if (answer === "Don't Show Again")
      await vscode.workspace
        .getConfiguration('netlatch')
        .update('notifications.onFinish', 'never', vscode.ConfigurationTarget.Global)
  }

  dispose(): void {
    this.stopAll()
    this.#changed.dispose()
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
