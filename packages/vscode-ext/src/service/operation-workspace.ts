import { homedir } from 'node:os'
import { findVaultKeys, type Netlatch, NetlatchError, openNetlatch, Secret, type VaultKeys } from '@netlatch/core'

/** What opens the vault, as the editor's side gives it; nothing: identity file and environment, as the command line has them. */
export interface UnlockWith {
  readonly identityFile?: string | undefined
  /** From the editor's secret storage or a prompt: an age identity, or a passphrase. */
  readonly identity?: string | undefined
  readonly passphrase?: string | undefined
}

/**
 * One folder that is worked on: its Netlatch is opened at the first use, again after its files changed, and again after the
 * vault was locked. What runs keeps the one that it began with.
 */
export class OperationWorkspace implements AsyncDisposable {
  readonly #folder: string
  readonly #workspaceFolder: string | undefined
  #current: { readonly opening: Promise<Netlatch>; users: number; isOver: boolean } | undefined
  #unlock: UnlockWith = {}
  #isLocked = false

  constructor(folder: string, workspaceFolder: string | undefined) {
    this.#folder = folder
    this.#workspaceFolder = workspaceFolder
  }

  /** Hands out the open workspace for the length of `fn`. Throws VAULT_LOCKED, INPUT_INVALID … */
  async use<T>(fn: (netlatch: Netlatch) => Promise<T>, { allowProblems = false } = {}): Promise<T> {
    this.#current ??= { opening: this.#open(), users: 0, isOver: false }
    const entry = this.#current
    entry.users += 1
    try {
      const netlatch = await entry.opening
      const [first] = netlatch.problems.filter(({ severity }) => severity === 'error')
      if (first && !allowProblems)
        throw new NetlatchError('INPUT_INVALID', `${first.at.file}:${first.at.line}: ${first.message}.`, {
          at: first.at,
          advice: first.advice ?? 'Correct it first.',
        })
      return await fn(netlatch)
    } finally {
      entry.users -= 1
      if (entry.isOver && entry.users === 0) void close(entry.opening)
      if ((await entry.opening.catch(() => undefined)) === undefined && this.#current === entry)
        this.#current = undefined
    }
  }

  get isBusy(): boolean {
    return (this.#current?.users ?? 0) > 0
  }

  /** Opens the vault with these keys. Throws VAULT_LOCKED when they do not fit. */
  async unlock(keys: UnlockWith): Promise<{ readonly fingerprint: string }> {
    this.#unlock = keys
    this.#isLocked = false
    this.#leave()
    return this.use(async (netlatch) => ({ fingerprint: (await netlatch.vault()).fingerprint }), {
      allowProblems: true,
    })
  }

  /** Forgets the keys and what they opened. What runs goes on with what it has. */
  lock(): void {
    this.#isLocked = true
    this.#unlock = {}
    this.#leave()
  }

  #open(): Promise<Netlatch> {
    return openNetlatch({
      cwd: this.#folder,
      env: process.env,
      program: 'vscode',
      allowProblems: true,
      keys: () => this.#keys(),
      ...(this.#workspaceFolder && { workspace: this.#workspaceFolder }),
    })
  }

  async #keys(): Promise<VaultKeys> {
    if (this.#isLocked) return { identities: [], lookedIn: ['nowhere: it was locked here'] }
    const { identity, passphrase, identityFile } = this.#unlock
    if (passphrase !== undefined) return { passphrase: new Secret(passphrase) }
    return identity === undefined
      ? findVaultKeys({ env: process.env, home: homedir(), identityFile })
      : findVaultKeys({ env: { NETLATCH_IDENTITY: identity }, home: homedir() })
  }

  /** The files are not what was read any more. */
  filesChanged(): void {
    this.#leave()
  }

  #leave(): void {
    const entry = this.#current
    this.#current = undefined
    if (!entry) return
    entry.isOver = true
    if (entry.users === 0) void close(entry.opening)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entry = this.#current
    this.#current = undefined
    if (entry) await close(entry.opening)
  }
}

/** What never opened needs no closing, and its failure was told to whoever asked. */
async function close(opening: Promise<Netlatch>): Promise<void> {
  const netlatch = await opening.catch(() => undefined)
  await netlatch?.[Symbol.asyncDispose]()
}
