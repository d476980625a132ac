import type { AttemptOutcome } from '../model.ts'
import type { AttemptRequest, Grant, RefusalReason, Verdict } from '../safety/attempt.ts'
import type { StateStore } from '../state/state-store.ts'

interface Patience {
  /** What ends by itself when another login ends. */
  readonly passing: readonly RefusalReason[]
  /** How long a device is kept waiting for a place: a handshake for less than a server's login grace time. */
  readonly ms: number
  /** Whether a login of another program is waited for as well. */
  readonly forOthers?: boolean
}

/**
 * A session waits for a proof on another device as well. A run tries a device once at a time: where one is busy, another program
 * is about to open it, and a login there is not wanted.
 */
const patience: Readonly<Record<AttemptRequest['purpose'], Patience>> = {
  login: { passing: ['account-busy'], ms: 8_000 },
  enable: { passing: ['account-busy', 'device-busy', 'recheck-first', 'verify-first'], ms: 120_000 },
}

/** Each program logs in to a jump host for itself, and all devices behind it wait for that. */
const onJumpHost: Patience = { passing: ['account-busy', 'device-busy'], ms: 30_000, forOthers: true }

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
  readonly reserve = (request: AttemptRequest, isWanted = async () => true): Promise<Verdict> =>
    this.#reserve(request, patience[request.purpose], isWanted)

  /** As `reserve`, for a login on a jump host. */
  readonly reserveOnJumpHost = (request: AttemptRequest): Promise<Verdict> =>
    this.#reserve(request, onJumpHost, async () => true)

  async #reserve(
    request: AttemptRequest,
    { passing, ms, forOthers = false }: Patience,
    isWanted: () => Promise<boolean>,
  ): Promise<Verdict> {
    const giveUp = performance.now() + ms
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
      const mayPass = passing.includes(verdict.reason) && (forOthers || this.#inFlight > 0)
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
