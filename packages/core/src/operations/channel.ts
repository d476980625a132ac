/** Values handed from many producers to one reader, in the order they come. */
export class Channel<T> {
  readonly #values: T[] = []
  #wake = Promise.withResolvers<void>()

  push(value: T): void {
    this.#values.push(value)
    this.#wake.resolve()
  }

  /** Everything that came since the last call. */
  take(): readonly T[] {
    return this.#values.splice(0)
  }

  /** Ends the reader's wait though nothing came. */
  wake(): void {
    this.#wake.resolve()
  }

  /** Ends when something is there, at the latest after `ms`. */
  async wait(ms = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#values.length > 0) return
    this.#wake = Promise.withResolvers<void>()
    // A timer of more than 24.8 days fires at once.
    const atMost = Math.min(Math.max(0, ms), 2_000_000_000)
    const timer = Number.isFinite(ms) ? setTimeout(this.#wake.resolve, atMost) : undefined
    await this.#wake.promise
    clearTimeout(timer)
  }
}
