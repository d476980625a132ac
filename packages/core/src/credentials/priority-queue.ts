/** A binary heap: the item that comes before all others is taken first. Equal items leave in any order. */
export class PriorityQueue<T> {
  readonly #items: T[] = []
  readonly #comesBefore: (a: T, b: T) => boolean

  constructor(comesBefore: (a: T, b: T) => boolean) {
    this.#comesBefore = comesBefore
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(item, parent)) break
      items[at] = items[parent] as T
      at = parent
    }
    items[at] = item
  }

  take(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#isBefore(items[child + 1] as T, child)) child += 1
      if (this.#isBefore(last, child)) break
      items[at] = items[child] as T
      at = child
    }
    items[at] = last
    return first
  }

  #isBefore(item: T, at: number): boolean {
    return this.#comesBefore(item, this.#items[at] as T)
  }
}
