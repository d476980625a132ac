import { performance } from 'node:perf_hooks'

/** Time as the pool sees it; monotonic milliseconds. Tests bring their own. */
export interface PoolClock {
  now(): number
  /** Runs `callback` once, later; the result takes it back. `keepAlive`: somebody waits for it. */
  after(ms: number, callback: () => void, keepAlive: boolean): () => void
}

export const systemClock: PoolClock = {
  now: () => performance.now(),
  after: (ms, callback, keepAlive) => {
    const timer = setTimeout(callback, ms)
    // An idle connection is no reason to keep a program running.
    if (!keepAlive) timer.unref()
    return () => clearTimeout(timer)
  },
}
