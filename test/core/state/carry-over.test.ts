import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { AttemptOutcome } from '../../../packages/core/src/model.ts'
import type { AccountCharge, AccountPolicy, AttemptRequest } from '../../../packages/core/src/safety/attempt.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { attemptRequest } from '../../support/attempt-requests.ts'
import { TestClock } from '../../support/test-clock.ts'

const policy = (kind: AccountPolicy['kind']): AccountPolicy => ({
  kind,
  threshold: 3,
  thresholdIsAssumed: true,
  maxInFlight: 16,
})
const charge = (realm: string, kind: AccountPolicy['kind']): AccountCharge => ({
  realm,
  username: 'admin',
  policy: policy(kind),
  secrets: 2,
})
const before = charge('', 'unknown')
const server = charge('admin-server', 'server')
const device = charge('on-device', 'device')

const program = { program: 'netlatch', user: 'operator' }
async function open(clock: TestClock): Promise<StateStore> {
  return openStateStore({ url: 'sqlite::memory:', workspace: 'office', clock, program })
}

interface Try {
  readonly box: number
  readonly secret: number
  /** What becomes of it, where the secret is right and where it is wrong. */
  readonly outcome: readonly [right: Outcome, wrong: Outcome]
  readonly waitMinutes: number
}

type Outcome = AttemptOutcome | 'killed'

const tries = fc.array(
  fc.record({
    box: fc.nat(4),
    secret: fc.nat(1),
    outcome: fc.tuple(
      fc.constantFrom<Outcome>('ok', 'ok', 'ok', 'unclear', 'killed', 'unsent'),
      fc.constantFrom<Outcome>('rejected', 'rejected', 'unclear', 'killed', 'unsent'),
    ),
    waitMinutes: fc.constantFrom(0, 1, 3, 16, 40),
  }),
  { minLength: 4, maxLength: 40, size: 'max' },
)

function requestOf({ box, secret }: Try, to: AccountCharge): AttemptRequest {
  return attemptRequest(`sw-${box}`, {
    site: `site-${box % 2}`,
    secretId: `secret-${secret}`,
    charges: [to],
    confidence: 0.9,
    // A person insists: nothing but the counts holds a login back.
    retryRejected: true,
  })
}

/** One login server has one password for a username; it may be another one after the answer, or none of the vault's. */
interface Part {
  readonly steps: readonly Try[]
  readonly right: number
}

/** Plays tries under the old name, the answer, and tries under the new one; gives the longest rows of failures. */
async function play(
  [first, later]: readonly [Part, Part],
  to: AccountCharge,
  answer: (store: StateStore) => Promise<void>,
): Promise<{ readonly server: number; readonly device: number }> {
  const clock = new TestClock()
  await using store = await open(clock)
  let row = 0
  const longest = { server: 0, device: 0 }
  const rows = new Map<string, number>()
  const run = async (each: Try, right: number, account: AccountCharge) => {
    const request = requestOf(each, account)
    const outcome = each.outcome[each.secret === right ? 0 : 1]
    const verdict = await store.reserve(request)
    const isRight = each.secret === right
    // A right secret that nobody heard of was no failure to the server.
    if (verdict.granted && outcome !== 'unsent' && (!isRight || outcome === 'ok')) {
      row = isRight ? 0 : row + 1
      rows.set(request.device, isRight ? 0 : (rows.get(request.device) ?? 0) + 1)
      longest.server = Math.max(longest.server, row)
      longest.device = Math.max(longest.device, rows.get(request.device) ?? 0)
    }
    if (verdict.granted && outcome !== 'killed') await store.finish(verdict.grant, outcome)
    clock.advance(each.waitMinutes * 60_000 + 1_000)
  }
  for (const each of first.steps) await run(each, first.right, before)
  await answer(store)
  for (const each of later.steps) await run(each, later.right, to)
  return longest
}

const part: fc.Arbitrary<Part> = fc.record({ steps: tries, right: fc.nat(2) })
const both = fc.tuple(part, part)
const carryTo = (to: AccountCharge) => (store: StateStore) => store.carryOver(before, to)
const runs = { numRuns: process.env.NETLATCH_LONG ? 500 : 15 }

describe('an account that counts on under another name', () => {
  it('never sees more than T - 1 failures in a row on its login server', async function () {
    this.timeout(600_000)
    await fc.assert(
      fc.asyncProperty(both, async (steps) => {
        assert.ok((await play(steps, server, carryTo(server))).server <= 2)
      }),
      runs,
    )
  })

  it('never sees more than two failures in a row on a device', async function () {
    this.timeout(600_000)
    await fc.assert(
      fc.asyncProperty(both, async (steps) => {
        // Each device counts for itself, before the answer too: only the old rules were stricter.
        assert.ok((await play(steps, device, carryTo(device))).device <= 2)
      }),
      runs,
    )
  })

  it('would lock where the answer began a new count', async function () {
    this.timeout(600_000)
    const found = await fc.check(
      fc.asyncProperty(both, async (steps) => (await play(steps, server, async () => {})).server <= 2),
      { numRuns: 500, endOnFailure: true },
    )
    assert.ok(found.failed, 'this property would not see a forgotten failure')
  })

  describe('has', () => {
    async function standing(steps: (store: StateStore, clock: TestClock) => Promise<void>, to = server) {
      const clock = new TestClock()
      await using store = await open(clock)
      await steps(store, clock)
      const [found] = await store.accounts([to])
      const [home] = await store.homes([to])
      return { failed: found?.failed, inFlight: found?.inFlight, devices: home?.devices, fails: home?.fails }
    }
    const granted = async (store: StateStore, name: string, account = before) => {
      const verdict = await store.reserve(attemptRequest(name, { charges: [account] }))
      assert.ok(verdict.granted, JSON.stringify(verdict))
      return verdict.grant
    }

    it('its proofs and failures, once however often it is asked for', async () => {
      const found = await standing(async (store, clock) => {
        await store.finish(await granted(store, 'sw-1'), 'ok')
        clock.advance(1_000)
        await store.finish(await granted(store, 'sw-2'), 'rejected')
        await store.carryOver(before, server)
        await store.carryOver(before, server)
      })
      assert.deepEqual(found, { failed: 1, inFlight: 0, devices: ['sw-1'], fails: 1 })
    })

    it('a login that was in flight, however it ends', async () => {
      for (const [outcome, failed] of [
        ['rejected', 1],
        ['unsent', 0],
      ] as const)
        assert.equal(
          (
            await standing(async (store) => {
              const live = await granted(store, 'sw-1')
              await store.carryOver(before, server)
              assert.equal((await store.accounts([server]))[0]?.inFlight, 1)
              await store.finish(live, outcome)
            })
          ).failed,
          failed,
        )
    })

    it('what it had before under the new name', async () => {
      const found = await standing(async (store, clock) => {
        await store.finish(await granted(store, 'sw-9', server), 'rejected')
        clock.advance(1_000)
        await store.finish(await granted(store, 'sw-1'), 'rejected')
        await store.carryOver(before, server)
      })
      assert.equal(found.failed, 2)
    })
  })
})
