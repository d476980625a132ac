import { agoText, formatDay } from '../ages.ts'
import type { Attempt } from '../model.ts'
import type { RunRecord, StateStore, StoredResult } from '../state/state-store.ts'
import { accountsAtRisk } from './accounts-at-risk.ts'
import { backupStatus, defaultStaleMs } from './backup-status.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'

export const eventKinds = [
  'accountAtRisk',
  'backupHeld',
  'backupOverdue',
  'configurationChanged',
  'credentialFound',
  'credentialQuarantined',
  'credentialStoppedWorking',
  'hostKeyChanged',
] as const

export type EventKind = (typeof eventKinds)[number]

/** Something that happened and that somebody may want to hear of. */
export interface DeviceEvent {
  readonly event: EventKind
  readonly device: string | null
  readonly credential: string | null
  /** `acme-fw-1: acme-local stopped working; it had worked 11 min ago`. */
  readonly message: string
  readonly at: Date
  /** The same whoever asks, however often. */
  readonly eventId: string
}

export interface EventOptions {
  /** Events later than this … */
  readonly since: Date
  /** … up to here. What a run did counts as of the run's end. */
  readonly until: Date
  /** @default all */
  readonly kinds?: readonly EventKind[]
  /** When a backup is overdue. @default 48 hours */
  readonly overdueAfterMs?: number
}

/** What the results of a run tell; the rest is told by counters and ages. */
const kindsOfRuns: readonly EventKind[] = [
  'backupHeld',
  'configurationChanged',
  'credentialFound',
  'credentialStoppedWorking',
  'hostKeyChanged',
]

/** The latest runs are enough to look into: somebody who asks regularly misses nothing. */
const lookedAtRuns = 200
const earlierRuns = 10

