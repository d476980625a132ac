import type { AttemptOutcome } from '../model.ts'
import type { AttemptRequest, Grant, RefusalReason, Verdict } from '../safety/attempt.ts'
import type { StateStore } from '../state/state-store.ts'

/**
 * What ends by itself when another login of this program ends. A session waits for a proof on another device as well. A run
 * tries a device once at a time: where one is busy, another program is about to open it, and a login there is not wanted.
 */
const passing: Readonly<Record<AttemptRequest['purpose'], readonly RefusalReason[]>> = {
  login: ['account-busy'],
  enable: ['account-busy', 'device-busy', 'recheck-first', 'verify-first'],
}

/** How long a device is kept waiting for a place: a handshake for less than any server's login grace time. */
const patienceMs = { login: 8_000, enable: 120_000 } as const

const askAgainMs = 500

/**
 * Reservations of one run. A device that is connected already waits a moment for the place of a login that is about to
 * end, instead of hanging up and connecting again.
 */
export class Places {
  readonly #state: Pick<StateStore, 'reserve' | 'finish'>
  readonly #signal: AbortSignal
  readonly #waiting = new Set<() => void>()
  #inFlight = 0

  constructor(state: Pick<StateStore, 'reserve' | 'finish'>, signal: AbortSignal) {
    this.#state = state
    this.#signal = signal
  }

  /**
   * Asks the ledger; the grant's time counts from here. A device that is not wanted any more once its turn has come counts as
   * busy. Throws the signal's reason.
   */
  readonly reserve = async (request: AttemptRequest, isWanted = async () => true): Promise<Verdict> => {
    const giveUp = performance.now() + patienceMs[request.purpose]
    for (;;) {
      this.#signal.throwIfAborted()
      if (!(await isWanted())) return { granted: false, reason: 'device-busy' }
      const asked = performance.now()
      const verdict = await this.#state.reserve(request)
      if (verdict.granted) {
        this.#inFlight++
        const validForMs = verdict.grant.validForMs - (performance.now() - asked)
        return { granted: true, grant: { ...verdict.grant, validForMs } }
      }
      const mayPass = passing[request.purpose].includes(verdict.reason) && this.#inFlight > 0
      if (!mayPass || performance.now() > giveUp) return verdict
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
