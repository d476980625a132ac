import type { Clock } from '../../packages/core/src/state/store-clock.ts'

/** A clock that stands still until it is told. */
export class TestClock implements Clock {
  #wall: number
  #monotonic = 0

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#wall = start
  }

  wall(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  advance(ms: number): void {
    this.#wall += ms
    this.#monotonic += ms
  }

  /** Somebody sets the machine's clock; no time passes. */
  setBack(ms: number): void {
    this.#wall -= ms
  }
}
