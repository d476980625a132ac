import assert from 'node:assert/strict'
import {
  createSchedule,
  type Schedule,
  type ScheduledTry,
  type ScheduleInput,
} from '../../packages/core/src/credentials/discovery-schedule.ts'
import type { Candidate, Credential, Device } from '../../packages/core/src/model.ts'
import { createMemoryLedger, type MemoryLedger } from '../../packages/core/src/safety/memory-ledger.ts'
import { createChargeRule } from '../../packages/core/src/safety/realms.ts'
import { newCredential, newDevice } from './ledger-fleets/fleet.ts'

export const hour = 3_600_000
export const netops = newCredential('netops', 'netops', ['core'])
export const admin = newCredential('admin', 'admin', ['legacy'])

export const devicesAt = (site: string, count: number, tags: readonly string[] = ['core'], from = 0): Device[] =>
  Array.from({ length: count }, (_, index) => newDevice(from + index, site, 'ios', tags))

export function scheduleOf(devices: readonly Device[], options: Partial<ScheduleInput> = {}): Schedule {
  const { credentials = [netops, admin] } = options
  return createSchedule({
    devices,
    credentials,
    candidatesOf: (device) => matching(device, credentials),
    order: 'confidence',
    charge: createChargeRule({ realms: {}, credentials }),
    secretIdOf: ({ name }) => name,
    now: 0,
    ...options,
  })
}

function matching(device: Device, credentials: readonly Credential[]): Candidate[] {
  return credentials
    .filter((credential) => credential.tags.some((tag) => device.tags.includes(tag)))
    .map((credential) => ({ credential, reason: 'match', because: 'tag' }))
}

/** All tries that may start now. */
export function takeAll(schedule: Schedule, now: number): ScheduledTry[] {
  const tries: ScheduledTry[] = []
  for (;;) {
    const next = schedule.next(now)
    if (next === 'done' || !('device' in next)) return tries
    tries.push(next)
  }
}

interface Played {
  readonly tries: readonly (ScheduledTry & { readonly outcome: 'ok' | 'rejected' })[]
  /** Most logins at once. */
  readonly most: number
  readonly endedAt: number
}

/** Plays a run to its end: a ledger that grants, devices that answer a second later. */
export function play(
  schedule: Schedule,
  ledger: MemoryLedger,
  isRight: (tried: ScheduledTry) => boolean,
  startAt: number,
): Played {
  const tries: (ScheduledTry & { outcome: 'ok' | 'rejected' })[] = []
  let most = 0
  for (let now = startAt; ; now += 1000) {
    const started = takeAll(schedule, now).map((tried) => ({ tried, answer: ledger.reserve(tried.request, now) }))
    if (started.length === 0) {
      const next = schedule.next(now)
      if (next === 'done') return { tries, most, endedAt: now }
      assert.ok('waitUntil' in next && next.waitUntil !== undefined, 'nothing in flight, and nothing to wait for')
      now = Math.max(now, next.waitUntil - 1000)
    }
    most = Math.max(most, started.filter(({ answer }) => answer.granted).length)
    for (const { tried, answer } of started) {
      if (!answer.granted) {
        schedule.refused(tried, { granted: false, reason: answer.reason }, now + 500)
        continue
      }
      const outcome = isRight(tried) ? 'ok' : 'rejected'
      ledger.finish(answer.grant.id, outcome, now + 500)
      schedule.finished(tried, outcome, now + 500)
      tries.push({ ...tried, outcome })
    }
  }
}

/** Fifty devices that one shared account opened yesterday. */
export function yesterday() {
  const devices = [...devicesAt('fra', 25), ...devicesAt('muc', 25, ['core'], 25)]
  const ledger = createMemoryLedger()
  const first = play(scheduleOf(devices), ledger, () => true, 0)
  assert.equal(first.tries.length, 50)
  const startAt = first.endedAt + 24 * hour
  const openedAt = new Date(first.endedAt)
  const homes = [...ledger.tables.homes()].map((home) => ({
    ...home.account,
    ...{ secretId: home.secretId, purpose: home.purpose, lastOkAt: new Date(home.lastOkAt), fails: 0, inFlight: 0 },
    devices: ledger.tables
      .devicesOf(home)
      .slice(0, 32)
      .map(({ device }) => device),
  }))
  const records = devices.map(({ name: device }) => ({
    ...({
      device,
      credential: 'netops',
      secretId: 'netops',
      privilege: 'unknown',
      code: 'OPENED',
      message: '',
    } as const),
    ...{ testedAt: openedAt, openedAt },
  }))
  const known = {
    homes,
    devices: new Map(records.map((record) => [record.device, record])),
    rejections: new Map(),
    accounts: [],
  }
  const candidatesOf = (): Candidate[] => [{ credential: netops, reason: 'worked-before', because: 'worked before' }]
  return { devices, ledger, startAt, input: { known, candidatesOf, now: startAt } }
}