/** What happened in a span of time, in its order. Connects to nothing, and needs no unlocked vault. */
export async function deviceEvents(netlatch: Netlatch, options: EventOptions): Promise<readonly DeviceEvent[]> {
  const { since, until, kinds = eventKinds, overdueAfterMs = defaultStaleMs } = options
  const wants = (kind: EventKind) => kinds.includes(kind)
  const isIn = (at: Date) => at > since && at <= until
  const events = [
    ...(kindsOfRuns.some(wants) ? await eventsOfRuns(await netlatch.state(), isIn, wants) : []),
    ...(wants('accountAtRisk') ? await risks(netlatch, isIn) : []),
    ...(wants('credentialQuarantined') ? await quarantines(netlatch, isIn) : []),
    ...(wants('backupOverdue') ? await overdue(netlatch, overdueAfterMs, isIn) : []),
  ]
  return events.filter(({ event }) => wants(event)).toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

type IsIn = (at: Date) => boolean

async function eventsOfRuns(
  state: StateStore,
  isIn: IsIn,
  wants: (kind: EventKind) => boolean,
): Promise<readonly DeviceEvent[]> {
  const wantsLogins = wants('credentialFound') || wants('credentialStoppedWorking')
  const runs = await state.runs({ limit: lookedAtRuns })
  const events: DeviceEvent[] = []
  for (const [index, run] of runs.entries()) {
    if (!run.finishedAt || !isIn(run.finishedAt)) continue
    const before = new EarlierResults(state, runs.slice(index + 1, index + 1 + earlierRuns))
    for (const result of await state.results(run.id))
      events.push(...(await eventsOfResult({ state, run, before, wantsLogins }, result)))
  }
  return events
}

interface OfRun {
  readonly state: StateStore
  readonly run: RunRecord
  readonly before: EarlierResults
  /** Each device's attempts are read for them. */
  readonly wantsLogins: boolean
}

async function eventsOfResult(
  { state, run, before, wantsLogins }: OfRun,
  result: StoredResult,
): Promise<readonly DeviceEvent[]> {
  const { device, code, credential, message } = result
  const at = run.finishedAt ?? run.startedAt
  const event = (kind: EventKind, said: string, by: string | null = credential): DeviceEvent => {
    return { event: kind, device, credential: by, message: said, at, eventId: `${run.id}-${kind}-${device}` }
  }
  if (code === 'HOST_KEY_CHANGED')
    return (await before.codeOf(device)) === code ? [] : [event('hostKeyChanged', message)]
  const ofBackup = [
    ...(code === 'CHANGED' ? [event('configurationChanged', message)] : []),
    ...(code === 'CAPTURE_HELD' ? [event('backupHeld', message)] : []),
  ]
  if (!wantsLogins) return ofBackup
  const history = await state.history(device, { limit: 50 })
  const logins = history.filter(({ purpose }) => purpose === 'login')
  const isEarlier = (attempt: Attempt) => attempt.at < run.startedAt
  const stopped = logins
    .filter((attempt) => !isEarlier(attempt) && attempt.at <= at && isRefused(attempt))
    .flatMap(({ credential: name }) => {
      const worked = logins.find(
        (earlier) => isEarlier(earlier) && earlier.credential === name && earlier.outcome === 'ok',
      )
      if (!worked) return []
      return [
        event(
          'credentialStoppedWorking',
          `${device}: ${name} stopped working; it had worked ${agoText(worked.at, at)}`,
          name,
        ),
      ]
    })
  // A run that worked over an open connection, or left the device out, found nothing.
  const opened = logins.filter(({ credential: name, outcome }) => name === credential && outcome === 'ok')
  const isNew = opened.length > 0 && !opened.some(isEarlier)
  const found = isNew ? [event('credentialFound', `${device}: opened with ${credential}`)] : []
  return [...ofBackup, ...stopped, ...found]
}

function isRefused({ outcome }: Attempt): boolean {
  return outcome === 'rejected' || outcome === 'unclear'
}

/** What came out for a device the time before: who hears of a state once does not want to hear of it in every run. */
class EarlierResults {
  readonly #state: StateStore
  readonly #runs: readonly RunRecord[]
  readonly #read: ReadonlyMap<string, string>[] = []

  constructor(state: StateStore, runs: readonly RunRecord[]) {
    this.#state = state
    this.#runs = runs
  }

  async codeOf(device: string): Promise<string | undefined> {
    for (const [index, run] of this.#runs.entries()) {
      const known =
        this.#read[index] ??
        new Map((await this.#state.results(run.id)).map((result): [string, string] => [result.device, result.code]))
      this.#read[index] = known
      const code = known.get(device)
      if (code !== undefined) return code
    }
    return undefined
  }
}

async function risks(netlatch: Netlatch, isIn: IsIn): Promise<readonly DeviceEvent[]> {
  const accounts = await accountsAtRisk(netlatch)
  return accounts.flatMap(({ username, realm, failed, threshold, lastFailureAt: at }) => {
    if (!at || !isIn(at)) return []
    const whose = realm === '' ? username : `${username} (${realm})`
    const message = `${whose}: ${failed} failed logins, locks at ${threshold}; it is tried no more`
    const eventId = `accountAtRisk-${realm}-${username}-${at.getTime()}`
    return [{ event: 'accountAtRisk' as const, device: null, credential: null, message, at, eventId }]
  })
}

async function quarantines(netlatch: Netlatch, isIn: IsIn): Promise<readonly DeviceEvent[]> {
  const { quarantined } = await gatherKnowledge(netlatch, await netlatch.vaultIfUnlocked())
  return [...quarantined].flatMap(([name, at]): DeviceEvent[] => {
    if (!isIn(at)) return []
    const message = `${name}: quarantined ${formatDay(at)}; it is tried no more until somebody releases it`
    const eventId = `credentialQuarantined-${name}-${at.getTime()}`
    return [{ event: 'credentialQuarantined', device: null, credential: name, message, at, eventId }]
  })
}

/** A backup becomes overdue at one moment, whether anybody looks or not. */
async function overdue(netlatch: Netlatch, afterMs: number, isIn: IsIn): Promise<readonly DeviceEvent[]> {
  const active = netlatch.inventory.devices.filter(({ status }) => status === 'active')
  const { devices } = await backupStatus(netlatch, active, { staleAfterMs: afterMs })
  return devices.flatMap(({ device, lastGoodAt, unproven }): DeviceEvent[] => {
    const last = unproven?.at ?? lastGoodAt
    const at = last && new Date(last.getTime() + afterMs)
    if (!last || !at || !isIn(at)) return []
    const message = `${device}: the last ${unproven ? '' : 'good '}backup was ${agoText(last, at)}`
    const eventId = `backupOverdue-${device}-${at.getTime()}`
    return [{ event: 'backupOverdue', device, credential: null, message, at, eventId }]
  })
}
