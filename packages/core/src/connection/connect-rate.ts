/** At most `perSecond` events in any second: a ring of the last ones. Times are monotonic milliseconds. */
export class ConnectRate {
  readonly #times: number[]
  #next = 0

  constructor(perSecond: number) {
    this.#times = new Array<number>(Math.max(1, Math.floor(perSecond))).fill(Number.NEGATIVE_INFINITY)
  }

  /** How long the next event has to wait; 0 when it may happen now. */
  waitMs(now: number): number {
    return Math.max(0, (this.#times[this.#next] ?? Number.NEGATIVE_INFINITY) + 1_000 - now)
  }

  record(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % this.#times.length
  }
}
