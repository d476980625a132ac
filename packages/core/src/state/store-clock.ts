import { type Kysely, sql } from 'kysely'
import { prepared } from './prepared-query.ts'
import type { StateDatabase } from './schema.ts'

/** Both in milliseconds. */
export interface Clock {
  /** Since 1970, as the machine believes. May jump either way. */
  wall(): number
  /** From any start; never jumps. */
  monotonic(): number
}

export const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() }

const raiseClock = prepared((db, { now }: { readonly now: number }) =>
  db
    .updateTable('store')
    .set({ clock: sql<number>`case when clock < ${now} then ${now} else clock end` })
    .returning('clock'),
)

const selectClock = prepared((db, _: object) => db.selectFrom('store').select('clock'))

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
    return this.#remember(clockOf(await raiseClock(db, { now: this.#now() })))
  }

  /** Inside a read: the same time, without recording it. */
  async peek(db: Kysely<StateDatabase>): Promise<number> {
    return this.#remember(Math.max(clockOf(await selectClock(db, {})), this.#now()))
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

function clockOf([row]: readonly { readonly clock: number }[]): number {
  if (row === undefined) throw new Error('the store has no clock')
  return Number(row.clock)
}
