import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type KnownState, nothingKnown } from '../../../packages/core/src/credentials/known-state.ts'
import { newDevice } from '../../support/ledger-fleets/fleet.ts'
import { devicesAt, hour, scheduleOf, takeAll } from '../../support/schedule-play.ts'

describe('a schedule that hears of other programs', () => {
  const known = (changes: Partial<KnownState>): KnownState => ({ ...nothingKnown, ...changes })
  const account = { realm: '', username: 'netops' }
  const quarantine = {
    ...{ ...account, secretId: 'netops', purpose: 'login' as const, lastOkAt: new Date(0), fails: 2, inFlight: 0 },
    ...{ quarantinedAt: new Date(1_000), devices: [] },
  }

  it('starts nothing more with a secret that another program found changed', () => {
    const schedule = scheduleOf(devicesAt('fra', 3))
    const [tried, ...more] = takeAll(schedule, 0)
    assert.ok(tried && more.length === 0)
    schedule.refresh(known({ homes: [quarantine] }), 1_000)
    schedule.finished(tried, 'unsent', 2_000)
    assert.equal(schedule.next(hour), 'done')
    assert.deepEqual(new Set(schedule.leftovers().map(({ reason }) => reason)), new Set(['quarantined']))
  })

  it('goes where another program has proved the secret', () => {
    const devices = devicesAt('fra', 5)
    const schedule = scheduleOf(devices)
    const [tried] = takeAll(schedule, 0)
    assert.ok(tried)
    const opened = devices.find(({ name }) => name !== tried.device.name)?.name ?? ''
    const { quarantinedAt: _, ...home } = quarantine
    schedule.refresh(known({ homes: [{ ...home, fails: 0, lastOkAt: new Date(500), devices: [opened] }] }), 1_000)
    // The first try still waits for its answer: where the very secret has worked nothing else has to.
    const started = takeAll(schedule, 1_000)
    assert.ok(started.some(({ device }) => device.name === opened))
  })

  it('takes an older clock for its own', () => {
    const schedule = scheduleOf(devicesAt('fra', 1))
    schedule.refresh(nothingKnown, 5 * hour)
    const next = schedule.next(0)
    assert.ok(next !== 'done' && 'device' in next)
  })

  it('lets go of a device that waits, for good', () => {
    const devices = devicesAt('fra', 2)
    const schedule = scheduleOf(devices)
    const [tried] = takeAll(schedule, 0)
    const waiting = devices.find(({ name }) => name !== tried?.device.name)
    assert.ok(tried && waiting)
    assert.equal(schedule.withdraw(waiting), true)
    assert.equal(schedule.withdraw(waiting), false, 'it is done')
    schedule.refresh(nothingKnown, 1_000)
    schedule.finished(tried, 'ok', 1_000)
    assert.equal(schedule.next(2_000), 'done')
    assert.deepEqual(schedule.leftovers(), [])
  })

  it('keeps a device that is being tried, and one that it does not have', () => {
    const schedule = scheduleOf(devicesAt('fra', 1))
    const [tried] = takeAll(schedule, 0)
    assert.ok(tried)
    assert.equal(schedule.withdraw(tried.device), false)
    assert.equal(schedule.withdraw(newDevice(99, 'fra', 'ios', [])), false)
    schedule.finished(tried, 'unsent', 1_000)
    assert.equal(schedule.withdraw(tried.device), true, 'not any more')
  })
})
