interface Unread {
  timer: NodeJS.Timeout | undefined
  reading: number
  readonly done: PromiseWithResolvers<void>
}

/** Texts that were typed and are not read yet: each is read after a pause, and can be waited for until its reading is over. */
export class UnreadTexts implements Disposable {
  readonly #texts = new Map<string, Unread>()

  /** Reads it after a pause; typed again meanwhile, the pause begins anew. `read` never rejects. */
  typed(path: string, pauseMs: number, read: () => Promise<void>): void {
    const text = this.#texts.get(path) ?? { timer: undefined, reading: 0, done: Promise.withResolvers<void>() }
    this.#texts.set(path, text)
    clearTimeout(text.timer)
    text.timer = setTimeout(() => void this.#read(path, text, read), pauseMs)
  }

  async #read(path: string, text: Unread, read: () => Promise<void>): Promise<void> {
    text.timer = undefined
    text.reading += 1
    await read()
    text.reading -= 1
    if (text.timer !== undefined || text.reading > 0) return
    this.#texts.delete(path)
    text.done.resolve()
  }

  /** Resolves when everything that was typed in these files has been read, also what is typed while it waits. */
  async settled(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.#texts.get(path)?.done.promise))
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#texts.values()) clearTimeout(timer)
  }
}
