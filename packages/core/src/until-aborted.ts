/**
 * Waits for `work`, and no longer than `signal` allows: an abort throws the signal's reason. `work` itself is not stopped: whoever
 * calls closes what it works on.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted()
  const stop = Promise.withResolvers<never>()
  const onAbort = () => stop.reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, stop.promise])
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
