import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { ScheduledTry } from '../../../packages/core/src/credentials/discovery-schedule.ts'
import { createMemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import { newCredential, policies } from '../../support/ledger-fleets/fleet.ts'
import { createFleet } from '../../support/ledger-fleets/fleets.ts'
import { admin, devicesAt, netops, play, scheduleOf, takeAll, yesterday } from '../../support/schedule-play.ts'

describe('the schedule of a run', () => {
  for (const order of ['resolution', 'confidence'] as const) {
    it(`spends two logins on a password that was changed since yesterday, by ${order}`, () => {
      const { devices, ledger, startAt, input } = yesterday()
      const schedule = scheduleOf(devices, { ...input, order })
      const { tries, most } = play(schedule, ledger, () => false, startAt)
      assert.equal(tries.length, 2)
      assert.equal(most, 1)
      assert.deepEqual(new Set(schedule.leftovers().map(({ reason }) => reason)), new Set(['quarantined']))
    })

    it(`logs in to 16 devices at once after one recheck, by ${order}`, () => {
      const { devices, ledger, startAt, input } = yesterday()
      const schedule = scheduleOf(devices, { ...input, order })
      const recheck = takeAll(schedule, startAt)
      assert.deepEqual(
        recheck.map(({ reason, isPending }) => [reason, isPending]),
        [['recheck', true]],
      )
      const [first] = recheck
      assert.ok(first)
      const granted = ledger.reserve(first.request, startAt)
      assert.ok(granted.granted)
      ledger.finish(granted.grant.id, 'ok', startAt + 500)
      schedule.finished(first, 'ok', startAt + 500)
      const { tries, most } = play(schedule, ledger, () => true, startAt + 1000)
      assert.equal(most, 16)
      assert.equal(tries.length, 49)
      assert.deepEqual(schedule.leftovers(), [])
    })
  }

  it('tries a shared account once, alone, before the rest', () => {
    const schedule = scheduleOf([...devicesAt('fra', 5), ...devicesAt('muc', 9, ['core'], 5)])
    const [canary, ...others] = takeAll(schedule, 0)
    assert.ok(canary)
    assert.equal(others.length, 0)
    assert.equal(canary.device.site, 'muc', 'the largest group learns most')
    schedule.finished(canary, 'ok', 1000)
    assert.equal(takeAll(schedule, 1000).length, 1)
  })

  it('stops a secret that never worked after one failure, and says what it takes', () => {
    const schedule = scheduleOf(devicesAt('fra', 10))
    const { tries } = play(schedule, createMemoryLedger(), () => false, 0)
    assert.equal(tries.length, 1)
    const reasons = schedule.leftovers().map(({ reason }) => reason)
    assert.equal(reasons.filter((reason) => reason === 'account-decision' || reason === 'cell-closed').length, 9)
    assert.equal(reasons.filter((reason) => reason === 'all-rejected').length, 1)
  })

  it('verifies a failure near the device that failed, where the secret had worked', () => {
    const { devices, startAt, input } = yesterday()
    const schedule = scheduleOf(devices, { ...input, order: 'resolution', perSite: 3 })
    const [recheck] = takeAll(schedule, startAt)
    assert.equal(recheck?.device.site, 'fra')
    assert.ok(recheck)
    schedule.finished(recheck, 'ok', startAt + 1000)
    const tries = takeAll(schedule, startAt + 1000)
    const bad = tries.find(({ device }) => device.site === 'muc')
    assert.ok(bad)
    schedule.finished(bad, 'rejected', startAt + 2000)
    for (const tried of tries) if (tried !== bad) schedule.finished(tried, 'unsent', startAt + 2000)
    const [verification, ...others] = takeAll(schedule, startAt + 2000)
    assert.equal(verification?.reason, 'verify')
    assert.equal(verification?.device.site, 'muc')
    assert.notEqual(verification?.device, bad.device)
    assert.equal(others.length, 0)
  })

  it('keeps the doubtful tries until nothing likely is left or in flight', () => {
    const schedule = scheduleOf([...devicesAt('fra', 3), ...devicesAt('muc', 3, ['legacy'], 3)], {
      credentials: [netops, admin, newCredential('other', 'other', ['legacy'])],
    })
    const [likely, ...others] = takeAll(schedule, 0)
    assert.equal(likely?.device.site, 'fra')
    assert.equal(others.length, 0)
    assert.ok(likely)
    for (let [tried, now]: [ScheduledTry | undefined, number] = [likely, 1000]; tried; now += 1000) {
      assert.equal(tried.device.site, 'fra')
      schedule.finished(tried, 'ok', now)
      const [next] = takeAll(schedule, now)
      tried = next?.device.site === 'fra' ? next : undefined
      if (next && !tried) assert.equal(next.device.site, 'muc')
    }
    assert.equal(schedule.leftovers().length, 3)
  })

  it('goes on with the next candidate where a login is not good enough', () => {
    const [device] = devicesAt('fra', 1, ['core', 'legacy'])
    assert.ok(device)
    const schedule = scheduleOf([device], { order: 'resolution' })
    const [first] = takeAll(schedule, 0)
    assert.equal(first?.credential.name, 'netops')
    assert.ok(first)
    schedule.finished(first, 'ok', 1000, { isEnough: false })
    assert.equal(takeAll(schedule, 2000)[0]?.credential.name, 'admin')
  })

  it('learns from a refusal that the store knows more', () => {
    const schedule = scheduleOf([...devicesAt('fra', 3), ...devicesAt('muc', 3, ['legacy'], 3)])
    const tries = takeAll(schedule, 0)
    const refused = tries.find(({ credential }) => credential === netops)
    assert.ok(refused)
    schedule.refused(refused, { granted: false, reason: 'quarantined' }, 1000)
    for (const tried of tries) if (tried !== refused) schedule.finished(tried, 'ok', 1000)
    play(schedule, createMemoryLedger(), ({ credential }) => credential === admin, 2000)
    assert.deepEqual(
      schedule.leftovers().map(({ reason, credential }) => [reason, credential?.name]),
      Array.from({ length: 3 }, () => ['quarantined', 'netops']),
    )
  })

  it('leaves an account alone for two seconds while another program is busy with it', () => {
    const schedule = scheduleOf(devicesAt('fra', 3))
    const [tried] = takeAll(schedule, 0)
    assert.ok(tried)
    schedule.refused(tried, { granted: false, reason: 'account-busy' }, 1000)
    assert.deepEqual(schedule.next(1000), { waitUntil: 3000 })
    assert.equal(takeAll(schedule, 3000).length, 1)
  })

  it('leaves a device alone for a while whose connection ended before the secret', () => {
    const schedule = scheduleOf(devicesAt('fra', 1))
    const [tried] = takeAll(schedule, 0)
    assert.ok(tried)
    schedule.finished(tried, 'unsent', 1000)
    assert.deepEqual(schedule.next(1000), { waitUntil: 131_000 })
    assert.equal(takeAll(schedule, 131_000).length, 1)
  })

  it('goes on with the next candidate where the first cannot be used on the device at all', () => {
    const [device] = devicesAt('fra', 1, ['core', 'legacy'])
    assert.ok(device)
    const schedule = scheduleOf([device], { order: 'resolution' })
    const [first] = takeAll(schedule, 0)
    assert.ok(first)
    schedule.finished(first, 'unsent', 1000, { isEnough: false })
    const [second] = takeAll(schedule, 1000)
    assert.equal(second?.credential.name, 'admin')
    assert.ok(second)
    schedule.finished(second, 'unsent', 2000, { isEnough: false })
    assert.equal(schedule.next(2000), 'done')
    assert.equal(schedule.leftovers()[0]?.reason, 'all-rejected')
  })

  it('does not wait for a window longer than it may', () => {
    const known = {
      ...{ homes: [], devices: new Map(), rejections: new Map() },
      accounts: [
        {
          ...{ realm: '', username: 'netops', failed: 1, inFlight: 0, lastFailureAt: new Date(0), cells: [] },
          open: [
            {
              ...{ grantId: '1', account: { realm: '', username: 'netops' }, secretId: 'another', failedAt: 0 },
              ...{ device: 'sw-9', site: 'ber', platform: 'cisco_ios', wasLikely: true },
            },
          ],
        },
      ],
    }
    const other = newCredential('netops-2', 'netops', ['core'])
    const input = { known, credentials: [netops, other] }
    assert.deepEqual(scheduleOf(devicesAt('fra', 3), input).next(0), { waitUntil: 900_000 })
    const impatient = scheduleOf(devicesAt('fra', 3), { ...input, maxWaitMs: 0 })
    assert.equal(impatient.next(0), 'done')
    assert.equal(impatient.leftovers()[0]?.retryAt, 900_000)
  })

  it('gives up a device that cannot be reached, and finds another to recheck on', () => {
    const { devices, startAt, input } = yesterday()
    const schedule = scheduleOf(devices, { ...input, order: 'resolution' })
    const [first] = takeAll(schedule, startAt)
    assert.ok(first)
    schedule.gaveUp(first, 'UNREACHABLE', startAt + 1000)
    const [second] = takeAll(schedule, startAt + 1000)
    assert.equal(second?.reason, 'recheck')
    assert.notEqual(second?.device, first.device)
  })

  it('tries a stale secret like a new one where nothing that it opened can be asked', () => {
    const { startAt, input } = yesterday()
    const [added] = devicesAt('ber', 1, ['core'], 99)
    assert.ok(added)
    const [tried] = takeAll(scheduleOf([added], input), startAt)
    assert.equal(tried?.reason, 'try')
    assert.equal(tried?.request.nowhereToRecheck, true)
  })

  it('keeps to the logins at once of a site', () => {
    const { devices, startAt, input } = yesterday()
    const schedule = scheduleOf(devices, { ...input, order: 'resolution', perSite: 3 })
    const [first] = takeAll(schedule, startAt)
    assert.ok(first)
    schedule.finished(first, 'ok', startAt + 1000)
    const sites = takeAll(schedule, startAt + 1000).map(({ device }) => device.site)
    assert.deepEqual(sites.toSorted(), ['fra', 'fra', 'fra', 'muc', 'muc', 'muc'])
  })

  it('refuses to end a try twice', () => {
    const schedule = scheduleOf(devicesAt('fra', 1))
    const [tried] = takeAll(schedule, 0)
    assert.ok(tried)
    schedule.finished(tried, 'ok', 1000)
    assert.throws(() => schedule.finished(tried, 'ok', 1000), /no try is in flight/)
  })

  it('is the same for the same input', () => {
    const names = () => {
      const fleet = createFleet('b', 7, policies['three, for ever'])
      const devices = fleet.devices.slice(0, 120).map(({ device }) => device)
      const schedule = scheduleOf(devices, { credentials: fleet.credentials, mayLearn: () => true })
      const isRight = ({ device, credential }: ScheduledTry) =>
        (device.hosts[0]?.length ?? 0) % 2 === 0 || credential.name === 'netops'
      return play(schedule, createMemoryLedger(), isRight, 0).tries.map(
        ({ device, credential, reason }) => `${device.name} ${credential.name} ${reason}`,
      )
    }
    assert.deepEqual(names(), names())
  })
})
