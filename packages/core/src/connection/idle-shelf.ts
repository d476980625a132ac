/** What the shelf has to know of a connection that is not in use. */
export interface Shelved {
  readonly device: string
  /** Device and login in one. */
  readonly key: string
}

/** The idle connections of a pool, found by login and by device, in the order in which they became idle. */
export class IdleShelf<E extends Shelved> {
  readonly #all = new Set<E>()
  readonly #byDevice = new Map<string, Set<E>>()

  get size(): number {
    return this.#all.size
  }

  /** The one that is idle longest. */
  get oldest(): E | undefined {
    return this.#all.values().next().value
  }

  add(entry: E): void {
    this.#all.add(entry)
    const same = this.#byDevice.get(entry.device) ?? new Set()
    this.#byDevice.set(entry.device, same.add(entry))
  }

  /** False when it was not there. */
  remove(entry: E): boolean {
    if (!this.#all.delete(entry)) return false
    const same = this.#byDevice.get(entry.device)
    same?.delete(entry)
    if (same?.size === 0) this.#byDevice.delete(entry.device)
    return true
  }

  on(device: string): readonly E[] {
    return [...(this.#byDevice.get(device) ?? [])]
  }

  toArray(): readonly E[] {
    return [...this.#all]
  }
}
