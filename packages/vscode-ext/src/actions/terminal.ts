import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { Folder } from '../folders.ts'
import type { TerminalEvent, TerminalInput } from '../service/terminal-method.ts'
import { setting } from '../settings.ts'
import { whereOf } from './logins.ts'
import { chooseDevice } from './targets.ts'

/** An interactive session with the credential that core resolves; a fallback only after a question. */
export async function openTerminal(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const scope = vscode.Uri.file(folder.folder)
  const { candidates, excluded } = await app.services.operations.call('explain', { ...whereOf(folder), device })
  const fallback = candidates.length === 0 ? excluded.find(({ kind }) => kind === 'fallback')?.credential : undefined
  if (fallback !== undefined && setting<boolean>('terminal.confirmFallback', scope)) {
    const answer = await vscode.window.showWarningMessage(
      `Open ${device} with ${fallback}?`,
      { modal: true, detail: `No other credential applies. ${fallback} is for emergencies.` },
      `Use ${fallback}`,
    )
    if (answer === undefined) return
  }
  const location =
    setting<string>('terminal.location', scope) === 'editor'
      ? vscode.TerminalLocation.Editor
      : vscode.TerminalLocation.Panel
  const pty = new DevicePty(app, folder, device, fallback)
  vscode.window.createTerminal({ name: device, pty, location, iconPath: new vscode.ThemeIcon('terminal') }).show()
}

/** VS Code's end of a terminal on a device. After the session's end, Enter connects again. */
class DevicePty implements vscode.Pseudoterminal {
  readonly #app: App
  readonly #folder: Folder
  readonly #device: string
  readonly #credential: string | undefined
  readonly #output = new vscode.EventEmitter<string>()
  readonly #closed = new vscode.EventEmitter<void>()
  #send: ((input: TerminalInput) => void) | undefined
  #size = { columns: 80, rows: 24 }
  #isConnected = false
  #stop = new AbortController()

  constructor(app: App, folder: Folder, device: string, credential: string | undefined) {
    this.#app = app
    this.#folder = folder
    this.#device = device
    this.#credential = credential
  }

  get onDidWrite(): vscode.Event<string> {
    return this.#output.event
  }

  get onDidClose(): vscode.Event<void> {
    return this.#closed.event
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    if (dimensions) this.#size = dimensions
    void this.#connect()
  }

  setDimensions(size: vscode.TerminalDimensions): void {
    this.#size = size
    if (this.#isConnected) this.#send?.({ type: 'resize', size: { ...size } })
  }

  handleInput(text: string): void {
    if (this.#isConnected) this.#send?.({ type: 'write', text })
    else if (text === '\r' && !this.#send) void this.#connect()
  }

  close(): void {
    this.#send?.({ type: 'close' })
    this.#stop.abort()
  }

  async #connect(): Promise<void> {
    this.#stop = new AbortController()
    this.#say(`Connecting to ${this.#device}…`)
    try {
      const params = {
        ...whereOf(this.#folder),
        device: this.#device,
        size: { columns: this.#size.columns, rows: this.#size.rows },
        ...(this.#credential !== undefined && { credential: this.#credential }),
      }
      const result = await this.#app.unlocking.with(this.#folder, () =>
        this.#app.services.operations.call('terminal', params, {
          signal: this.#stop.signal,
          onStart: (send) => {
            this.#send = send
          },
          onEvent: (event: TerminalEvent) => this.#take(event),
        }),
      )
      const wasOpen = this.#isConnected
      if (!result) this.#say('The vault is locked.')
      else if (!wasOpen) this.#say(`${result.message}. ${result.advice}`)
      this.#say(`${wasOpen ? '\r\nThe session is over. ' : ''}Press Enter to connect again.`)
    } catch (error) {
      if (!this.#stop.signal.aborted) {
        this.#say(error instanceof Error ? error.message : String(error))
        this.#say('Press Enter to connect again.')
      }
    } finally {
      this.#isConnected = false
      this.#send = undefined
    }
  }

  #take(event: TerminalEvent): void {
    if (event.type === 'data') {
      this.#output.fire(event.text)
      return
    }
    this.#isConnected = true
    this.#say(`Connected to ${event.address} with ${event.credential}.\r\n`)
    // The window may have got another size while the login went on.
    this.#send?.({ type: 'resize', size: { columns: this.#size.columns, rows: this.#size.rows } })
  }

  #say(text: string): void {
    this.#output.fire(`\x1b[2m${text}\x1b[0m\r\n`)
  }
}
