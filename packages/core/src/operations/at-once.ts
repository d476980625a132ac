/** Calls `fn` for each item, at most so many at once. The first failure is thrown when what was started has ended. */
export async function eachAtOnce<T>(items: Iterable<T>, most: number, fn: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]()
  const lane = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await fn(next.value)
  }
  const lanes = await Promise.allSettled(Array.from({ length: most }, lane))
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason
}
