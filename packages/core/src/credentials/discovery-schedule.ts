import type { AttemptOutcome, Device } from '../model.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AttemptRequest } from '../safety/attempt.ts'
import { siteOf } from '../safety/device-site.ts'
import { createForecast, type Forecast, isPassing, type Refusal } from './forecast.ts'
import { type KnownState, nothingKnown } from './known-state.ts'
import { DoubtfulSecrets, hasChanged } from './ledger-changes.ts'
import { createRanking, type RankedCandidate, type Ranking } from './rank-candidates.ts'
import type { Leftover, Schedule, ScheduledTry, ScheduleInput, Upcoming } from './schedule.ts'
import { Entries, type Entry, leftoverOf } from './schedule-entries.ts'
import { Flight, type Running } from './schedule-flight.ts'
import { Lanes, laneOf } from './schedule-lanes.ts'
import { Newsreader } from './schedule-news.ts'
import { type Proof, Proofs } from './schedule-proofs.ts'
import { Turns } from './schedule-turns.ts'

export type { Leftover, Schedule, ScheduledTry, ScheduleInput } from './schedule.ts'

/** Another program is busy with the account or the device. */
const busyElsewhereMs = 2_000
/** After a connection that ended before the secret: the device may be in its quiet mode. */
const quietMs = 130_000
const defaultMaxWaitMs = 40 * 60_000

export function createSchedule(input: ScheduleInput): Schedule {
  return new DiscoverySchedule(input)
}

class DiscoverySchedule implements Schedule {
  readonly #input: ScheduleInput
  readonly #forecast: Forecast
  readonly #ranking: Ranking
  readonly #entries: Entries
  readonly #lanes = new Lanes<Entry>((turn) => turn.item.turn === turn)
  readonly #flight = new Flight()
  readonly #proofs: Proofs
  readonly #turns: Turns
  readonly #news: Newsreader
  readonly #doubtful: DoubtfulSecrets
  /** When a closed lane may open by itself. */
  #lanesWakeAt = Number.POSITIVE_INFINITY
  #now: number

