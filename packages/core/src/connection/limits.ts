import type { ConnectionLimits } from './transport.ts'

export const defaultLimits: ConnectionLimits = {
  connectMs: 10_000,
  identificationMs: 10_000,
  keyExchangeMs: 20_000,
  authenticationMs: 30_000,
  channelMs: 20_000,
}

/**
 * Waits for `work`, for `ms` at the most, and no longer than `signal` allows. `onLate` makes the error of a time-out; an abort
 * throws the signal's reason. `work` itself is not stopped: whoever calls closes what it works on.
 */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  onLate: () => Error,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  const stop = Promise.withResolvers<never>()
  const timer = setTimeout(() => stop.reject(onLate()), ms)
  const onAbort = () => stop.reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, stop.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
