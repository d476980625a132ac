import { untilAborted } from '../until-aborted.ts'
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
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(onLate()), ms)
  try {
    return await untilAborted(Promise.race([work, late.promise]), signal)
  } finally {
    clearTimeout(timer)
  }
}
