import {
  createSchedule,
  type Leftover,
  type Schedule,
  type ScheduledTry,
} from '../../../packages/core/src/credentials/discovery-schedule.ts'
import type { KnownState } from '../../../packages/core/src/credentials/known-state.ts'
import { PriorityQueue } from '../../../packages/core/src/credentials/priority-queue.ts'
import type { Candidate, Credential, Device } from '../../../packages/core/src/model.ts'
import { createMemoryLedger, type MemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import { createChargeRule } from '../../../packages/core/src/safety/realms.ts'
import type { RealmSettings } from '../../../packages/core/src/workspace/workspace.ts'
import { type Fleet, type SimulatedDevice, secretIdOf } from './fleet.ts'
import { knowledgeAfter } from './knowledge.ts'
import { type Damage, logIn, noDamage } from './log-in.ts'
import { letPeopleLogIn } from './people.ts'
import { createRandom } from './random.ts'

export interface SimulationOptions {
  readonly seed: number
  /** @default a new one */
  readonly ledger?: MemoryLedger
  /** Start in milliseconds. @default 0 */
  readonly startAt?: number
  readonly known?: KnownState
  readonly realms?: Readonly<Record<string, RealmSettings>>
  /** The realm that a credential names. */
  readonly realmOf?: (credential: Credential) => string | undefined
  readonly order?: 'confidence' | 'resolution'
  /** Credentials that opened devices before. */
  readonly worked?: ReadonlyMap<string, string>
  readonly maxWaitMs?: number
  /** Changes the far side while the run goes on. */
  readonly disturb?: { readonly atMs: number; readonly change: () => void }
  /** Logins at once of each program. @default 64 */
  readonly concurrency?: number
  /** Programs that share the ledger, each with its part of the devices. @default 1 */
  readonly programs?: number
}

export interface Outcome {
  readonly damage: Damage
  readonly ledger: MemoryLedger
  /** What opened each device. */
  readonly opened: ReadonlyMap<string, string>
  /** Secrets that each device rejected. */
  readonly rejections: ReadonlyMap<string, ReadonlySet<string>>
  readonly leftovers: readonly Leftover[]
  readonly attempts: number
  /** Failed logins by username. */
  readonly failed: ReadonlyMap<string, number>
  /** Most logins at once of one username. */
  readonly most: ReadonlyMap<string, number>
  readonly endedAt: number
}

/** Connecting takes the larger part of a login, the part under the reservation the smaller. */
const connectShare = 0.65
const deadMs = 3_000
const hangMs = 15_000
/** How long a program keeps a connection that it opened ahead of its login. */
const aheadMs = 15_000
/** How often a program looks at what the others have written. */
const refreshMs = 2_000

/** Plays one run on a fleet, event by event, with people who log in on the same accounts and mistype at times. */
export function simulate(fleet: Fleet, options: SimulationOptions): Outcome {
  return new Simulation(fleet, options).run()
}

interface Program {
  readonly schedule: Schedule
  readonly wakeUps: Set<number>
  /** Connections that were opened ahead of their logins: when each is ready, and how long its login takes. */
  readonly ahead: Map<string, { readonly readyAt: number; readonly loginMs: number }>
  running: number
  isOver: boolean
  /** Of the ledger, when the program looked last. */
  seen: number
}

class Simulation {
  readonly #fleet: Fleet
  readonly #options: SimulationOptions
  readonly #random: () => number
  readonly #events = new PriorityQueue<{ readonly at: number; readonly order: number; readonly happen: () => void }>(
    (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order),
  )
  readonly #ledger: MemoryLedger
  readonly #programs: readonly Program[]
  readonly #byName: ReadonlyMap<string, SimulatedDevice>
  readonly #damage = noDamage()
  readonly #opened = new Map<string, string>()
  readonly #rejections = new Map<string, Set<string>>()
  readonly #failed = new Map<string, number>()
  readonly #inFlight = new Map<string, number>()
  readonly #most = new Map<string, number>()
  #now: number
  #order = 0
  #writes = 0
  #known: { readonly at: number; readonly state: KnownState } | undefined
  #attempts = 0
  #endedAt: number

  constructor(fleet: Fleet, options: SimulationOptions) {
    this.#fleet = fleet
    this.#options = options
    this.#random = createRandom(options.seed * 31 + 7)
    this.#ledger = options.ledger ?? createMemoryLedger()
    this.#now = options.startAt ?? 0
    this.#endedAt = this.#now
    this.#byName = new Map(fleet.devices.map((simulated) => [simulated.device.name, simulated]))
    const { realmOf = () => undefined, realms = {}, programs = 1 } = options
    const credentials = fleet.credentials.map((credential) => {
      const realm = realmOf(credential)
      return realm === undefined ? credential : { ...credential, realm }
    })
    const idOf = (credential: Credential) => secretIdOf(fleet, credential)
    const charge = createChargeRule({ realms, credentials, secretIdOf: idOf })
    const devices = fleet.devices.map(({ device }) => device)
    this.#programs = Array.from({ length: programs }, (_, program) => ({
      schedule: createSchedule({
        devices: devices.filter((_, index) => index % programs === program),
        credentials,
        candidatesOf: (device) => candidatesOf(device, credentials, options.worked),
        order: options.order ?? 'confidence',
        charge,
        secretIdOf: idOf,
        mayLearn: () => true,
        deviceNamed: (name) => this.#byName.get(name)?.device,
        ...(options.known && { known: options.known }),
        ...(options.maxWaitMs !== undefined && { maxWaitMs: options.maxWaitMs }),
        now: this.#now,
      }),
      wakeUps: new Set<number>(),
      ahead: new Map(),
      running: 0,
      isOver: false,
      seen: 0,
    }))
  }

  run(): Outcome {
    for (const { atMs, server, username } of this.#fleet.rotations)
      this.#after(atMs, () => {
        const account = this.#fleet.servers.get(server)?.accounts.get(username)
        if (account) account.password = 'rotated'
      })
    const { disturb } = this.#options
    if (disturb) this.#after(disturb.atMs, disturb.change)
    letPeopleLogIn(this.#fleet, this.#random, {
      after: (delayMs, happen) => this.#after(delayMs, happen),
      logIn: (simulated, username, password) =>
        logIn(this.#fleet, simulated, { username, password, ours: false }, this.#now, this.#damage),
    })
    for (const program of this.#programs) {
      this.#fill(program)
      if (this.#programs.length > 1) this.#after(refreshMs, () => this.#refresh(program))
    }
    for (let event = this.#events.take(); event && !this.#isOver(); event = this.#events.take()) {
      this.#now = event.at
      event.happen()
    }
    return {
      damage: this.#damage,
      ledger: this.#ledger,
      opened: this.#opened,
      rejections: this.#rejections,
      leftovers: this.#programs.flatMap(({ schedule }) => schedule.leftovers()),
      attempts: this.#attempts,
      failed: this.#failed,
      most: this.#most,
      endedAt: this.#endedAt,
    }
  }

  #after(delayMs: number, happen: () => void): void {
    this.#events.push({ at: this.#now + delayMs, order: this.#order++, happen })
  }

  #isOver(): boolean {
    return this.#programs.every(({ isOver }) => isOver)
  }

  #fill(program: Program): void {
    const { schedule, wakeUps } = program
    while (program.running < (this.#options.concurrency ?? 64)) {
      const next = schedule.next(this.#now)
      if (next === 'done') {
        program.isOver = program.running === 0
        return
      }
      if (!('device' in next)) {
        this.#connectAhead(program)
        const at = next.waitUntil
        if (at === undefined || wakeUps.has(at)) return
        wakeUps.add(at)
        this.#after(Math.max(0, at - this.#now) + 10, () => this.#fill(program))
        return
      }
      program.running += 1
      this.#connect(program, next)
    }
  }

  #connectAhead({ schedule, ahead, running }: Program): void {
    for (const [device, { readyAt }] of ahead) if (readyAt + aheadMs < this.#now) ahead.delete(device)
    for (const { device } of schedule.upcoming()) {
      if (running + ahead.size >= (this.#options.concurrency ?? 64)) return
      if (ahead.has(device.name) || this.#byName.get(device.name)?.isDead) continue
      const durationMs = this.#durationMs()
      ahead.set(device.name, {
        readyAt: this.#now + durationMs * connectShare,
        loginMs: durationMs * (1 - connectShare),
      })
    }
  }

  #durationMs(): number {
    return 300 + this.#random() * 2700
  }

  #refresh(program: Program): void {
    if (program.isOver) return
    if (program.seen !== this.#writes) program.schedule.refresh(this.#knowledge(), this.#now)
    program.seen = this.#writes
    this.#fill(program)
    this.#after(refreshMs, () => this.#refresh(program))
  }

  #knowledge(): KnownState {
    if (this.#known?.at !== this.#writes) {
      const sofar = { ledger: this.#ledger, opened: this.#opened, rejections: this.#rejections, endedAt: this.#now }
      this.#known = { at: this.#writes, state: knowledgeAfter(sofar, this.#fleet) }
    }
    return this.#known.state
  }

  #connect(program: Program, tried: ScheduledTry): void {
    const simulated = this.#byName.get(tried.device.name)
    if (!simulated) throw new TypeError(`no device ${tried.device.name}`)
    if (simulated.isDead) {
      this.#after(deadMs, () => {
        program.schedule.gaveUp(tried, 'UNREACHABLE', this.#now)
        this.#ended(program)
      })
      return
    }
    const ready = program.ahead.get(tried.device.name)
    program.ahead.delete(tried.device.name)
    const durationMs = this.#durationMs()
    const connectMs = ready ? Math.max(0, ready.readyAt - this.#now) : durationMs * connectShare
    const loginMs = ready?.loginMs ?? durationMs * (1 - connectShare)
    this.#after(connectMs, () => this.#reserve(program, tried, simulated, loginMs))
  }

  #reserve(program: Program, tried: ScheduledTry, simulated: SimulatedDevice, durationMs: number): void {
    const answer = this.#ledger.reserve(tried.request, this.#now)
    if (!answer.granted) {
      const { reason, retryAt } = answer
      program.schedule.refused(
        tried,
        { granted: false, reason, ...(retryAt !== undefined && { retryAt: new Date(retryAt) }) },
        this.#now,
      )
      this.#ended(program)
      return
    }
    const { username } = tried.credential
    this.#inFlight.set(username, (this.#inFlight.get(username) ?? 0) + 1)
    this.#most.set(username, Math.max(this.#most.get(username) ?? 0, this.#inFlight.get(username) ?? 0))
    this.#after(durationMs * 0.5, () => {
      const password = this.#fleet.passwords.get(tried.credential.name) ?? ''
      const outcome = logIn(this.#fleet, simulated, { username, password, ours: true }, this.#now, this.#damage)
      const hangs = outcome === 'rejected' && this.#random() < 0.02
      this.#after(hangs ? hangMs : durationMs * 0.5, () =>
        this.#finish(program, tried, answer.grant.id, outcome, hangs),
      )
    })
  }

  #finish(
    program: Program,
    tried: ScheduledTry,
    grantId: string,
    outcome: 'ok' | 'rejected' | 'refused',
    hangs: boolean,
  ): void {
    const { device, credential } = tried
    const { username } = credential
    this.#inFlight.set(username, (this.#inFlight.get(username) ?? 1) - 1)
    const settled = outcome === 'refused' ? 'unsent' : hangs ? 'unclear' : outcome
    this.#ledger.finish(grantId, settled, this.#now)
    this.#writes += 1
    program.schedule.finished(tried, settled, this.#now)
    if (outcome !== 'refused') this.#attempts += 1
    if (outcome === 'ok' && tried.isPending) this.#opened.set(device.name, credential.name)
    if (outcome === 'rejected') {
      this.#failed.set(username, (this.#failed.get(username) ?? 0) + 1)
      const rejected = this.#rejections.get(device.name) ?? new Set()
      this.#rejections.set(device.name, rejected.add(secretIdOf(this.#fleet, credential)))
    }
    this.#endedAt = this.#now
    this.#ended(program)
  }

  #ended(program: Program): void {
    program.running -= 1
    this.#fill(program)
  }
}

function candidatesOf(
  device: Device,
  credentials: readonly Credential[],
  worked: ReadonlyMap<string, string> | undefined,
): Candidate[] {
  const before = credentials.filter(({ name }) => worked?.get(device.name) === name)
  const matching = credentials
    .filter((credential) => !before.includes(credential) && credential.tags.some((tag) => device.tags.includes(tag)))
    .sort((a, b) => a.priority - b.priority)
  return [
    ...before.map((credential): Candidate => ({ credential, reason: 'worked-before', because: 'worked before' })),
    ...matching.map((credential): Candidate => ({ credential, reason: 'match', because: 'tag' })),
  ]
}
