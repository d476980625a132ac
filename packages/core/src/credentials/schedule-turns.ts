import type { Credential, Device } from '../model.ts'
import type { AttemptRequest } from '../safety/attempt.ts'
import { type Expectation, expectationOf } from '../safety/ground.ts'
import { foldUsername } from '../safety/realms.ts'
import type { Forecast } from './forecast.ts'
import type { RankedCandidate, Ranking } from './rank-candidates.ts'
import { chooseCandidate } from './schedule-choice.ts'
import type { Entries, Entry } from './schedule-entries.ts'
import { isSameTurn, type Lanes, tierOf } from './schedule-lanes.ts'
import type { Proofs } from './schedule-proofs.ts'

export interface TurnsInput {
  readonly entries: Entries
  readonly lanes: Lanes<Entry>
  readonly forecast: Forecast
  readonly ranking: Ranking
  readonly proofs: Proofs
}

/** Gives devices the candidate that is their turn, and puts it into its lane. */
export class Turns {
  readonly #input: TurnsInput

  constructor(input: TurnsInput) {
    this.#input = input
  }

  /** Finds the candidate that is a device's turn, or what the device waits for. */
  give(entry: Entry, now: number): void {
    const { entries, ranking, proofs, forecast } = this.#input
    const { device, notBefore } = entry
    if (notBefore > now) {
      entries.sleep(entry, notBefore, entry.waitsFor)
      return
    }
    const before = entry.turn
    Object.assign(entry, { turn: undefined, wakeAt: undefined, waitsFor: undefined })
    const isSpent = ({ credential }: RankedCandidate) => entry.spent.has(credential.name)
    const choice = chooseCandidate(ranking.of(device), isSpent, (candidate) => {
      const request = proofs.requestFor(device, candidate)
      return { request, judgement: forecast.preview(request, now) }
    })
    if (choice.candidate) this.#queue(entry, choice.candidate, choice.request, before)
    else if (choice.wakeAt !== undefined) entries.sleep(entry, choice.wakeAt, choice.waitsFor)
    else entry.waitsFor = choice.waitsFor
  }

  /** Where nothing is shared, only the devices' own answers tell where a credential is at home. */
  expectationOf(device: Device, credential: Credential, request: AttemptRequest): Expectation {
    const { forecast, ranking } = this.#input
    const shared = expectationOf(forecast.tables.load(request), request)
    return shared ?? { isKnownGround: true, isAtHome: ranking.hasOpenedAt(device, credential) }
  }

  #queue(entry: Entry, candidate: RankedCandidate, request: AttemptRequest, before: Entry['turn']): void {
    const { lanes, ranking } = this.#input
    const { credential, confidence } = candidate
    const { isKnownGround, isAtHome } = this.expectationOf(entry.device, credential, request)
    const turn = {
      item: entry,
      candidate,
      credential: credential.name,
      username: foldUsername(credential.username),
      isKnownGround,
      tier: tierOf(isAtHome, confidence),
      confidence,
      alike: ranking.alike(entry.device),
      index: entry.index,
    }
    const isSame = before !== undefined && isSameTurn(before, turn)
    entry.turn = isSame ? Object.assign(before, { candidate }) : turn
    if (!isSame) lanes.push(turn)
  }
}
