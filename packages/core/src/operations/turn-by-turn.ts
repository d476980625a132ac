import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Work that keeps the thread busy, piece by piece: between two pieces the event loop has a turn, in which the devices that have
 * answered meanwhile are heard.
 */
export class TurnByTurn {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(piece: () => T): Promise<T> {
    const mine = this.#last.then(() => nextTurn()).then(piece)
    // Not what the piece gave: that may be a configuration.
    this.#last = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }
}
