import * as vscode from 'vscode'
import type { Folder } from '../folders.ts'
import { ServiceError } from '../service/rpc.ts'
import type { Services } from '../services.ts'
import { setting } from '../settings.ts'
import { requireTrust } from '../trust.ts'

type LockState = 'unknown' | 'unlocked' | 'locked'

/**
 * How the vault is opened from this window: with the identity file and environment as the command line does, with an identity
 * kept in the editor's secret storage, or with what a person types. It locks after a while without use.
 */
export class Unlocking implements vscode.Disposable {
  readonly #services: Services
  readonly #secrets: vscode.SecretStorage
  readonly #states = new Map<string, LockState>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** Those that a person locked: they are not opened again without a question. */
  readonly #lockedByPerson = new Set<string>()
  readonly #changed = new vscode.EventEmitter<void>()

  constructor(services: Services, secrets: vscode.SecretStorage) {
    this.#services = services
    this.#secrets = secrets
  }

  get onDidChange(): vscode.Event<void> {
    return this.#changed.event
  }

  stateOf(folder: string): LockState {
    return this.#states.get(folder) ?? 'unknown'
  }

  /** Does what may need the vault; asks for it once when it is locked. Undefined: the person would not unlock it. */
  async with<T>(folder: Folder, work: () => PromiseLike<T>): Promise<T | undefined> {
    requireTrust()
    if (this.stateOf(folder.folder) === 'unknown' && folder.hasVault) await this.#tryStored(folder)
    // A service that was started anew knows nothing of it.
    if (this.#lockedByPerson.has(folder.folder)) await this.#lockOnly(folder)
    try {
      return await this.#used(folder, work)
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'VAULT_LOCKED') throw error
      this.#set(folder.folder, 'locked')
      if (this.#lockedByPerson.has(folder.folder) && !(await askToUnlock(folder))) return undefined
      if (!(await this.unlock(folder, error.message))) return undefined
      return this.#used(folder, work)
    }
  }

  /** A person wants it open: asks for what opens it until it does; false when the person leaves. */
  async unlock(folder: Folder, why?: string): Promise<boolean> {
    requireTrust()
    if (await this.#tryStored(folder)) return true
    const typed = await vscode.window.showInputBox({
      title: `Unlock the vault of ${folder.name}`,
      prompt: 'An age identity (AGE-SECRET-KEY-…) or the passphrase. It is kept in the secret storage of VS Code.',
      password: true,
      ignoreFocusOut: true,
      ...(why !== undefined && { placeHolder: why }),
    })
    if (typed === undefined || typed === '') return false
    try {
      await this.#unlockWith(folder, typed)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const again = await vscode.window.showErrorMessage(message, 'Try Again')
      return again === undefined ? false : this.unlock(folder)
    }
    await this.#secrets.store(keyOf(folder), typed)
    return true
  }

  /** Forgets keys here and in the secret storage; it is opened again only when a person says so. */
  async lock(folder: Folder): Promise<void> {
    if (folder.hasVault) this.#lockedByPerson.add(folder.folder)
    await this.#secrets.delete(keyOf(folder))
    await this.#lockOnly(folder)
  }

  async #lockOnly({ folder }: Folder): Promise<void> {
    await this.#services.operations.call('lock', { folder })
    clearTimeout(this.#timers.get(folder))
    this.#set(folder, 'locked')
  }

  async #tryStored(folder: Folder): Promise<boolean> {
    const stored = await this.#secrets.get(keyOf(folder))
    const attempts = [
      () => this.#call(folder, {}),
      ...(stored === undefined ? [] : [() => this.#unlockWith(folder, stored)]),
    ]
    for (const attempt of attempts) {
      try {
        await attempt()
        this.#set(folder.folder, 'unlocked')
        return true
      } catch (error) {
        // Another key may fit; anything but that is told when the vault is needed.
        if (!(error instanceof ServiceError) || error.code !== 'VAULT_LOCKED') return false
      }
    }
    this.#set(folder.folder, 'locked')
    return false
  }

  async #unlockWith(folder: Folder, typed: string): Promise<void> {
    await this.#call(folder, typed.startsWith('AGE-SECRET-KEY-') ? { identity: typed } : { passphrase: typed })
    this.#set(folder.folder, 'unlocked')
  }

  async #call({ folder, workspaceFolder }: Folder, keys: { identity?: string; passphrase?: string }): Promise<void> {
    const identityFile = setting<string>('vault.identityFile', vscode.Uri.file(folder)) || undefined
    await this.#services.operations.call('unlock', { folder, workspaceFolder, keys: { identityFile, ...keys } })
  }

  async #used<T>(folder: Folder, work: () => PromiseLike<T>): Promise<T> {
    try {
      return await work()
    } finally {
      this.#waitToLock(folder)
    }
  }

  #waitToLock(folder: Folder): void {
    clearTimeout(this.#timers.get(folder.folder))
    const minutes = setting<number>('vault.autoLockMinutes', vscode.Uri.file(folder.folder))
    if (minutes <= 0 || this.stateOf(folder.folder) !== 'unlocked') return
    const lock = async () => {
      const isBusy = await this.#services.operations.call('isBusy', { folder: folder.folder })
      if (isBusy) this.#waitToLock(folder)
      else await this.#lockOnly(folder)
    }
    // When the service is gone, so are the keys.
    const timer = setTimeout(() => void lock().catch(() => undefined), minutes * 60_000)
    timer.unref?.()
    this.#timers.set(folder.folder, timer)
  }

  #set(folder: string, state: LockState): void {
    if (state === 'unlocked') this.#lockedByPerson.delete(folder)
    if (this.stateOf(folder) === state) return
    this.#states.set(folder, state)
    void vscode.commands.executeCommand('setContext', 'netlatch.locked', [...this.#states.values()].includes('locked'))
    this.#changed.fire()
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#changed.dispose()
  }
}

/** The identity file would open it in silence, and it was locked on purpose. */
async function askToUnlock({ name }: Folder): Promise<boolean> {
  const question = `Unlock the vault of ${name}? It was locked in this window.`
  return (await vscode.window.showWarningMessage(question, 'Unlock Vault')) !== undefined
}

function keyOf({ root }: Folder): string {
  return `netlatch.unlock:${root}`
}
