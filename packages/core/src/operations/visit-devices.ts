import { createSchedule, type Leftover, type Schedule, type ScheduledTry } from '../credentials/discovery-schedule.ts'
import { deviceResult, failureCode } from '../device-result.ts'
import type { NetlatchError } from '../errors.ts'
import type { AttemptOutcome, Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { StateStore } from '../state/state-store.ts'
import { Channel } from './channel.ts'
import { deviceRecord } from './device-record.ts'
import { DeviceTrace } from './device-trace.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'
import { leftoverFacts } from './leftover-facts.ts'
import type { Netlatch } from './netlatch.ts'
import { type OpenPorts, type OpenResult, openDevice } from './open-device.ts'
import { openRunPorts } from './run-ports.ts'
import type { VisitOptions, Worked, WorkFacts } from './visit-options.ts'

export type { OpenedDevice, VisitOptions, Worked, WorkFacts } from './visit-options.ts'

const defaultTimeoutMs = 60_000

/**
 * Opens devices one after the other and many at once, as the attempt ledger allows, does the operation's work on each, and
 * gives one result per device as it is there. Every secret that leaves has a reservation; a device that fails is a result.
 */
export async function* visitDevices<R extends DeviceResult = DeviceResult>(
  netlatch: Netlatch,
  targets: readonly PlannedDevice[],
  knowledge: Knowledge,
  options: VisitOptions<R>,
): AsyncGenerator<R | DeviceResult, void, undefined> {
  const state = await netlatch.state()
  const vault = await netlatch.vault()
  const { operation, selection } = options
  const runId = options.runId ?? (await state.startRun({ operation, selection, devices: targets.length }))
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  await using ports = await openRunPorts(netlatch, { vault, charge: knowledge.charge, runId, timeoutMs, signal })
  const visit = new Visit<R>(netlatch, { state, targets, knowledge, ports, runId, options })
  options.onProgress?.({ type: 'started', devices: targets.length, runId })
  try {
    for await (const result of visit.results()) {
      yield result
      options.onProgress?.({ type: 'result', result, done: visit.done, devices: targets.length })
    }
  } finally {
    // Whoever stops reading stops the run: what is in flight is given up, and counts as spent where a secret was sent.
    stop.abort(new Error('stopped'))
    await visit.settled()
    if (options.runId === undefined) await state.finishRun(runId, { done: visit.done, devices: targets.length })
  }
}

interface VisitInput<R extends DeviceResult> {
  readonly state: StateStore
  readonly targets: readonly PlannedDevice[]
  readonly knowledge: Knowledge
  readonly ports: OpenPorts
  readonly runId: string
  readonly options: VisitOptions<R>
}

class Visit<R extends DeviceResult> {
  readonly #netlatch: Netlatch
  readonly #input: VisitInput<R>
  readonly #schedule: Schedule
  readonly #ended = new Channel<R | DeviceResult | undefined>()
  readonly #inFlight = new Set<Promise<void>>()
  readonly #traces = new Map<string, DeviceTrace<Worked<R>>>()
  readonly #reported = new Set<string>()
  #broken: { readonly error: unknown } | undefined

  constructor(netlatch: Netlatch, input: VisitInput<R>) {
    this.#netlatch = netlatch
    this.#input = input
    this.#schedule = scheduleFor(netlatch, input)
  }

  get done(): number {
    return this.#reported.size
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#inFlight)
  }

  async *results(): AsyncGenerator<R | DeviceResult, void, undefined> {
    const { options, ports } = this.#input
    const concurrency = options.concurrency ?? this.#netlatch.workspace.settings.limits.concurrency
    for (const result of options.foregone ?? []) yield await this.#keep(result, undefined)
    for (;;) {
      const waitUntil = this.#launch(concurrency)
      for (const result of this.#ended.take()) if (result) yield result
      if (this.#broken) throw this.#broken.error
      ports.signal?.throwIfAborted()
      const isIdle = this.#inFlight.size === 0
      if (isIdle && (waitUntil === 'done' || options.finish?.aborted)) break
      if (isIdle && typeof waitUntil === 'number') this.#announceWait(waitUntil)
      await this.#ended.wait(waitUntil === 'done' ? undefined : waitUntil)
    }
    for (const leftover of this.#schedule.leftovers()) yield await this.#leftOver(leftover)
  }

  /** Starts what may start now. Returns until when there is nothing to do, unless a login ends before. */
  #launch(concurrency: number): number | 'done' | undefined {
    while (this.#inFlight.size < concurrency && !this.#input.options.finish?.aborted && !this.#broken) {
      const next = this.#schedule.next(this.#now())
      if (next === 'done') return 'done'
      if (!('device' in next)) return next.waitUntil ?? (this.#inFlight.size === 0 ? 'done' : undefined)
      const running: Promise<void> = this.#try(next)
        .catch((error: unknown) => {
          this.#broken ??= { error }
        })
        .finally(() => {
          this.#inFlight.delete(running)
          this.#ended.push(undefined)
        })
      this.#inFlight.add(running)
    }
    return undefined
  }

  async #try(tried: ScheduledTry): Promise<void> {
    const { ports } = this.#input
    const { device, credential } = tried
    const trace = this.#traceOf(device)
    const methods = trace.methodsOf(credential)
    const opened = await openDevice(
      this.#netlatch,
      { device, credential, attempt: tried.request, ...(methods && { methods }) },
      ports,
    )
    trace.add(opened)
    switch (opened.kind) {
      case 'opened':
        return this.#opened(tried, opened)
      case 'failed':
        trace.failure = opened
        return this.#schedule.finished(tried, outcomeOf(opened), this.#now(), { isEnough: false })
      case 'refused':
        return this.#schedule.refused(tried, opened.verdict, this.#now())
      case 'unusable':
        this.#schedule.gaveUp(tried, opened.code, this.#now())
        if (tried.isPending) await this.#report(device, { facts: failureFacts(opened.code, opened.error) })
    }
  }

  async #opened(tried: ScheduledTry, opened: OpenResult & { kind: 'opened' }): Promise<void> {
    const { device, credential } = tried
    const { work, isEnough } = this.#input.options
    await using connection = opened.connection
    // A login is over when it succeeded: others of this account go on while this device works.
    if (!tried.isPending || !isEnough) this.#schedule.finished(tried, 'ok', this.#now())
    if (!tried.isPending) return
    const trace = this.#traceOf(device)
    trace.opened(credential, opened)
    const worked = await this.#work(work({ device, credential, connection, ports: this.#input.ports }))
    const goesOn = isEnough !== undefined && !isEnough(worked.facts)
    if (isEnough) this.#schedule.finished(tried, 'ok', this.#now(), { isEnough: !goesOn })
    trace.privilege = worked.facts.privilege ?? 'unknown'
    if (goesOn) trace.provisional = worked
    else await this.#report(device, worked)
  }

  /** A device that fails while it is worked on is a result as well. */
  async #work(working: Promise<Worked<R>>): Promise<Worked<R>> {
    try {
      return await working
    } catch (thrown) {
      this.#input.ports.signal?.throwIfAborted()
      const { code, error } = failureCode(thrown)
      return { facts: failureFacts(code, error) }
    }
  }

  async #leftOver(leftover: Leftover): Promise<R | DeviceResult> {
    const { device } = leftover
    const trace = this.#traceOf(device)
    const { finish } = this.#input.options
    const stopped = finish?.aborted && leftover.reason !== 'no-candidate' && leftover.reason !== 'all-rejected'
    const facts: WorkFacts = stopped
      ? { code: 'ABORTED' }
      : leftoverFacts(leftover, trace.failure?.code, this.#netlatch.now())
    return this.#finish(device, trace.provisional ?? { facts })
  }

  async #report(device: Device, worked: Worked<R>): Promise<void> {
    this.#ended.push(await this.#finish(device, worked))
  }

  async #finish(device: Device, worked: Worked<R>): Promise<R | DeviceResult> {
    const { knowledge } = this.#input
    const trace = this.#traceOf(device)
    const before = knowledge.known.devices.get(device.name)
    const base = deviceResult(device, {
      ...trace.facts(before?.credential ?? null, this.#netlatch.now()),
      ...worked.facts,
    })
    const result = worked.more ? ({ ...base, ...worked.more } as R) : base
    return this.#keep(result, trace)
  }

  async #keep<T extends DeviceResult>(result: T, trace: DeviceTrace<Worked<R>> | undefined): Promise<T> {
    const { state, runId, options, knowledge } = this.#input
    const before = knowledge.known.devices.get(result.device)
    this.#reported.add(result.device)
    if (options.runId === undefined) await state.saveResult(runId, result)
    if (options.save !== false && result.code !== 'ABORTED') await state.saveDevice(deviceRecord(before, result, trace))
    return result
  }

  #traceOf(device: Device): DeviceTrace<Worked<R>> {
    const found = this.#traces.get(device.name)
    if (found) return found
    const made = new DeviceTrace<Worked<R>>(this.#input.knowledge.known.devices.get(device.name))
    this.#traces.set(device.name, made)
    return made
  }

  #announceWait(until: number): void {
    const waiting = this.#input.targets.length - this.#reported.size
    this.#input.options.onProgress?.({
      type: 'waiting',
      devices: waiting,
      until: new Date(until),
      because: 'the attempt budget',
    })
  }

  #now(): number {
    return this.#netlatch.now().getTime()
  }
}

function scheduleFor<R extends DeviceResult>(netlatch: Netlatch, input: VisitInput<R>): Schedule {
  const { targets, knowledge, ports, options } = input
  const candidates = new Map(targets.map((target) => [target.device, target.candidates]))
  return createSchedule({
    devices: targets.map(({ device }) => device),
    credentials: ports.vault.credentials,
    candidatesOf: (device) => candidates.get(device) ?? [],
    order: options.order,
    charge: knowledge.charge,
    secretIdOf: knowledge.secretIdOf,
    known: knowledge.known,
    deviceNamed: (name) => netlatch.inventory.byName.get(name),
    perSite: netlatch.workspace.settings.limits.perSite,
    ...(options.mayLearn && { mayLearn: options.mayLearn }),
    ...(options.maxWaitMs !== undefined && { maxWaitMs: options.maxWaitMs }),
    now: netlatch.now().getTime(),
  })
}

/** Once a secret was sent, its outcome counts; before that the credential just cannot be used here. */
function outcomeOf({ attempts }: OpenResult): AttemptOutcome {
  return attempts.at(-1)?.outcome ?? 'unsent'
}

function failureFacts(code: ResultCode, { details }: NetlatchError): WorkFacts {
  return { code, details }
}
