import { type Kysely, sql } from 'kysely'
import type { StateDatabase } from './schema.ts'

/** Both in milliseconds. */
export interface Clock {
  /** Since 1970, as the machine believes. May jump either way. */
  wall(): number
  /** From any start; never jumps. */
  monotonic(): number
}

export const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() }

/**
 * The store's time. It is shared by all programs, and never runs backwards: the highest time ever written is in the
 * database. While the machine's clock lags behind it, time goes on at the pace of the monotonic clock, so that a clock set
 * back neither opens a window early nor stops the deadlines.
 */
export class StoreClock {
  readonly #clock: Clock
  #last: { readonly now: number; readonly monotonic: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Inside a write: everything recorded from here on is not earlier. */
  async tick(db: Kysely<StateDatabase>): Promise<number> {
    const now = this.#now()
    const row = await db
      .updateTable('store')
      .set({ clock: sql<number>`case when clock < ${now} then ${now} else clock end` })
      .returning('clock')
      .executeTakeFirstOrThrow()
    return this.#remember(Number(row.clock))
  }

  /** Inside a read: the same time, without recording it. */
  async peek(db: Kysely<StateDatabase>): Promise<number> {
    const row = await db.selectFrom('store').select('clock').executeTakeFirstOrThrow()
    return this.#remember(Math.max(Number(row.clock), this.#now()))
  }

  #now(): number {
    const gone = this.#last ? this.#last.now + this.#clock.monotonic() - this.#last.monotonic : 0
    return Math.floor(Math.max(this.#clock.wall(), gone))
  }

  #remember(now: number): number {
    // Keeps fractions of a millisecond: many ticks in one would otherwise lose all of it.
    const current = this.#now()
    if (now > current || !this.#last) this.#last = { now, monotonic: this.#clock.monotonic() }
    return now
  }
}
