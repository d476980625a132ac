/**
 * Waiting in groups that take turns. Within a group the first that can be served goes first, so that one who waits for a busy
 * device holds up nobody else.
 */
export class FairQueue<T> {
  /** In the order of their turns: a group that was served goes to the end. */
  readonly #groups = new Map<string, Set<T>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(group: string, item: T): void {
    const items = this.#groups.get(group) ?? new Set<T>()
    this.#groups.set(group, items.add(item))
    this.#size += 1
  }

  /** False when it was not waiting any more. */
  remove(group: string, item: T): boolean {
    const items = this.#groups.get(group)
    if (!items?.delete(item)) return false
    if (items.size === 0) this.#groups.delete(group)
    this.#size -= 1
    return true
  }

  /** Takes out the next one of an open group that can be served. */
  take(groupIsOpen: (group: string) => boolean, canBeServed: (item: T) => boolean): T | undefined {
    for (const [group, items] of this.#groups) {
      if (!groupIsOpen(group)) continue
      for (const item of items) {
        if (!canBeServed(item)) continue
        this.remove(group, item)
        this.#groups.delete(group)
        if (items.size > 0) this.#groups.set(group, items)
        return item
      }
    }
    return undefined
  }

  removeAll(): readonly T[] {
    const items = [...this.#groups.values()].flatMap((group) => [...group])
    this.#groups.clear()
    this.#size = 0
    return items
  }
}
