import type { Device } from '../model.ts'
import type { Judgement } from '../safety/attempt-ledger.ts'
import { siteOf } from '../safety/device-site.ts'
import { PriorityQueue } from './priority-queue.ts'
import type { RankedCandidate, Reranked } from './rank-candidates.ts'
import type { Leftover } from './schedule.ts'
import type { Turn } from './schedule-lanes.ts'

/** A device to open, and where it stands in the schedule. */
export interface Entry {
  readonly device: Device
  readonly index: number
  readonly site: string
  state: 'waiting' | 'busy' | 'done'
  /** The candidate that is its turn, in a lane. */
  turn: (Turn<Entry> & { candidate: RankedCandidate }) | undefined
  /** When it is looked at again. */
  wakeAt: number | undefined
  /** Why it has no turn. */
  waitsFor: Omit<Leftover, 'device'> | undefined
  /** It is left alone until then, whatever changes: it is busy, or in its quiet mode. */
  notBefore: number
  /** Refusals that the forecast had not foreseen, and connections that ended before the secret. */
  refusals: number
  /** Credentials that opened it and were not enough. */
  readonly spent: Set<string>
}

/** One login that ends at a full site lets so many of those that wait there show themselves. */
const releasedAtOnce = 16
const refusalLimit = 8

/** The devices of a run: which need a new turn, which sleep until a time, which wait for their site. */
export class Entries {
  readonly all: ReadonlyMap<string, Entry>
  readonly #bySite: ReadonlyMap<string, readonly Entry[]>
  readonly #asleep = new PriorityQueue<{ readonly entry: Entry; readonly at: number }>((a, b) => a.at < b.at)
  readonly #behindSite = new Map<string, Entry[]>()
  #stale: Set<Entry>

  constructor(devices: readonly Device[]) {
    const entries = devices.map(
      (device, index): Entry => ({
        device,
        index,
        site: siteOf(device),
        state: 'waiting',
        turn: undefined,
        wakeAt: undefined,
        waitsFor: undefined,
        notBefore: Number.NEGATIVE_INFINITY,
        refusals: 0,
        spent: new Set(),
      }),
    )
    this.all = new Map(entries.map((entry) => [entry.device.name, entry]))
    this.#bySite = Map.groupBy(entries, ({ site }) => site)
    this.#stale = new Set(entries)
  }

  /** Waiting devices that need a new turn; asking takes them. */
  takeStale(now: number): readonly Entry[] {
    for (let head = this.#asleep.peek(); head && (head.at <= now || !isAsleep(head)); head = this.#asleep.peek()) {
      this.#asleep.take()
      if (isAsleep(head)) this.#stale.add(head.entry)
    }
    const stale = [...this.#stale].filter(({ state }) => state === 'waiting')
    this.#stale = new Set()
    return stale
  }

  touch(entry: Entry): void {
    this.#stale.add(entry)
  }

  touchWhere(test: (entry: Entry) => boolean): void {
    for (const entry of this.all.values()) if (entry.state === 'waiting' && test(entry)) this.#stale.add(entry)
  }

  touchReranked(entry: Pick<Entry, 'site'>, { sameSite, others }: Reranked): void {
    if (sameSite) for (const neighbour of this.#bySite.get(entry.site) ?? []) this.#stale.add(neighbour)
    if (others) this.touchWhere(({ device }) => others(device))
  }

  sleep(entry: Entry, at: number, waitsFor: Entry['waitsFor']): void {
    Object.assign(entry, { turn: undefined, wakeAt: at, waitsFor })
    this.#asleep.push({ entry, at })
  }

  /** Whatever changes until then. */
  leaveAlone(entry: Entry, until: number, waitsFor: Entry['waitsFor']): void {
    entry.notBefore = until
    this.sleep(entry, until, waitsFor)
  }

  /** A device that the store keeps refusing against the forecast is left for another run. */
  countRefusal(entry: Entry, waitsFor: Entry['waitsFor']): void {
    entry.refusals += 1
    if (entry.refusals >= refusalLimit) Object.assign(entry, { state: 'done', turn: undefined, waitsFor })
  }

  nextWake(): number {
    for (let head = this.#asleep.peek(); head; head = this.#asleep.peek()) {
      if (isAsleep(head)) return head.at
      this.#asleep.take()
    }
    return Number.POSITIVE_INFINITY
  }

  waitBehindSite(entry: Entry): void {
    entry.turn = undefined
    const queue = this.#behindSite.get(entry.site) ?? []
    this.#behindSite.set(entry.site, queue)
    queue.push(entry)
  }

  releaseSite(site: string): void {
    for (const entry of this.#behindSite.get(site)?.splice(0, releasedAtOnce) ?? []) this.#stale.add(entry)
  }
}

/** Why a device has not been opened; undefined for one that is done. */
export function leftoverOf(
  { device, state, turn, waitsFor }: Entry,
  judge: (device: Device, candidate: RankedCandidate) => Judgement,
): Leftover | undefined {
  if (waitsFor) return { device, ...waitsFor }
  if (state === 'done') return undefined
  if (!turn) return { device, reason: 'not-reached' }
  const { credential } = turn.candidate
  const judgement = judge(device, turn.candidate)
  if (judgement.granted) return { device, reason: 'not-reached', credential }
  const { granted: _, ...refusal } = judgement
  return { device, credential, ...refusal }
}

function isAsleep({ entry, at }: { readonly entry: Entry; readonly at: number }): boolean {
  return entry.state === 'waiting' && entry.wakeAt === at
}