  constructor(input: ScheduleInput) {
    this.#input = input
    this.#now = input.now
    this.#entries = new Entries(input.devices)
    const known = input.known ?? nothingKnown
    const deviceNamed = (name: string) => this.#entries.all.get(name)?.device ?? input.deviceNamed?.(name)
    this.#forecast = createForecast(known, deviceNamed)
    this.#news = new Newsreader(input, deviceNamed)
    this.#doubtful = new DoubtfulSecrets(this.#forecast.tables)
    this.#ranking = createRanking({
      ...input,
      mayLearn: input.mayLearn ?? (() => false),
      doubtsOf: (device, credential) =>
        this.#doubtful.against(input.charge(device, credential), input.secretIdOf(credential, device)),
      openedBefore: this.#news.opened(known).map(({ device, credential }) => [device, credential.name]),
    })
    for (const { device, credential } of this.#news.rejected(known)) this.#ranking.rejected(device, credential)
    this.#proofs = new Proofs(input, this.#forecast, this.#ranking, deviceNamed)
    this.#turns = new Turns({
      entries: this.#entries,
      lanes: this.#lanes,
      forecast: this.#forecast,
      ranking: this.#ranking,
      proofs: this.#proofs,
    })
  }

  next(now: number): ScheduledTry | { readonly waitUntil?: number } | 'done' {
    this.#now = Math.max(this.#now, now)
    for (const entry of this.#entries.takeStale(this.#now)) this.#turns.give(entry, this.#now)
    return this.#nextTry() ?? this.#idle()
  }

  upcoming(): readonly Upcoming[] {
    return this.#lanes.behindBusy().flatMap(({ item }) => {
      const { device, turn } = item
      if (!turn || this.#isSiteFull(item, turn.candidate, this.#proofs.requestFor(device, turn.candidate))) return []
      return [{ device, credential: turn.candidate.credential }]
    })
  }

  finished(tried: ScheduledTry, outcome: AttemptOutcome, now: number, { isEnough = true } = {}): void {
    const entry = this.#end(tried, outcome, now)
    const { device, credential } = tried
    if (outcome === 'ok') {
      this.#news.isNews(tried, 'opened')
      if (!entry) return
      if (isEnough) entry.state = 'done'
      else entry.spent.add(credential.name)
      this.#entries.touchReranked(entry, this.#ranking.opened(device, credential))
    } else if (outcome === 'unsent') {
      // Without a secret sent nothing was proved: another device has to.
      if (!entry || !isEnough) this.#proofs.unreachable(device)
      if (entry && !isEnough) entry.spent.add(credential.name)
      else if (entry) {
        this.#entries.leaveAlone(entry, this.#now + quietMs, { reason: 'not-reached', credential })
        this.#entries.countRefusal(entry, { reason: 'not-reached', credential })
      }
    } else {
      this.#proofs.failed(tried)
      this.#news.isNews(tried, 'rejected')
      this.#entries.touchReranked({ site: siteOf(device) }, this.#ranking.rejected(device, credential))
    }
  }

  refused(tried: ScheduledTry, verdict: Refusal, now: number): void {
    const { reason, retryAt } = verdict
    const entry = this.#end(tried, 'unsent', now, () => this.#forecast.learn(tried.request, verdict, this.#now))
    if (reason === 'account-busy') {
      const { isKnownGround } = this.#turns.expectationOf(tried.device, tried.credential, tried.request)
      this.#lanes.hold(laneOf({ credential: tried.credential.name, isKnownGround }), this.#now + busyElsewhereMs)
    } else if (reason === 'device-busy') {
      if (entry) this.#entries.leaveAlone(entry, this.#now + busyElsewhereMs, { reason, credential: tried.credential })
      else this.#proofs.unreachable(tried.device)
    } else if (entry) {
      const until = retryAt && { retryAt: retryAt.getTime() }
      this.#entries.countRefusal(entry, { reason, credential: tried.credential, ...until })
    }
  }

  gaveUp(tried: ScheduledTry, _code: ResultCode, now: number): void {
    this.skipped(tried, now)
    this.#proofs.unreachable(tried.device)
  }

  skipped(tried: ScheduledTry, now: number): void {
    const entry = this.#end(tried, 'unsent', now)
    if (entry) entry.state = 'done'
  }

  refresh(known: KnownState, now: number): void {
    this.#now = Math.max(this.#now, now)
    this.#forecast.refresh(known)
    for (const { device, credential } of this.#news.opened(known)) this.#ranking.opened(device, credential)
    for (const { device, credential } of this.#news.rejected(known)) this.#ranking.rejected(device, credential)
    if (this.#doubtful.update()) this.#ranking.forget()
    this.#entries.touchWhere(() => true)
  }

  withdraw({ name }: Device): boolean {
    const entry = this.#entries.all.get(name)
    if (entry?.state !== 'waiting') return false
    Object.assign(entry, { state: 'done', turn: undefined, wakeAt: undefined, waitsFor: undefined })
    return true
  }

  leftovers(): readonly Leftover[] {
    const judge = (device: Device, candidate: RankedCandidate) =>
      this.#forecast.preview(this.#proofs.requestFor(device, candidate), this.#now)
    return [...this.#entries.all.values()].flatMap((entry) => leftoverOf(entry, judge) ?? [])
  }

  #nextTry(): ScheduledTry | undefined {
    const { lanes: closed, until } = this.#lanes.held(this.#now)
    this.#lanes.lookAgain()
    this.#lanesWakeAt = until
    /** Usernames that wait for their logins in flight to end, so that unknown ground can be tried alone. */
    const draining = new Set<string>()
    let isLikelyLeft = this.#flight.hasLikely
    for (let turn = this.#lanes.best(closed); turn; turn = this.#lanes.best(closed)) {
      const mayChange = this.#flight.size > 0 || this.#lanesWakeAt < Number.POSITIVE_INFINITY
      if (turn.tier === 0 && isLikelyLeft && mayChange) return undefined
      const entry = turn.item
      const candidate = entry.turn?.candidate
      if (!candidate) return undefined
      const close = () => {
        closed.add(laneOf(turn))
        isLikelyLeft ||= turn.tier > 0
      }
      const request = this.#proofs.requestFor(entry.device, candidate)
      if (turn.isKnownGround && draining.has(turn.username)) {
        close()
        continue
      }
      if (this.#isSiteFull(entry, candidate, request)) {
        this.#entries.waitBehindSite(entry)
        continue
      }
      const verification = this.#verificationBefore(request)
      if (verification) return verification
      const reservation = this.#forecast.begin(request, this.#now)
      if (reservation.granted) {
        const { device } = entry
        const running = { entry, grant: reservation.grant, isLikely: turn.tier > 0 }
        return this.#start({ device, credential: candidate.credential, request }, running)
      }
      const { reason } = reservation
      if (reason === 'device-busy') {
        this.#entries.leaveAlone(entry, this.#now + busyElsewhereMs, { reason, credential: candidate.credential })
      } else if (isPassing(reason)) {
        const proof = reason === 'account-busy' ? undefined : this.#nextProof(request, reason)
        if (proof) return proof
        if (reason === 'account-busy') this.#lanes.isBusy(turn)
        close()
        if (!turn.isKnownGround) draining.add(turn.username)
      } else this.#turns.give(entry, this.#now)
    }
    return undefined
  }

  /** Where every device counts for itself, a site's first hit is waited for: its neighbours are spared the wrong ones. */
  #isSiteFull(entry: Entry, { credential }: RankedCandidate, request: AttemptRequest): boolean {
    const busy = this.#flight.atSite(entry.site)
    if (busy >= (this.#input.perSite ?? Number.POSITIVE_INFINITY)) return true
    const { policy } = request.charges[0]
    const isLocal = policy.kind === 'device' && policy.threshold !== 'none'
    return busy > 0 && isLocal && !this.#ranking.hasOpenedAt(entry.device, credential)
  }

  /** A try that would decide about an open failure is made where it tells most, which may be another device. */
  #verificationBefore(request: AttemptRequest): ScheduledTry | undefined {
    const judgement = this.#forecast.preview(request, this.#now)
    if (!judgement.granted || judgement.grant.charges.every(({ ground }) => ground !== 'verification')) return undefined
    return this.#nextProof(request, 'verify-first')
  }

  #nextProof(request: AttemptRequest, reason: 'verify-first' | 'recheck-first'): ScheduledTry | undefined {
    for (const proof of this.#proofs.lifting(request, reason)) {
      if (this.#flight.has(proof.device.name)) continue
      const reservation = this.#forecast.begin(proof.request, this.#now)
      if (reservation.granted) {
        const entry = this.#entries.all.get(proof.device.name)
        const pending = entry?.state === 'waiting' ? entry : undefined
        return this.#start(proof, { entry: pending, grant: reservation.grant, isLikely: true })
      }
      if (reservation.retryAt !== undefined) this.#lanesWakeAt = Math.min(this.#lanesWakeAt, reservation.retryAt)
    }
    if (reason === 'recheck-first' && this.#proofs.giveUpRecheck(request))
      this.#entries.touchWhere(({ turn }) => turn?.credential === request.credential)
    return undefined
  }

  #start({ device, credential, request }: Proof, running: Running): ScheduledTry {
    const { entry, grant } = running
    if (entry) Object.assign(entry, { state: 'busy', turn: undefined, wakeAt: undefined, waitsFor: undefined })
    this.#flight.start({ device }, running)
    const grounds = grant.charges.map(({ ground }) => ground)
    const reason = grounds.includes('verification') ? 'verify' : grounds.includes('recheck') ? 'recheck' : 'try'
    return { device, credential, reason, isPending: entry !== undefined, request }
  }

  /** Takes a try out of flight; `learn` is what else the forecast takes over. The device is to get a new turn. */
  #end(tried: ScheduledTry, outcome: AttemptOutcome, now: number, learn = () => {}): Entry | undefined {
    this.#now = Math.max(this.#now, now)
    const { device, request } = tried
    const { entry, grant } = this.#flight.end(tried)
    this.#entries.releaseSite(request.site)
    const before = this.#forecast.tables.load(request)
    const isSeenElsewhere = [...this.#forecast.tables.openFailures()].some((failure) => failure.device === device.name)
    this.#forecast.end(grant, outcome, this.#now)
    learn()
    if (isSeenElsewhere || hasChanged(before, this.#forecast.tables.load(request))) {
      if (this.#doubtful.update()) this.#ranking.forget()
      const usernames = new Set(request.charges.map(({ username }) => username))
      this.#entries.touchWhere(
        ({ turn, waitsFor }) => waitsFor !== undefined || (turn !== undefined && usernames.has(turn.username)),
      )
    }
    if (entry) {
      entry.state = 'waiting'
      this.#entries.touch(entry)
    }
    return entry
  }

  #idle(): { readonly waitUntil?: number } | 'done' {
    const at = Math.min(this.#entries.nextWake(), this.#lanesWakeAt)
    const longest = Math.max(busyElsewhereMs, this.#input.maxWaitMs ?? defaultMaxWaitMs)
    if (at - this.#now <= longest) return { waitUntil: at }
    return this.#flight.size > 0 ? {} : 'done'
  }
}
