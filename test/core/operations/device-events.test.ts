import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'mocha'
import { accountsAtRisk } from '../../../packages/core/src/operations/accounts-at-risk.ts'
import {
  type DeviceEvent,
  deviceEvents,
  type EventOptions,
} from '../../../packages/core/src/operations/device-events.ts'
import { backup, byCode, discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const day = 24 * 3_600_000
const password = randomBytes(9).toString('base64url')

/** Four devices behind a login server that locks after three failures. */
function behindTacacs(): Promise<FleetBench> {
  return openBench({
    fleet: {
      realms: { tacacs: { accounts: [{ username: 'netops', password, privileged: true }], lockout: { after: 3 } } },
      devices: ['sw-1', 'sw-2', 'sw-3', 'sw-4'].map((name) => ({
        name,
        platform: 'cisco_ios' as const,
        realm: 'tacacs',
        configuration: { bytes: 3_000 },
        inventory: { site: 'fra', tags: ['core'], realm: 'tacacs' },
      })),
    },
    credentials: { netops: { username: 'netops', realm: 'tacacs', tags: ['core'], password } },
    netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 3 } } },
  })
}

/** What happened while `work` ran, as somebody hears it who asks then. */
async function during(bench: FleetBench, work: () => Promise<unknown>): Promise<readonly DeviceEvent[]> {
  const since = new Date(bench.clock.wall() - 1)
  await work()
  return eventsOf(bench, { since, until: new Date(bench.clock.wall()) })
}

function eventsOf(bench: FleetBench, options: EventOptions): Promise<readonly DeviceEvent[]> {
  return bench.use((netlatch) => deviceEvents(netlatch, options))
}

function told(events: readonly DeviceEvent[]): readonly string[] {
  return events.map(({ event, device, credential }) => [event, device, credential].join(' ')).toSorted()
}

