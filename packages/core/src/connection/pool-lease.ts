import type { AlgorithmProfile } from '../model.ts'

/** What can be kept open and handed out again: a connection, or a session on one. */
export interface Poolable extends AsyncDisposable {
  readonly isOpen: boolean
  /** Calls back once when it is gone, whoever closed it. */
  onClose(callback: (reason: string) => void): void
}

/** Where a connection is opened; what the limits count. */
export interface Place {
  readonly device: string
  readonly site: string
}

/** Only a connection of the very same login is used again: a changed secret, or another profile, is another key. */
export interface PoolKey {
  readonly credential: string
  readonly secretId: string
  readonly profile: AlgorithmProfile
}

/** A connection on loan. Disposing it gives it back; it stays open for the next one, unless it is broken or too old. */
export interface Lease<C> extends AsyncDisposable {
  readonly connection: C
  /** It was open already: no login was made. */
  readonly reused: boolean
  /** Closes the connection instead of keeping it. */
  discard(): Promise<void>
}

/** Permission to open one connection. Disposing it gives the place back; a kept connection takes it over. */
export interface Slot<C> extends AsyncDisposable {
  /** The opened connection, from now on the pool's. The lease has to be disposed; the slot no longer has to. */
  keep(key: PoolKey, connection: C): Lease<C>
}
