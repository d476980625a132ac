import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type Transaction } from 'kysely'
import type { StateDatabase } from './schema.ts'

type Work<T> = (db: Transaction<StateDatabase>) => Promise<T>
type Tell = () => void
type DescribeError = (error: unknown, ifBusy: string) => Promise<unknown>

interface Job {
  /** Runs inside the transaction; hands back how to tell the caller once it is committed. */
  readonly run: Work<Tell>
  readonly reject: (error: unknown) => void
}

/** A lock that took longer than this to get is shared with other programs. */
const sharedMs = 1.5

/** Then the next transaction collects for so long: fewer commits for all, and each program comes to its turn sooner. */
const collectMs = 5

/** While many write, the next transaction collects for as long as the disk took for the last one: at most half of the time is waiting. */
const mostRestMs = 5

/**
 * Writes of one turn of the event loop share one transaction, and so one wait for the disk. A caller hears of its work only
 * when it is committed; work that throws takes back its own changes and nobody else's.
 */
export class WriteBatch {
  readonly #transaction: (work: Work<void>) => Promise<void>
  readonly #describeError: DescribeError
  readonly #queue: Job[] = []
  #running: Promise<void> | undefined
  #lockTookMs = 0
  /** When the next transaction may begin; passed already where writes come one by one. */
  #restUntil = 0
  readonly #batchMs: number

  /** `batchMs`: no new job joins a transaction that is older; others wait for the lock, and the event loop for both. */
  constructor(
    transaction: (work: Work<void>) => Promise<void>,
    describeError: DescribeError,
    { batchMs = 8 }: { readonly batchMs?: number } = {},
  ) {
    this.#transaction = transaction
    this.#describeError = describeError
    this.#batchMs = batchMs
  }

  submit<T>(work: Work<T>, ifBusy: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const rejectDescribed = (error: unknown) => {
        // Whoever waits hears of it, even where the words for it cannot be found.
        this.#describeError(error, ifBusy).then(reject, reject)
      }
      this.#queue.push({ run: (db) => inSavepoint(db, work, resolve, rejectDescribed), reject: rejectDescribed })
      this.#running ??= this.#runAll()
    })
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #runAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const restMs = this.#lockTookMs > sharedMs ? collectMs : this.#restUntil - performance.now()
      await (restMs >= 1 ? sleep(restMs) : nextTurn())
      await this.#runOne()
    }
    // Here and not in a `finally` of the caller: no turn may pass between seeing an empty queue and saying so.
    this.#running = undefined
  }

  async #runOne(): Promise<void> {
    const taken: Job[] = []
    const settle: Tell[] = []
    let worked = 0
    try {
      const asked = performance.now()
      await this.#transaction(async (db) => {
        this.#lockTookMs = performance.now() - asked
        const end = performance.now() + this.#batchMs
        for (let job = this.#queue.shift(); job; job = performance.now() < end ? this.#queue.shift() : undefined) {
          taken.push(job)
          settle.push(await job.run(db))
        }
        worked = performance.now()
      })
      const committed = performance.now()
      this.#restUntil = taken.length > 1 ? committed + Math.min(committed - worked, mostRestMs) : 0
      for (const tell of settle) tell()
    } catch (error) {
      // Without a lock nothing was taken; whoever came during the wait has the same answer, and nobody waits twice.
      const failed = taken.length > 0 ? taken : this.#queue.splice(0)
      for (const job of failed) job.reject(error)
    }
  }
}

const savepoint = CompiledQuery.raw('savepoint work')
const release = CompiledQuery.raw('release savepoint work')
const rollBack = CompiledQuery.raw('rollback to savepoint work')

async function inSavepoint<T>(
  db: Transaction<StateDatabase>,
  work: Work<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Promise<Tell> {
  await db.executeQuery(savepoint)
  try {
    const value = await work(db)
    await db.executeQuery(release)
    return () => resolve(value)
  } catch (error) {
    if (!(await undone(db))) throw error
    return () => reject(error)
  }
}

/** False where the database has given up the whole transaction (disk full): then everybody in it has failed. */
async function undone(db: Transaction<StateDatabase>): Promise<boolean> {
  try {
    await db.executeQuery(rollBack)
    await db.executeQuery(release)
    return true
  } catch {
    return false
  }
}