describe('device events', () => {
  describe('of what runs find on devices', () => {
    let bench: FleetBench
    before(async () => {
      bench = await behindTacacs()
    })
    after(() => bench[Symbol.asyncDispose]())

    const all = ['sw-1', 'sw-2', 'sw-3', 'sw-4'].map((name) => `credentialFound ${name} netops`)

    it('tell a credential that was found, and not that it works again', async () => {
      assert.deepEqual(told(await during(bench, () => discover(bench))), all)
      await bench.pass(day)
      assert.deepEqual(told(await during(bench, () => discover(bench, 'all', { force: true }))), [])
    })

    it('tell nothing of a first backup, and what changed later with how much', async () => {
      assert.deepEqual(told(await during(bench, () => backup(bench))), [])
      await bench.pass(day)
      const text = bench.fleet.configuration('sw-2')
      bench.fleet.setConfiguration('sw-2', text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.99'))
      const [changed, ...others] = await during(bench, () => backup(bench))
      assert.deepEqual(others, [])
      assert.equal(changed?.event, 'configurationChanged')
      assert.match(changed.message, /^sw-2: .*\+2/)
    })

    it('tell a capture that was held', async () => {
      const text = bench.fleet.configuration('sw-3')
      bench.fleet.setConfiguration('sw-3', 'hostname sw-3\n!\nend\n')
      const events = await during(bench, async () => {
        assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 3, CAPTURE_HELD: 1 })
      })
      assert.deepEqual(told(events), ['backupHeld sw-3 netops'])
      bench.fleet.setConfiguration('sw-3', text)
    })

    it('tell a host key that changed once, however often it is met', async () => {
      bench.fleet.changeHostKey('sw-4')
      const look = () => during(bench, () => discover(bench, 'sw-4', { force: true }))
      assert.deepEqual(told(await look()), ['hostKeyChanged sw-4 '])
      assert.deepEqual(told(await look()), [])
    })

    it('tell a backup that becomes overdue at the moment it does, once', async () => {
      await backup(bench, 'sw-1')
      const backedUp = bench.clock.wall()
      await bench.pass(3 * day)
      const asked = { kinds: ['backupOverdue'] as const, until: new Date(bench.clock.wall()) }
      const events = await eventsOf(bench, { ...asked, since: new Date(backedUp + day) })
      const [own] = events.filter(({ device }) => device === 'sw-1')
      assert.match(own?.message ?? '', /^sw-1: the last good backup was 2 d ago$/)
      assert.ok(Math.abs((own?.at.getTime() ?? 0) - (backedUp + 2 * day)) < 60_000)
      assert.deepEqual(await eventsOf(bench, { ...asked, since: own?.at ?? asked.until }), [])
      const later = await eventsOf(bench, { ...asked, since: new Date(backedUp), overdueAfterMs: 4 * day })
      assert.deepEqual(later, [])
    })

    it('are the same whoever asks, in their order, and of the kinds that are asked for', async () => {
      const span = { since: new Date(0), until: new Date(bench.clock.wall()) }
      const once = await eventsOf(bench, span)
      assert.deepEqual(await eventsOf(bench, span), once)
      assert.equal(new Set(once.map(({ eventId }) => eventId)).size, once.length)
      assert.deepEqual(
        once.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
        once,
      )
      const some = await eventsOf(bench, { ...span, kinds: ['hostKeyChanged', 'backupHeld'] })
      assert.deepEqual(told(some), ['backupHeld sw-3 netops', 'hostKeyChanged sw-4 '])
      assert.deepEqual(told(await eventsOf(bench, { ...span, kinds: ['credentialFound'] })), all)
      assert.deepEqual(await eventsOf(bench, { ...span, since: span.until }), [])
    })
  })

  describe('of a password that was changed behind its back', () => {
    let bench: FleetBench
    let events: readonly DeviceEvent[] = []
    before(async () => {
      bench = await behindTacacs()
      await discover(bench)
      bench.fleet.changePassword('tacacs', 'netops', 'another')
      await bench.pass(3 * day)
      events = await during(bench, () => discover(bench, 'all', { force: true }))
    })
    after(() => bench[Symbol.asyncDispose]())

    const one = (kind: DeviceEvent['event']) => {
      const [event] = events.filter((each) => each.event === kind)
      assert.ok(event, `${kind} in ${told(events)}`)
      return event
    }

    it('tell where it stopped working, and how long ago it had worked', () => {
      const { device, credential, message } = one('credentialStoppedWorking')
      assert.equal(credential, 'netops')
      assert.equal(message, `${device}: netops stopped working; it had worked 3 d ago`)
    })

    it('tell that it is tried no more', () => {
      const { device, credential, message } = one('credentialQuarantined')
      assert.deepEqual([device, credential], [null, 'netops'])
      assert.match(message, /^netops: quarantined \S+.*; it is tried no more until somebody releases it$/)
    })

    it('tell that the account is at risk, as often as it fails and no more', async () => {
      const { device, message, at } = one('accountAtRisk')
      assert.equal(device, null)
      assert.equal(message, 'netops (tacacs): 2 failed logins, locks at 3; it is tried no more')
      const until = new Date(bench.clock.wall() + day)
      assert.deepEqual(await eventsOf(bench, { since: at, until, kinds: ['accountAtRisk'] }), [])
    })

    it('are told nothing new by a run that the quarantine keeps from trying', async () => {
      assert.deepEqual(told(await during(bench, () => discover(bench, 'all', { force: true }))), [])
    })
  })
})

describe('accounts at risk', () => {
  it('are those that failed logins have brought to the end of their budget, and nobody else', async () => {
    await using bench = await behindTacacs()
    const atRisk = () => bench.use((netlatch) => accountsAtRisk(netlatch))
    assert.deepEqual(await atRisk(), [])
    await discover(bench)
    assert.deepEqual(await atRisk(), [])
    bench.fleet.changePassword('tacacs', 'netops', 'another')
    await bench.pass(day)
    await discover(bench, 'all', { force: true })
    assert.deepEqual(
      (await atRisk()).map(({ lastFailureAt, ...rest }) => [rest, lastFailureAt instanceof Date]),
      [[{ username: 'netops', realm: 'tacacs', failed: 2, allowed: 2, threshold: 3 }, true]],
    )
  })

  it('are not those with failures that leave a login to spare', async () => {
    await using bench = await behindTacacs()
    bench.fleet.changePassword('tacacs', 'netops', 'another')
    await discover(bench)
    assert.equal(bench.fleet.counters().attempts.filter(({ outcome }) => outcome === 'rejected').length, 1)
    assert.deepEqual(await bench.use((netlatch) => accountsAtRisk(netlatch)), [])
  })
})
