import assert from 'node:assert/strict'
import fc from 'fast-check'
import { after, before, describe, it } from 'mocha'
import type { AttemptOutcome } from '../../../packages/core/src/model.ts'
import type {
  AccountCharge,
  AccountPolicy,
  AttemptRequest,
  Grant,
  Verdict,
} from '../../../packages/core/src/safety/attempt.ts'
import {
  createMemoryLedger,
  type MemoryLedger,
  type Reservation,
} from '../../../packages/core/src/safety/memory-ledger.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { sqliteUnderTest } from '../../support/sqlite-under-test.ts'
import type { StoreUnderTest } from '../../support/state-store-conformance.ts'
import { TestClock } from '../../support/test-clock.ts'

type Step =
  | { readonly type: 'reserve'; readonly request: AttemptRequest; readonly program: number }
  | { readonly type: 'finish'; readonly grant: number; readonly outcome: AttemptOutcome; readonly program: number }
  | { readonly type: 'wait'; readonly ms: number }

const policies: readonly AccountPolicy[] = [
  { kind: 'unknown', threshold: 3, thresholdIsAssumed: true, maxInFlight: 16 },
  { kind: 'server', threshold: 5, thresholdIsAssumed: false, maxInFlight: 2 },
  { kind: 'device', threshold: 3, thresholdIsAssumed: false, maxInFlight: 16 },
  { kind: 'strict', threshold: 4, thresholdIsAssumed: false, maxInFlight: 16 },
  { kind: 'server', threshold: 'none', thresholdIsAssumed: false, maxInFlight: 16 },
]

/** One username keeps one policy, as in a workspace; `admin` has three secrets. */
const usernames = ['admin', 'netops', 'branch', 'monitor', 'lab'] as const

function charge(realm: string, account: number): AccountCharge {
  const policy = policies[account] ?? policies[0]
  assert.ok(policy)
  return { realm, username: usernames[account] ?? '', policy, secrets: account === 0 ? 3 : 1 }
}

const request: fc.Arbitrary<AttemptRequest> = fc
  .record({
    account: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3, 4),
    secret: fc.nat(2),
    box: fc.nat(7),
    declared: fc.boolean(),
    confidence: fc.constantFrom(0.3, 0.9),
    namedByTag: fc.boolean(),
    retryRejected: fc.boolean(),
  })
  .map(({ account, secret, box, declared, ...rest }) => ({
    ...rest,
    device: `sw-${box}`,
    site: `site-${box % 3}`,
    platform: box % 2 ? 'arista_eos' : 'cisco_ios',
    credential: `credential-${account}`,
    purpose: 'login',
    secretId: `${account}/${account === 0 ? secret : 0}`,
    charges: declared && account === 1 && box < 4 ? [charge('tacacs-core', 1), charge('', 1)] : [charge('', account)],
  }))

const program = fc.nat(1)
const outcome = fc.constantFrom<AttemptOutcome>('ok', 'ok', 'ok', 'rejected', 'rejected', 'unclear', 'unsent')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('reserve'), request, program }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('finish'), grant: fc.nat(5), outcome, program }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.constantFrom(0, 1, 20_000, 60_000, 155_000, 905_000) }),
  },
)

describe('stored ledger', () => {
  let database: StoreUnderTest
  const clock = new TestClock()
  let workspaces = 0

  before(async () => {
    database = await sqliteUnderTest()
  })
  after(() => database.remove())

  async function playBoth(steps: readonly Step[]): Promise<void> {
    const workspace = `workspace-${workspaces++}`
    const programs = [await database.open({ workspace, clock }), await database.open({ workspace, clock })]
    const memory = createMemoryLedger()
    const grants: { readonly stored: Grant; readonly id: string }[] = []
    try {
      for (const each of steps) {
        clock.advance(each.type === 'wait' ? each.ms : 1)
        if (each.type === 'wait') continue
        const store = programs[each.program]
        assert.ok(store)
        if (each.type === 'reserve') await reserveBoth(store, memory, each.request, grants)
        else {
          const grant = grants.at(-1 - each.grant)
          if (!grant) continue
          const ended = memory.finish(grant.id, each.outcome, clock.wall())
          assert.equal(await store.finish(grant.stored, each.outcome), ended)
        }
      }
    } finally {
      for (const store of programs) await store[Symbol.asyncDispose]()
    }
  }

  async function reserveBoth(
    store: StateStore,
    memory: MemoryLedger,
    asked: AttemptRequest,
    grants: { readonly stored: Grant; readonly id: string }[],
  ): Promise<void> {
    const [previewed] = await store.preview([asked])
    const verdict = await store.reserve(asked)
    const expected = memory.reserve(asked, clock.wall())
    assert.deepEqual(plainVerdict(verdict), plainReservation(expected))
    assert.deepEqual(previewed && plainVerdict(previewed), plainReservation(expected))
    if (verdict.granted && expected.granted) grants.push({ stored: verdict.grant, id: expected.grant.id })
  }

  it('answers like the rules in memory, whatever came before', async function () {
    this.timeout(600_000)
    const runs = process.env.NETLATCH_LONG ? 500 : 15
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), playBoth), {
      numRuns: runs,
    })
  })
})

function plainVerdict(verdict: Verdict) {
  return verdict.granted ? verdict.grant.ground : { reason: verdict.reason, retryAt: verdict.retryAt?.getTime() }
}

function plainReservation(reservation: Reservation) {
  if (reservation.granted) return reservation.grant.charges[0]?.ground
  return { reason: reservation.reason, retryAt: reservation.retryAt }
}
