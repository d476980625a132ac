import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { AttemptOutcome } from '../../packages/core/src/model.ts'
import type { AttemptRequest, Grant } from '../../packages/core/src/safety/attempt.ts'
import type { StateStore } from '../../packages/core/src/state/state-store.ts'
import type { Clock } from '../../packages/core/src/state/store-clock.ts'
import { attemptRequest, netops } from './attempt-requests.ts'
import { describeStateRecords } from './state-records-conformance.ts'
import { TestClock } from './test-clock.ts'

/** One empty database, and how to open it as often as a test likes. */
export interface StoreUnderTest {
  open(options: { readonly workspace: string; readonly clock: Clock }): Promise<StateStore>
  /** Behind the store's back, as somebody with a database shell. */
  execute(statement: string): Promise<void>
  remove(): Promise<void>
}

const minute = 60_000

/** What every engine behind the StateStore port has to do. */
export function describeStateStore(engine: string, create: () => Promise<StoreUnderTest>): void {
  describe(`state store: ${engine}`, () => {
    let database: StoreUnderTest
    let clock: TestClock
    let store: StateStore
    const opened: StateStore[] = []

    const open = async (workspace = 'office'): Promise<StateStore> => {
      const another = await database.open({ workspace, clock })
      opened.push(another)
      return another
    }

    beforeEach(async () => {
      clock = new TestClock()
      database = await create()
      store = await open()
    })

    afterEach(async () => {
      for (const each of opened.splice(0)) await each[Symbol.asyncDispose]()
      await database.remove()
    })

    async function grant(request: AttemptRequest, from = store): Promise<Grant> {
      const verdict = await from.reserve(request)
      assert.ok(verdict.granted, JSON.stringify(verdict))
      return verdict.grant
    }

    async function refusal(request: AttemptRequest, from = store): Promise<string> {
      const verdict = await from.reserve(request)
      assert.ok(!verdict.granted, 'granted')
      return verdict.reason
    }

    async function attempt(request: AttemptRequest, outcome: AttemptOutcome): Promise<void> {
      assert.equal(await store.finish(await grant(request), outcome), true)
      clock.advance(1_000)
    }

    describe('attempts', () => {
      it('holds back a second login on unknown ground, also from another program', async () => {
        const other = await open()
        const first = await grant(attemptRequest('sw-1'))
        assert.equal(first.ground, 'unknown')
        assert.equal(await refusal(attemptRequest('sw-2'), other), 'account-busy')
        await store.finish(first, 'unsent')
        await grant(attemptRequest('sw-2'), other)
      })

      it('decides one by one what arrives at once', async () => {
        const verdicts = await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.reserve(attemptRequest(`sw-${i}`))),
        )
        assert.equal(verdicts.filter(({ granted }) => granted).length, 1)
      })

      it('ends a grant once, whoever calls', async () => {
        const other = await open()
        const only = await grant(attemptRequest('sw-1'))
        assert.equal(await other.finish(only, 'rejected'), true)
        assert.equal(await store.finish(only, 'ok'), false)
        const [standing] = await store.accounts([netops])
        assert.equal(standing?.failed, 1)
        assert.deepEqual(await store.homes([netops]), [])
      })

      it('counts a grant that nobody ended as failed, and hears no late answer', async () => {
        const lost = await grant(attemptRequest('sw-1'))
        clock.advance(59_999)
        assert.equal((await store.history('sw-1'))[0]?.outcome, 'in-flight')
        clock.advance(1)
        assert.equal((await store.history('sw-1'))[0]?.outcome, 'unclear')
        assert.equal(await refusal(attemptRequest('sw-1')), 'rejected-before')
        assert.equal(await store.finish(lost, 'ok'), false)
        const [standing] = await store.accounts([netops])
        assert.deepEqual([standing?.failed, standing?.inFlight], [1, 0])
        assert.deepEqual(
          (await store.audit()).map(({ result }) => result),
          ['unclear'],
        )
      })

      it('settles what a killed run left, however much it is, before it judges', async () => {
        const free = { ...netops, policy: { ...netops.policy, threshold: 'none' as const } }
        const left = Array.from({ length: 70 }, (_, i) => attemptRequest(`sw-${i}`, { charges: [free] }))
        for (const verdict of await Promise.all(left.map((request) => store.reserve(request))))
          assert.ok(verdict.granted)
        clock.advance(minute)
        assert.equal(await refusal(attemptRequest('sw-69', { charges: [free] })), 'rejected-before')
        const [standing] = await store.accounts([free])
        assert.equal(standing?.inFlight, 0)
        assert.equal((await store.audit({ limit: 1_000 })).length, 70)
      })

      it('remembers where a secret worked, latest first', async () => {
        await attempt(attemptRequest('sw-1'), 'ok')
        await attempt(attemptRequest('sw-2'), 'ok')
        const [home] = await store.homes([netops])
        assert.deepEqual(home?.devices, ['sw-2', 'sw-1'])
        assert.equal(home?.secretId, 'netops-secret')
        assert.equal((await grant(attemptRequest('sw-1'))).ground, 'known')
        assert.equal((await store.homes([netops]))[0]?.inFlight, 1)
      })

      it('sends stale proof back to a device that it came from', async () => {
        await attempt(attemptRequest('sw-1'), 'ok')
        clock.advance(20 * minute)
        assert.equal(await refusal(attemptRequest('sw-2')), 'recheck-first')
        assert.equal((await grant(attemptRequest('sw-1'))).ground, 'recheck')
      })

      it('previews without changing anything', async () => {
        const before = await store.version()
        const requests = Array.from({ length: 40 }, (_, i) => attemptRequest(`sw-${i}`))
        assert.ok((await store.preview(requests)).every(({ granted }) => granted))
        assert.equal(await store.version(), before)
        await grant(attemptRequest('sw-7'))
        assert.deepEqual(await store.preview([attemptRequest('sw-8')]), [{ granted: false, reason: 'account-busy' }])
      })

      it('charges a login to every account that could count it', async () => {
        const declared = { ...netops, realm: 'tacacs-core' }
        const both = attemptRequest('sw-1', { charges: [declared, netops] })
        await attempt(both, 'rejected')
        const standings = await store.accounts([declared, netops])
        assert.deepEqual(
          standings.map(({ realm, failed }) => [realm, failed]),
          [
            ['tacacs-core', 1],
            ['', 1],
          ],
        )
      })

      it('quarantines a secret that no longer works where it did, until a person releases it', async () => {
        await attempt(attemptRequest('sw-1'), 'ok')
        await attempt(attemptRequest('sw-2'), 'ok')
        await attempt(attemptRequest('sw-3'), 'rejected')
        await attempt(attemptRequest('sw-1'), 'rejected')
        clock.advance(60 * minute)
        assert.equal(await refusal(attemptRequest('sw-2')), 'quarantined')
        assert.ok((await store.homes([netops]))[0]?.quarantinedAt)
        assert.deepEqual(await store.release([netops], ['netops-secret']), { quarantines: 1, failures: 2 })
        assert.equal((await store.accounts([netops]))[0]?.failed, 0)
        assert.deepEqual(await store.rejections(), new Map())
        assert.equal((await grant(attemptRequest('sw-2'))).ground, 'recheck')
        assert.equal((await store.audit({ limit: 1 }))[0]?.action, 'release')
      })

      it('releases a secret on every account that has it', async () => {
        const charges = [{ ...netops, realm: 'tacacs-core' }, netops] as const
        await attempt(attemptRequest('sw-1', { charges }), 'ok')
        await attempt(attemptRequest('sw-2', { charges }), 'ok')
        await attempt(attemptRequest('sw-3', { charges }), 'rejected')
        await attempt(attemptRequest('sw-1', { charges }), 'rejected')
        clock.advance(60 * minute)
        assert.equal(await refusal(attemptRequest('sw-2', { charges })), 'quarantined')
        assert.equal((await store.release([netops], ['netops-secret'])).quarantines, 2)
        assert.notEqual(await refusal(attemptRequest('sw-2', { charges })), 'quarantined')
      })

      it('remembers which device refused which secret', async () => {
        await attempt(attemptRequest('sw-1'), 'rejected')
        assert.deepEqual(await store.rejections(), new Map([['sw-1', new Set(['netops-secret'])]]))
        assert.deepEqual(await store.rejections(['sw-2']), new Map())
      })

      it('counts a failure no more once the device turned out to belong to somebody else', async () => {
        const other = { ...netops, username: 'branch' }
        const theirs = { secretId: 'branch-secret', charges: [other] } as const
        await attempt(attemptRequest('sw-1'), 'ok')
        await attempt(attemptRequest('sw-2', theirs), 'ok')
        await attempt(attemptRequest('far-1', { site: 'b' }), 'rejected')
        assert.equal((await store.accounts([netops]))[0]?.failed, 2, 'open, and on the home')
        clock.advance(3 * minute)
        await attempt(attemptRequest('far-1', { site: 'b', ...theirs }), 'ok')
        const [explained] = await store.accounts([netops])
        const [bare] = await store.accounts([{ realm: netops.realm, username: netops.username }])
        assert.deepEqual([explained?.failed, bare?.failed], [1, 2])
      })

      it('keeps workspaces apart', async () => {
        const elsewhere = await open('branch')
        await attempt(attemptRequest('sw-1'), 'rejected')
        await grant(attemptRequest('sw-1'), elsewhere)
        assert.deepEqual(await elsewhere.rejections(), new Map())
        assert.equal((await elsewhere.audit()).length, 0)
      })

      it('is not fooled by a clock that is set back', async () => {
        const late = await grant(attemptRequest('sw-1'))
        clock.setBack(24 * 60 * minute)
        clock.advance(minute)
        assert.equal(await store.finish(late, 'ok'), false, 'the deadline passes all the same')
        const [failed] = await store.history('sw-1')
        assert.ok(failed && failed.at.getTime() >= Date.UTC(2026, 0, 1))
        const restarted = await open()
        const verdict = await restarted.reserve(attemptRequest('sw-1', { secretId: 'another' }))
        assert.ok(!verdict.granted && verdict.retryAt && verdict.retryAt.getTime() > Date.UTC(2026, 0, 1))
        await restarted.startRun({ operation: 'discover', selection: 'all', devices: 1 })
        const [run] = await restarted.runs()
        assert.ok(
          run && run.startedAt.getTime() >= Date.UTC(2026, 0, 1),
          'also for who started after the clock was set',
        )
      })
    })

    describeStateRecords({
      store: () => store,
      open,
      clock: () => clock,
      execute: (statement) => database.execute(statement),
      attempt,
    })
  })
}
