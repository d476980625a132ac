import { deviceResult } from '../device-result.ts'
import type { Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { DeviceRecord, StateStore } from '../state/state-store.ts'
import { deviceRecord } from './device-record.ts'
import { DeviceTrace } from './device-trace.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import type { VisitOptions, Worked } from './visit-options.ts'

export interface RunResultsInput<R extends DeviceResult> {
  readonly state: StateStore
  readonly runId: string
  /** As it was when the run began. */
  readonly knowledge: Pick<Knowledge, 'known'>
  readonly options: Pick<VisitOptions<R>, 'runId' | 'save' | 'resultElsewhere'>
}

/** Between a login and what it came to. A program that takes longer was stopped. */
const resultWithinMs = 20_000

/** Of the device nothing was found out: what was known of it stays. */
const saysNothing: readonly ResultCode[] = ['ABORTED', 'NOT_OPENED']

/** What happens with the devices of a run: one result each, kept with what it says about the device. */
export class RunResults<R extends DeviceResult> {
  readonly #now: () => Date
  readonly #input: RunResultsInput<R>
  readonly #reported = new Set<string>()
  readonly #traces = new Map<string, DeviceTrace<Worked<R>>>()
  readonly #before: ReadonlyMap<string, DeviceRecord>
  #known: ReadonlyMap<string, DeviceRecord>

  constructor({ now }: Pick<Netlatch, 'now'>, input: RunResultsInput<R>) {
    this.#now = now
    this.#input = input
    this.#before = input.knowledge.known.devices
    this.#known = this.#before
  }

  get reported(): number {
    return this.#reported.size
  }

  traceOf({ name }: Device): DeviceTrace<Worked<R>> {
    const found = this.#traces.get(name)
    if (found) return found
    const made = new DeviceTrace<Worked<R>>(this.#before.get(name))
    this.#traces.set(name, made)
    return made
  }

  /** What is known of the devices now, also by other programs. */
  refresh(known: ReadonlyMap<string, DeviceRecord>): void {
    this.#known = known
  }

  /** Results of devices that other programs have opened since the run began, where that spares the visit. */
  openedElsewhere(
    targets: readonly Pick<PlannedDevice, 'device'>[],
    known: ReadonlyMap<string, DeviceRecord> = this.#known,
  ): readonly (readonly [Device, DeviceResult])[] {
    const { resultElsewhere } = this.#input.options
    return targets.flatMap(({ device }) => {
      const record = known.get(device.name)
      if (this.#reported.has(device.name)) return []
      const facts = record && resultElsewhere?.(record)
      return facts ? [[device, deviceResult(device, facts)] as const] : []
    })
  }

  /** The same for one device, as it is at this moment. `working`: another program logs in, or has just done so, and its result is to come. */
  async elsewhere(device: Device): Promise<DeviceResult | 'working' | undefined> {
    const { state, options } = this.#input
    if (!options.resultElsewhere || this.traceOf(device).hasLoggedIn) return undefined
    const records = await state.devices([device.name])
    const [found] = this.openedElsewhere([{ device }], records)
    if (found) return found[1]
    const [last] = await state.history(device.name, { limit: 1 })
    const isAtIt = last?.outcome === 'ok' || last?.outcome === 'in-flight'
    if (!isAtIt || this.#now().getTime() - last.at.getTime() >= resultWithinMs) return undefined
    // One that is stored already spared nobody the visit.
    const testedAt = records.get(device.name)?.testedAt
    return testedAt && testedAt >= last.at ? undefined : 'working'
  }

  async finish(device: Device, worked: Worked<R>): Promise<R | DeviceResult> {
    const trace = this.traceOf(device)
    const before = this.#before.get(device.name)
    const base = deviceResult(device, {
      ...trace.facts(before?.credential ?? null, this.#now()),
      ...worked.facts,
    })
    const result = worked.more ? ({ ...base, ...worked.more } as R) : base
    return this.keep(result, trace)
  }

  async keep<T extends DeviceResult>(result: T, trace?: DeviceTrace<unknown>): Promise<T> {
    const { state, options } = this.#input
    await this.note(result)
    const before = this.#known.get(result.device)
    if (options.save !== false && !saysNothing.includes(result.code))
      await state.saveDevice(deviceRecord(before, result, trace))
    return result
  }

  /** A result of the run that says nothing new about the device. */
  async note<T extends DeviceResult>(result: T): Promise<T> {
    const { state, runId, options } = this.#input
    this.#reported.add(result.device)
    // A run of ten thousand devices keeps nothing of those that are done.
    this.#traces.delete(result.device)
    // A caller with a run of its own records them once what they claim is done.
    if (options.runId === undefined) await state.saveResult(runId, result)
    return result
  }
}
