import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
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
import type { LedgerSlice } from '../../../packages/core/src/safety/ledger-state.ts'
import {
  createMemoryLedger,
  type MemoryLedger,
  type Reservation,
} from '../../../packages/core/src/safety/memory-ledger.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import type { SqlEngine } from '../../../packages/core/src/state/sql-engine.ts'
import { loadSlice } from '../../../packages/core/src/state/sql-ledger-slice.ts'
import { openSqliteEngine } from '../../../packages/core/src/state/sqlite-engine.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'
import { TestClock } from '../../support/test-clock.ts'

type Step =
  | { readonly type: 'reserve' | 'try'; readonly request: AttemptRequest; readonly program: number }
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
  { weight: 4, arbitrary: fc.record({ type: fc.constant('reserve'), request, program }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('try'), request, program }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('finish'), grant: fc.nat(5), outcome, program }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.constantFrom(0, 20_000, 59_999, 155_000, 905_000) }),
  },
)

/** Whose devices they are: a login that ends at once, with the right answer, leads to homes, neighbours and explanations. */
function isRight({ device, charges }: AttemptRequest): boolean {
  const owner = Number(device.slice(-1)) % 3
  return charges[0].username === usernames[owner]
}

describe('stored ledger', () => {
  let folder: string
  let reader: SqlEngine
  const clock = new TestClock()
  let workspaces = 0

  const url = () => `sqlite:${join(folder, 'state.db')}`
  const program = { program: 'netlatch', user: 'operator' }
  const open = (workspace: string) => openStateStore({ url: url(), workspace, clock, program })

  before(async () => {
    folder = await temporaryFolder()
    await (await open('first'))[Symbol.asyncDispose]()
    reader = await openSqliteEngine(join(folder, 'state.db'), {
      program: { ...program, id: 'reader', host: '', pid: 0 },
    })
  })
  after(async () => {
    await reader[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function playBoth(steps: readonly Step[]): Promise<void> {
    const workspace = `workspace-${workspaces++}`
    const programs = [await open(workspace), await open(workspace)]
    const memory = createMemoryLedger()
    const grants: { readonly stored: Grant; readonly id: string }[] = []
    const finish = async (
      store: StateStore,
      grant: { readonly stored: Grant; readonly id: string },
      how: AttemptOutcome,
    ) => {
      const ended = memory.finish(grant.id, how, clock.wall())
      assert.equal(await store.finish(grant.stored, how), ended)
    }
    try {
      for (const each of steps) {
        clock.advance(each.type === 'wait' ? each.ms : 1)
        if (each.type === 'wait') continue
        const store = programs[each.program]
        assert.ok(store)
        if (each.type === 'finish') {
          const grant = grants.at(-1 - each.grant)
          if (grant) await finish(store, grant, each.outcome)
          continue
        }
        if (each.type === 'try') clock.advance(155_000)
        const grant = await reserveBoth(store, memory, each.request)
        if (!grant) continue
        grants.push(grant)
        if (each.type === 'try') await finish(store, grant, isRight(each.request) ? 'ok' : 'rejected')
        const stored = await reader.read((db) => loadSlice(db, workspace, each.request))
        assert.deepEqual(comparable(stored), comparable(memory.tables.load(each.request)))
      }
    } finally {
      for (const store of programs) await store[Symbol.asyncDispose]()
    }
  }

  async function reserveBoth(
    store: StateStore,
    memory: MemoryLedger,
    asked: AttemptRequest,
  ): Promise<{ readonly stored: Grant; readonly id: string } | undefined> {
    const [previewed] = await store.preview([asked])
    const verdict = await store.reserve(asked)
    const expected = memory.reserve(asked, clock.wall())
    assert.deepEqual(plainVerdict(verdict), plainReservation(expected))
    assert.deepEqual(previewed && plainVerdict(previewed), plainReservation(expected))
    return verdict.granted && expected.granted ? { stored: verdict.grant, id: expected.grant.id } : undefined
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

/** Without the ids, which differ, and in one order. */
function comparable(slice: LedgerSlice) {
  const bySecret = (a: { secretId: string }, b: { secretId: string }) => a.secretId.localeCompare(b.secretId)
  return {
    ...slice,
    accounts: slice.accounts.map((account) => ({
      ...account,
      inFlight: account.inFlight.map(({ secretId, ground }) => ({ secretId, ground })).sort(bySecret),
      open: account.open.map(({ grantId: _, sharesCellWithOpener = false, ...failure }) => ({
        ...failure,
        sharesCellWithOpener,
      })),
      homes: account.homes.toSorted(bySecret),
    })),
  }
}
