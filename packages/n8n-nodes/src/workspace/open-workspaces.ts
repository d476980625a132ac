import type { Netlatch } from '@netlatch/core'

interface Entry {
  readonly opening: Promise<Netlatch>
  users: number
  /** Others have taken its place: it is closed when its last user is done. */
  isRetired: boolean
  stopTimer?: () => void
}

/** An open workspace for as long as somebody works with it. */
export interface WorkspaceLease extends AsyncDisposable {
  readonly netlatch: Netlatch
  /** Ends with the connections closed where nobody else works with it, instead of kept for the next node. */
  closeConnections(): void
}

/**
 * Workspaces that stay open between the nodes of a process, with their connections. One whose files have changed is opened
 * anew; one that nobody used for a while is closed.
 */
export class OpenWorkspaces {
  readonly #entries = new Map<string, Entry>()
  readonly #idleMs: number

  constructor({ idleMs = 60_000 }: { readonly idleMs?: number } = {}) {
    this.#idleMs = idleMs
  }

  /** `key` names all that decides how it is opened. */
  async lease(key: string, open: () => Promise<Netlatch>): Promise<WorkspaceLease> {
    const entry = (await this.#current(key)) ?? this.#open(key, open)
    entry.users++
    entry.stopTimer?.()
    let isOver = false
    let keep = true
    const end = async () => {
      if (isOver) return
      isOver = true
      entry.users--
      if (entry.users > 0) return
      if (keep && !entry.isRetired) this.#closeLater(key, entry)
      else await this.#close(key, entry)
    }
    const netlatch = await entry.opening.catch(async (error: unknown) => {
      keep = false
      await end()
      throw error
    })
    return {
      netlatch,
      closeConnections: () => {
        keep = false
      },
      [Symbol.asyncDispose]: end,
    }
  }

  async #current(key: string): Promise<Entry | undefined> {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    entry.users++
    try {
      const netlatch = await entry.opening
      if (await netlatch.isCurrent()) return entry
    } finally {
      entry.users--
    }
    entry.isRetired = true
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    if (entry.users === 0) await this.#close(key, entry)
    return undefined
  }

  #open(key: string, open: () => Promise<Netlatch>): Entry {
    const entry: Entry = { opening: open(), users: 0, isRetired: false }
    this.#entries.set(key, entry)
    return entry
  }

  #closeLater(key: string, entry: Entry): void {
    // An open workspace does not keep n8n from ending.
    const timer = setTimeout(() => {
      if (entry.users === 0) void this.#close(key, entry)
    }, this.#idleMs).unref()
    entry.stopTimer = () => clearTimeout(timer)
  }

  async #close(key: string, entry: Entry): Promise<void> {
    entry.stopTimer?.()
    entry.isRetired = true
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    const netlatch = await entry.opening.catch(() => undefined)
    await netlatch?.[Symbol.asyncDispose]()
  }
}
