import type { Kysely, Transaction } from 'kysely'
import type { StateDatabase } from './schema.ts'

/** One open database. The SQL above it is the same for all engines; how a transaction begins and waits is theirs. */
export interface SqlEngine extends AsyncDisposable {
  /** All that `work` reads is from one moment. */
  read<T>(work: (db: Kysely<StateDatabase>) => Promise<T>): Promise<T>
  /**
   * What `work` reads stays true until its changes are on the disk, which they are when the promise resolves; none of them
   * are when it rejects. `work` may only await the database: it can share a commit with others.
   */
  write<T>(work: (db: Transaction<StateDatabase>) => Promise<T>, options?: WriteOptions): Promise<T>
  /** Another number whenever any program has written. */
  version(): Promise<number>
  /** Another number whenever another program has written. */
  versionOfOthers(): Promise<number>
}

export interface WriteOptions {
  /** The last sentence of the STATE_BUSY message. @default 'Nothing was written.' */
  readonly ifBusy?: string
}
