import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { assumedThreshold } from '../../../packages/core/src/safety/realms.ts'
import { brokenRules, rules } from '../../support/broken-rules.ts'
import { type Command, commands, play, type Setup, worlds } from '../../support/ledger-model.ts'

const numRuns = process.env.NETLATCH_LONG ? 50_000 : 2_000

const policy = { kind: 'unknown', threshold: assumedThreshold, thresholdIsAssumed: true, maxInFlight: 1 } as const
const undeclared: Setup = { policy, declared: false, rules, sendsLate: false }

const setups: Readonly<Record<string, Setup>> = {
  'with nothing declared': undeclared,
  'with a declared threshold of 5': { ...undeclared, policy: { ...policy, threshold: 5 } },
  'with a declared threshold of 2': { ...undeclared, policy: { ...policy, threshold: 2 } },
  'with devices that declare their login server': { ...undeclared, declared: true },
  'with a strict realm': { ...undeclared, policy: { ...policy, kind: 'strict' } },
}

describe('the attempt ledger, whatever several programs do with it', function () {
  this.timeout(600_000)

  for (const [name, setup] of Object.entries(setups))
    it(`keeps every account below its threshold ${name}`, () => {
      fc.assert(
        fc.property(worlds, commands, (world, played) => {
          assert.deepEqual(play(played, world, setup), [])
        }),
        { numRuns, seed: 11 },
      )
    })

  for (const [name, broken] of Object.entries(brokenRules))
    it(`is seen to fail when ${name}`, () => {
      const { failed } = fc.check(
        fc.property(
          worlds,
          commands,
          (world, played) => play(played, world, { ...undeclared, rules: broken }).length === 0,
        ),
        { numRuns: 20_000, seed: 11, endOnFailure: true },
      )
      assert.ok(failed, 'the broken rules passed')
    })

  it('counts a secret that is written after its grant has run out', () => {
    const onDevice = (device: number, atOnce = true): Command => ({ type: 'reserve', login: 0, device, atOnce })
    const played: Command[] = [
      ...[0, 1, 6].map((device) => onDevice(device)),
      onDevice(2, false),
      { type: 'wait', seconds: 61 },
      // The verification succeeds and clears the failure that the overdue grant has become.
      onDevice(0),
      { type: 'change-password' },
      { type: 'finish', grant: 0 },
      ...[3, 1, 6, 0].map((device) => onDevice(device)),
    ]
    const world = { twoSecrets: false, secondServerKnowsOther: false, otherIsShared: false, mayChangePassword: true }
    assert.deepEqual(play(played, world, undeclared), [])
    assert.deepEqual(play(played, world, { ...undeclared, sendsLate: true }), [
      'I1 first server, admin: 3 failures in a row',
    ])
  })
})
