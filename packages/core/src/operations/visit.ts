import type { Lease } from '../connection/connection-pool.ts'
import type { Connection } from '../connection/transport.ts'
import type { Leftover, Schedule, ScheduledTry } from '../credentials/discovery-schedule.ts'
import type { KnownState } from '../credentials/known-state.ts'
import type { Credential, Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { StateStore } from '../state/state-store.ts'
import { eachAtOnce } from './at-once.ts'
import { Channel } from './channel.ts'
import { ConnectionsAhead } from './connections-ahead.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import { failureFacts } from './failure-facts.ts'
import type { Knowledge } from './gather-knowledge.ts'
import { accountOf, leftoverFacts, releaseCommand, wouldHaveEnded } from './leftover-facts.ts'
import type { Netlatch } from './netlatch.ts'
import { type OpenConnection, takeOpenConnections } from './open-connections.ts'
import { type OpenPorts, type OpenResult, openDevice, outcomeOf } from './open-device.ts'
import { lookEveryMs, OtherPrograms } from './other-programs.ts'
import { poolKey } from './pool-key.ts'
import { RunResults } from './run-results.ts'
import { scheduleVisits } from './schedule-visits.ts'
import type { Afterwards, VisitOptions, Worked, WorkFacts } from './visit-options.ts'
import { workAfterwards, workOnDevice } from './work-on-device.ts'

export interface VisitInput<R extends DeviceResult> {
  readonly state: StateStore
  readonly targets: readonly PlannedDevice[]
  readonly knowledge: Knowledge
  readonly ports: OpenPorts
  readonly runId: string
  readonly options: VisitOptions<R>
}

/**
 * One run over devices: launches what the schedule says, takes over what other programs bring, and gives one result per device.
 * Call `settled` once its results are no longer read.
 */
export class Visit<R extends DeviceResult> {
  readonly #netlatch: Netlatch
  readonly #input: VisitInput<R>
  #schedule: Schedule
  readonly #ended = new Channel<R | DeviceResult | undefined>()
  readonly #inFlight = new Set<Promise<void>>()
  /** Devices that are not needed any more, and have no result yet. */
  readonly #afterwards = new Set<Promise<void>>()
  readonly #results: RunResults<R>
  readonly #others: OtherPrograms
  readonly #ahead: ConnectionsAhead
  #announced: number | undefined
  /** Nothing was tried since the whole store was looked at. */
  #isSettled = false
  /** Worked on over a connection that was open already. */
  readonly #warm = new Set<Device>()
  readonly #obstacles: ReadonlyMap<Device, PlannedDevice['otherwise']>
  #broken: { readonly error: unknown } | undefined

  constructor(netlatch: Netlatch, input: VisitInput<R>) {
    this.#netlatch = netlatch
    this.#input = input
    this.#schedule = scheduleVisits(netlatch, { ...input, vault: input.ports.vault })
    this.#results = new RunResults(netlatch, input)
    this.#others = new OtherPrograms(input.state, input.knowledge.charges)
    this.#ahead = new ConnectionsAhead(netlatch, input.ports)
    this.#obstacles = new Map(input.targets.map(({ device, otherwise }) => [device, otherwise]))
  }

  get done(): number {
    return this.#results.reported
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#inFlight)
    await Promise.allSettled(this.#afterwards)
    await this.#ahead[Symbol.asyncDispose]()
  }

  async *results(): AsyncGenerator<R | DeviceResult, void, undefined> {
    const { options, ports } = this.#input
    const concurrency = options.concurrency ?? this.#netlatch.workspace.settings.limits.concurrency
    // A run that waits for a window hears at once that it shall end.
    for (const end of [options.finish, ports.signal]) end?.addEventListener('abort', () => this.#ended.wake())
    for (const result of options.foregone ?? []) yield await this.#results.keep(result)
    yield* this.#workOnOpenConnections()
    await this.#spareVisits()
    for (;;) {
      const waitUntil = this.#launch(concurrency)
      // Whoever reads may take long for a result: what ends meanwhile is taken in the next round.
      const isIdle = this.#inFlight.size === 0 && this.#afterwards.size === 0
      for (const result of this.#ended.take()) if (result) yield result
      if (this.#broken) throw this.#broken.error
      ports.signal?.throwIfAborted()
      if (isIdle && options.finish?.aborted) break
      if (isIdle && (await this.#settle())) continue
      if (isIdle && waitUntil === 'done') break
      if (isIdle && typeof waitUntil === 'number') this.#announceWait(waitUntil)
      const waitMs = typeof waitUntil === 'number' ? waitUntil - this.#now() : lookEveryMs
      await this.#ended.wait(Math.min(waitMs, lookEveryMs))
      await this.#takeOver(await this.#others.news())
    }
    for (const leftover of this.#schedule.leftovers()) yield await this.#leftOver(leftover)
  }

  /** Devices that an earlier operation left open need no login; one whose connection fails now is scheduled like the others. */
  async *#workOnOpenConnections(): AsyncGenerator<R | DeviceResult, void, undefined> {
    const { targets, knowledge, options } = this.#input
    if (!options.reuse) return
    const open = takeOpenConnections(this.#netlatch, targets, knowledge)
    const lanes = options.concurrency ?? this.#netlatch.workspace.settings.limits.concurrency
    await eachAtOnce(open, lanes, (each) => this.#reuse(each))
    if (this.#warm.size > 0) {
      const cold = targets.filter(({ device }) => !this.#warm.has(device))
      this.#schedule = scheduleVisits(this.#netlatch, { ...this.#input, vault: this.#input.ports.vault, targets: cold })
    }
    for (const result of this.#ended.take()) if (result) yield result
  }

  async #reuse({ device, credential, lease }: OpenConnection): Promise<void> {
    await using connection = lease
    const worked = await this.#work(device, credential, connection)
    const facts = typeof worked === 'function' ? undefined : worked.facts
    if (facts?.code === 'SESSION_LOST' || facts?.code === 'PROMPT_NOT_FOUND') return
    this.#warm.add(device)
    const trace = this.#results.traceOf(device)
    const secretId = this.#input.knowledge.secretIdOf(credential, device)
    Object.assign(trace, { credential, secretId, privilege: facts?.privilege ?? trace.privilege })
    await (typeof worked === 'function' ? this.#reportAfterwards(device, worked) : this.#report(device, worked))
  }

  /** Starts what may start now. Returns until when there is nothing to do, unless a login ends before. */
  #launch(concurrency: number): number | 'done' | undefined {
    // What a device gave is kept in memory until its result is there.
    const hasRoom = () =>
      this.#inFlight.size < concurrency && this.#inFlight.size + this.#afterwards.size < 3 * concurrency
    while (hasRoom() && !this.#input.options.finish?.aborted && !this.#broken) {
      const next = this.#schedule.next(this.#now())
      if (next === 'done') return 'done'
      if (!('device' in next)) {
        this.#connectAhead(concurrency)
        return next.waitUntil ?? (this.#inFlight.size === 0 ? 'done' : undefined)
      }
      this.#track(this.#inFlight, this.#try(next))
      this.#isSettled = false
    }
    return undefined
  }

  #track(among: Set<Promise<void>>, work: Promise<void>): void {
    const running: Promise<void> = work
      .catch((error: unknown) => {
        this.#broken ??= { error }
      })
      .finally(() => {
        among.delete(running)
        this.#ended.push(undefined)
      })
    among.add(running)
  }

  #connectAhead(concurrency: number): void {
    const free = concurrency - this.#inFlight.size - this.#ahead.size
    this.#ahead.prepare(this.#schedule.upcoming(), free, ({ device, credential }) =>
      this.#results.traceOf(device).methodsOf(credential),
    )
  }

  /** Before a run waits or ends it goes by what is stored, once. True when that may have brought something to do. */
  async #settle(): Promise<boolean> {
    if (this.#isSettled || this.done >= this.#input.targets.length) return false
    this.#isSettled = true
    return this.#takeOver(await this.#others.all())
  }

  async #takeOver(known: KnownState | undefined): Promise<boolean> {
    if (!known) return false
    this.#schedule.refresh(known, this.#now())
    this.#results.refresh(known.devices)
    await this.#spareVisits()
    return true
  }

  async #spareVisits(): Promise<void> {
    for (const [device, result] of this.#results.openedElsewhere(this.#input.targets))
      if (this.#schedule.withdraw(device)) this.#ended.push(await this.#results.note(result))
  }

  async #try(tried: ScheduledTry): Promise<void> {
    const { ports } = this.#input
    const { device, credential, isPending } = tried
    const elsewhere = async () =>
      isPending && (await this.#others.areActive()) ? this.#results.elsewhere(device) : undefined
    const result = await elsewhere()
    const isBusy = { granted: false, reason: 'device-busy' } as const
    if (result === 'working') return this.#schedule.refused(tried, isBusy, this.#now())
    if (result) {
      this.#schedule.skipped(tried, this.#now())
      return this.#ended.push(await this.#results.note(result))
    }
    const trace = this.#results.traceOf(device)
    const methods = trace.methodsOf(credential)
    const prepared = await this.#ahead.take(tried)
    await using slot = prepared?.slot ?? (await this.#ahead.slotFor(device))
    const isWanted = async () => !(await elsewhere())
    const request = { device, credential, attempt: tried.request, isWanted, ...(methods && { methods }) }
    const opened = prepared?.failure ?? (await openDevice(this.#netlatch, request, ports))
    trace.add(opened)
    switch (opened.kind) {
      case 'opened': {
        const { secretId, connection } = opened
        await using lease = slot.keep(poolKey(device, credential, secretId), connection)
        return await this.#opened(tried, opened, lease)
      }
      case 'failed':
        return await this.#failed(tried, opened)
      case 'refused':
        return this.#schedule.refused(tried, opened.verdict, this.#now())
      case 'unusable':
        this.#schedule.gaveUp(tried, opened.code, this.#now())
        if (tried.isPending)
          await this.#report(device, { facts: failureFacts(this.#netlatch, opened.code, opened.error) })
    }
  }

  async #failed(tried: ScheduledTry, opened: OpenResult & { kind: 'failed' }): Promise<void> {
    const trace = this.#results.traceOf(tried.device)
    trace.failed(opened)
    // The secret is right, the device wants another one on top: no other credential is tried.
    const isRight = opened.code === 'SECOND_FACTOR'
    this.#schedule.finished(tried, outcomeOf(opened), this.#now(), { isEnough: isRight })
    if (isRight && tried.isPending)
      await this.#report(tried.device, { facts: { code: opened.code, details: { credential: tried.credential.name } } })
  }

  async #opened(tried: ScheduledTry, opened: OpenResult & { kind: 'opened' }, lease: Lease<Connection>): Promise<void> {
    const { device, credential } = tried
    const { isEnough } = this.#input.options
    // A login is over when it succeeded: others of this account go on while this device works.
    if (!tried.isPending || !isEnough) this.#schedule.finished(tried, 'ok', this.#now())
    if (!tried.isPending) return
    const trace = this.#results.traceOf(device)
    trace.opened(credential, opened)
    const worked = await this.#work(device, credential, lease)
    if (typeof worked === 'function') {
      if (isEnough) this.#schedule.finished(tried, 'ok', this.#now())
      return this.#report(device, worked)
    }
    const goesOn = isEnough !== undefined && !isEnough(worked.facts)
    if (isEnough) this.#schedule.finished(tried, 'ok', this.#now(), { isEnough: !goesOn })
    trace.sawPrivilege(worked.facts.privilege ?? trace.privilege)
    if (goesOn) trace.provisional = worked
    else await this.#report(device, worked)
  }

  #work(device: Device, credential: Credential, lease: Lease<Connection>): Promise<Worked<R> | Afterwards<R>> {
    const { ports, options } = this.#input
    const notes = this.#results.traceOf(device)
    return workOnDevice(this.#netlatch, options, { device, credential, ports, notes }, lease)
  }

  async #leftOver(leftover: Leftover): Promise<R | DeviceResult> {
    const { device } = leftover
    const trace = this.#results.traceOf(device)
    const { knowledge, state, options } = this.#input
    const { finish } = options
    const stopped = finish?.aborted && wouldHaveEnded(leftover)
    const facts: WorkFacts = stopped
      ? { code: 'ABORTED' }
      : leftoverFacts(leftover, this.#netlatch.now(), {
          failed: trace.failure,
          account: await accountOf(leftover, knowledge.charge, state),
          obstacle: this.#obstacles.get(device),
        })
    return this.#results.finish(device, trace.provisional ?? { facts })
  }

  async #report(device: Device, worked: Worked<R> | Afterwards<R>): Promise<void> {
    if (typeof worked === 'function') return this.#track(this.#afterwards, this.#reportAfterwards(device, worked))
    this.#ended.push(await this.#results.finish(device, worked))
  }

  async #reportAfterwards(device: Device, afterwards: Afterwards<R>): Promise<void> {
    const worked = await workAfterwards(this.#netlatch, this.#input, afterwards)
    const trace = this.#results.traceOf(device)
    trace.sawPrivilege(worked.facts.privilege ?? trace.privilege)
    await this.#report(device, worked)
  }

  #announceWait(until: number): void {
    if (until === this.#announced) return
    this.#announced = until
    const { targets, options } = this.#input
    const wait = { devices: targets.length - this.done, until: new Date(until), because: 'the attempt budget' }
    const release = releaseCommand(this.#schedule.leftovers(), until)
    options.onProgress?.({ type: 'waiting', ...wait, ...(release !== undefined && { release }) })
  }

  #now(): number {
    return this.#netlatch.now().getTime()
  }
}
