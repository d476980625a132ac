import { PriorityQueue } from './priority-queue.ts'

/** A device with the candidate that is its turn, as it stands in a lane. */
export interface Turn<T> {
  readonly item: T
  readonly credential: string
  readonly username: string
  readonly isKnownGround: boolean
  /** Two: likely where it has not worked yet, it opens the way for others. One: expected to work. Zero: doubtful. */
  readonly tier: 0 | 1 | 2
  readonly confidence: number
  /** How many devices are alike: the largest group learns most. */
  readonly alike: number
  readonly index: number
}

export function tierOf(isAtHome: boolean, confidence: number): Turn<unknown>['tier'] {
  if (isAtHome) return confidence >= 0.6 ? 1 : 0
  return confidence >= 0.85 ? 2 : 0
}

/** It stands where the other would stand, and need not be queued again. */
export function isSameTurn<T>(a: Turn<T>, b: Turn<T>): boolean {
  return laneOf(a) === laneOf(b) && !comesBefore(a, b) && !comesBefore(b, a)
}

/** Higher tier first, then confidence in steps of a twentieth, then the largest group, then the order of the inventory. */
export function comesBefore<T>(a: Turn<T>, b: Turn<T>): boolean {
  if (a.tier !== b.tier) return a.tier > b.tier
  const confidence = Math.round(20 * a.confidence) - Math.round(20 * b.confidence)
  if (confidence !== 0) return confidence > 0
  if (a.alike !== b.alike) return a.alike > b.alike
  return a.index < b.index
}

/** A login is a third of what it takes to connect and log in: three connections that are ready keep an account at work. */
const aheadOnKnownGround = 3

/**
 * Turns by credential and ground, each lane in order: where the ledger has no room for one turn of a lane, it has none for
 * the rest of it. A device whose turn changes leaves its old one behind; `isCurrent` tells them apart.
 */
export class Lanes<T> {
  readonly #lanes = new Map<string, PriorityQueue<Turn<T>>>()
  readonly #isCurrent: (turn: Turn<T>) => boolean
  readonly #heldUntil = new Map<string, number>()
  /** Lanes whose account had no place when it was last looked at. */
  readonly #busy = new Set<string>()

  constructor(isCurrent: (turn: Turn<T>) => boolean) {
    this.#isCurrent = isCurrent
  }

  push(turn: Turn<T>): void {
    const lane = this.#lanes.get(laneOf(turn)) ?? new PriorityQueue<Turn<T>>(comesBefore)
    this.#lanes.set(laneOf(turn), lane)
    lane.push(turn)
  }

  /** Leaves a lane alone until then: another program is busy with the account. */
  hold(lane: string, until: number): void {
    this.#heldUntil.set(lane, until)
  }

  /** The lanes that are held, and when the first of them is free again. */
  held(now: number): { readonly lanes: Set<string>; readonly until: number } {
    for (const [lane, until] of this.#heldUntil) if (until <= now) this.#heldUntil.delete(lane)
    return { lanes: new Set(this.#heldUntil.keys()), until: Math.min(...this.#heldUntil.values()) }
  }

  /** Begins another look at all lanes. */
  lookAgain(): void {
    this.#busy.clear()
  }

  /** The account of this lane has no place until one of its logins ends. */
  isBusy(turn: Turn<T>): void {
    this.#busy.add(laneOf(turn))
  }

  /** The first turns of each busy lane that are expected to work, in order. Of unknown ground one: its outcome decides what follows. */
  behindBusy(): readonly Turn<T>[] {
    return [...this.#busy].flatMap((name) => {
      const lane = this.#lanes.get(name)
      if (!lane) return []
      const taken: Turn<T>[] = []
      for (let head = this.#head(lane); head && taken.length < (head.isKnownGround ? aheadOnKnownGround : 1); ) {
        taken.push(head)
        lane.take()
        head = this.#head(lane)
      }
      for (const turn of taken) lane.push(turn)
      return taken.filter(({ tier }) => tier > 0)
    })
  }

  /** The best turn of all lanes but the closed ones. */
  best(closed: ReadonlySet<string>): Turn<T> | undefined {
    let best: Turn<T> | undefined
    for (const [name, lane] of this.#lanes) {
      if (closed.has(name)) continue
      const head = this.#head(lane)
      if (head && (!best || comesBefore(head, best))) best = head
    }
    return best
  }

  #head(lane: PriorityQueue<Turn<T>>): Turn<T> | undefined {
    for (;;) {
      const head = lane.peek()
      if (!head || this.#isCurrent(head)) return head
      lane.take()
    }
  }
}

export function laneOf({ credential, isKnownGround }: Pick<Turn<unknown>, 'credential' | 'isKnownGround'>): string {
  return `${credential}\0${isKnownGround ? 'known' : 'unknown'}`
}
