import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Credential } from '../../../packages/core/src/model.ts'
import type { RealmSettings } from '../../../packages/core/src/workspace/workspace.ts'
import { isOpenable, policies } from '../../support/ledger-fleets/fleet.ts'
import { createFleet, type FleetName } from '../../support/ledger-fleets/fleets.ts'
import { knowledgeAfter } from '../../support/ledger-fleets/knowledge.ts'
import { type Outcome, type SimulationOptions, simulate } from '../../support/ledger-fleets/simulate.ts'

const isLong = process.env.NETLATCH_LONG !== undefined
const policyNames = Object.keys(policies) as (keyof typeof policies)[]

interface Expectation {
  readonly fleet: FleetName
  /** Share of the openable devices, on the average. */
  readonly matched: number
  readonly declared?: Pick<SimulationOptions, 'realms' | 'realmOf'>
  /** The assumption that the plan prints does not hold there. @default 0 */
  readonly mayLock?: boolean
  readonly programs?: number
  readonly seeds?: number
  /** One unlucky canary stops an account until a person decides: many fleets, and no need for every policy. */
  readonly isLuck?: boolean
}

const realm = (name: string, settings: RealmSettings, isMeant = (_: Credential) => true) => ({
  realms: { [name]: settings },
  realmOf: (credential: Credential) => (isMeant(credential) ? name : undefined),
})

const eachDevice = realm('on-device', { kind: 'device' })
const answered = {
  realms: { tacacs: { kind: 'server' } },
  realmOf: ({ username }: Credential) => (username.startsWith('net') ? 'tacacs' : 'on-device'),
} as const

/** What the rules reach on a first run. */
const table: readonly Expectation[] = [
  { fleet: 'a', matched: 1 },
  { fleet: 'b', matched: 0.992 },
  { fleet: 'c1', matched: 1 },
  { fleet: 'c2', matched: 1 },
  { fleet: 'c3', matched: 0.02 },
  { fleet: 'c3', matched: 1, declared: eachDevice },
  { fleet: 'ca', matched: 0 },
  { fleet: 'd', matched: 0.945, isLuck: true },
  { fleet: 'd', matched: 1, declared: realm('lab', { kind: 'device', lockoutThreshold: 'none' }) },
  { fleet: 'e-first', matched: 1 },
  { fleet: 'e-last', matched: 1 },
  { fleet: 'f', matched: 1 },
  { fleet: 'g', matched: 0.92, isLuck: true },
  { fleet: 'h', matched: 0.985, seeds: 1 },
  { fleet: 'n', matched: 0.16, isLuck: true },
  { fleet: 'n', matched: 0.72, declared: answered, isLuck: true },
  { fleet: 'rotated', matched: 0 },
  { fleet: 'x', matched: 1 },
  { fleet: 'y', matched: 0.996 },
  { fleet: 'z', matched: 0.95, mayLock: true },
  { fleet: 'z', matched: 0.66, declared: realm('strict', { kind: 'strict' }), isLuck: true },
  { fleet: 'a', matched: 1, programs: 10 },
  { fleet: 'b', matched: 0.98, programs: 10 },
  { fleet: 'c1', matched: 1, programs: 10 },
]

/** A few fleets in every run of the tests, all of them in the long one. */
const chosen = table.filter(
  ({ fleet, programs }) => isLong || ['a', 'f'].includes(fleet) || (fleet === 'x' && !programs),
)

describe('a first run on a fleet', function () {
  this.timeout(3_600_000)

  for (const expectation of chosen) {
    const {
      fleet: name,
      matched,
      declared,
      mayLock = false,
      programs = 1,
      isLuck = false,
      seeds = isLuck ? 24 : 3,
    } = expectation
    const policyOf = isLuck ? policyNames.slice(0, 1) : policyNames
    const title = [
      `opens ${Math.round(100 * matched)} % of fleet ${name}`,
      ...(declared ? [`with ${Object.keys(declared.realms ?? {})} declared`] : []),
      ...(programs > 1 ? [`by ${programs} programs that share the ledger`] : []),
    ].join(' ')
    it(`${title}, and locks ${mayLock ? 'what the assumption leaves open' : 'nothing'}`, () => {
      const shares: number[] = []
      for (const policy of isLong ? policyOf : policyOf.slice(0, 1))
        for (let seed = 1; seed <= (isLong ? seeds : 1); seed++) {
          const fleet = createFleet(name, seed, policies[policy])
          const openable = fleet.devices.filter((simulated) => isOpenable(fleet, simulated)).length
          const outcome = simulate(fleet, { seed, programs, ...declared })
          if (!mayLock) assertNoLocks(outcome)
          shares.push(outcome.opened.size / openable)
        }
      const average = shares.reduce((sum, share) => sum + share, 0) / shares.length
      assert.ok(average >= matched - 0.02, `${(100 * average).toFixed(1)} %`)
    })
  }

  it('spends two logins on a password that changes in its course, then quarantines it', () => {
    const outcome = simulate(createFleet('rotated', 1, policies['three, for ever']), { seed: 1 })
    assertNoLocks(outcome)
    assert.ok((outcome.failed.get('netops') ?? 0) <= 2)
    assert.ok(outcome.leftovers.some(({ reason }) => reason === 'quarantined'))
  })
})

describe('a second run on a fleet', function () {
  this.timeout(3_600_000)

  function again(
    maxInFlight: number,
    options: { readonly seed: number; readonly change?: 'before' | 'in the middle' },
  ): Outcome {
    const { seed, change } = options
    const fleet = createFleet('a', seed, policies['three, for ever'])
    const declared = realm('shared', { kind: 'unknown', maxInFlight })
    const first = simulate(fleet, { seed, ...declared })
    const account = fleet.servers.get('T')?.accounts.get('netops')
    assert.ok(account)
    const changePassword = () => {
      account.password = 'changed'
    }
    if (change === 'before') changePassword()
    return simulate(fleet, {
      ...declared,
      ...{ seed: seed + 50, order: 'resolution', maxWaitMs: 0 },
      ...{ ledger: first.ledger, known: knowledgeAfter(first, fleet), worked: first.opened },
      startAt: first.endedAt + 7_200_000,
      ...(change === 'in the middle' && { disturb: { atMs: 6_000, change: changePassword } }),
    })
  }

  const seeds = isLong ? [1, 2, 3, 4, 5, 6] : [1]

  it('opens every device again without a failure', () => {
    for (const seed of seeds) {
      const outcome = again(16, { seed })
      assertNoLocks(outcome)
      assert.deepEqual(outcome.leftovers, [])
      assert.equal(outcome.failed.size, 0)
    }
  })

  it('spends two logins on a password that was changed in between', () => {
    for (const seed of seeds) {
      const outcome = again(16, { seed, change: 'before' })
      assertNoLocks(outcome)
      assert.equal(outcome.failed.get('netops'), 2)
    }
  })

  it('spends no more than what is in flight on a password that changes in its middle', () => {
    for (const seed of seeds) {
      const outcome = again(16, { seed, change: 'in the middle' })
      assert.ok((outcome.failed.get('netops') ?? 0) <= 17)
    }
  })

  it('spends two on it where a realm allows one login at once', () => {
    for (const seed of seeds) {
      const outcome = again(1, { seed, change: 'in the middle' })
      assert.ok((outcome.failed.get('netops') ?? 0) <= 2)
    }
  })
})

function assertNoLocks({ damage }: Outcome): void {
  assert.deepEqual({ server: damage.serverLocks, local: damage.localLocks }, { server: 0, local: 0 })
}
