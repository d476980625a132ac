import type { AttemptOutcome } from '../model.ts'
import type { AttemptRequest, Grant, RefusalReason, Verdict } from '../safety/attempt.ts'
import type { StateStore } from '../state/state-store.ts'

/** Ends by itself when another login of this program ends. */
const passing: readonly RefusalReason[] = ['account-busy', 'device-busy']

/** How long a connected device is kept waiting for a place; less than any server's login grace time. */
const waitMs = 8_000

const askAgainMs = 500

/**
 * Reservations of one run. A device that is connected already waits a moment for the place of a login that is about to
 * end, instead of hanging up and connecting again.
 */
export class Places {
  readonly #state: Pick<StateStore, 'reserve' | 'finish'>
  readonly #waiting = new Set<() => void>()
  #inFlight = 0

  constructor(state: Pick<StateStore, 'reserve' | 'finish'>) {
    this.#state = state
  }

  readonly reserve = async (request: AttemptRequest): Promise<Verdict> => {
    const giveUp = AbortSignal.timeout(waitMs)
    for (;;) {
      const verdict = await this.#state.reserve(request)
      if (verdict.granted) this.#inFlight++
      const mayPass = !verdict.granted && passing.includes(verdict.reason) && this.#inFlight > 0 && !giveUp.aborted
      if (!mayPass) return verdict
      await this.#nextEnd()
    }
  }

  readonly finish = async (grant: Grant, outcome: AttemptOutcome): Promise<boolean> => {
    try {
      return await this.#state.finish(grant, outcome)
    } finally {
      this.#inFlight--
      for (const wake of this.#waiting) wake()
    }
  }

  /** Also ends after a while: the place may be another program's, or may have come free while this one was asking. */
  #nextEnd(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, askAgainMs)
    this.#waiting.add(resolve)
    return promise.finally(() => {
      clearTimeout(timer)
      this.#waiting.delete(resolve)
    })
  }
}
