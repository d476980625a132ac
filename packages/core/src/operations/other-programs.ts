import { performance } from 'node:perf_hooks'
import type { KnownState } from '../credentials/known-state.ts'
import type { AccountCharge } from '../safety/attempt.ts'
import type { StateStore } from '../state/state-store.ts'
import { readKnown } from './gather-knowledge.ts'

/** How often a run looks at what other programs write to the store. */
export const lookEveryMs = 1_500
/** Reading takes at most one part in so many of the run's time, however large the store is. */
const restAfterReading = 20

/** What other programs bring to the store while a run goes on. */
export class OtherPrograms {
  readonly #state: StateStore
  readonly #charges: readonly AccountCharge[]
  #version: number | undefined
  #versionOfOthers: number | undefined
  #firstOfOthers: number | undefined
  #areActive = false
  #notBefore = performance.now() + lookEveryMs

  constructor(state: StateStore, charges: readonly AccountCharge[]) {
    this.#state = state
    this.#charges = charges
  }

  /** Whether any other program has written since the run began. */
  async areActive(): Promise<boolean> {
    if (this.#areActive) return true
    const version = await this.#state.versionOfOthers()
    this.#firstOfOthers ??= version
    this.#areActive = version !== this.#firstOfOthers
    return this.#areActive
  }

  /** What the store says, if others have written since the last look, and that is a while ago. */
  async news(): Promise<KnownState | undefined> {
    if (performance.now() < this.#notBefore) return undefined
    this.#notBefore = performance.now() + lookEveryMs
    return (await this.#state.versionOfOthers()) === this.#versionOfOthers ? undefined : this.#read()
  }

  /**
   * What the store says, if anybody has written since the last look, this program included. For a run that has nothing in
   * flight: only then what it believes and what is stored are from one moment.
   */
  async all(): Promise<KnownState | undefined> {
    return (await this.#state.version()) === this.#version ? undefined : this.#read()
  }

  async #read(): Promise<KnownState> {
    const started = performance.now()
    // Asked first: what is written while this reads makes another look necessary.
    const [version, versionOfOthers] = [await this.#state.version(), await this.#state.versionOfOthers()]
    const known = await readKnown(this.#state, this.#charges)
    const now = performance.now()
    this.#version = version
    this.#versionOfOthers = versionOfOthers
    this.#notBefore = now + Math.max(lookEveryMs, restAfterReading * (now - started))
    return known
  }
}
