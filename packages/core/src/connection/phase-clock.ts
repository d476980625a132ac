import { performance } from 'node:perf_hooks'
import type { ConnectionPhase } from './transport.ts'

export type PhaseTimes = Partial<Record<ConnectionPhase, number>>

/** Times the phases of one connection, in milliseconds with one decimal. A phase that failed is timed as well. */
export class PhaseClock {
  readonly times: PhaseTimes = {}
  readonly #onPhase: ((phase: ConnectionPhase, durationMs: number) => void) | undefined

  constructor(onPhase?: (phase: ConnectionPhase, durationMs: number) => void) {
    this.#onPhase = onPhase
  }

  /** Starts a phase; the result ends it, and does so once. */
  start(phase: ConnectionPhase): () => void {
    const startedAt = performance.now()
    return () => {
      if (this.times[phase] !== undefined) return
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
      this.times[phase] = durationMs
      this.#onPhase?.(phase, durationMs)
    }
  }
}
