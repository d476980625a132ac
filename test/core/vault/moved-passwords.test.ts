import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import type { Login } from '../../../packages/core/src/vault/logins.ts'
import { discoverWith } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')
const other = randomBytes(9).toString('base64url')

const login = (username: string, sent: string, match = 'all'): Login => ({
  name: 'slot-1',
  username,
  secret: { password: new Secret(sent) },
  match,
  hosts: ['127.0.0.0/8'],
  lockoutThreshold: 3,
})

/** One device that counts failed logins itself, and one of which nothing is declared: the ledger keeps other things of each. */
function twoSwitches(): Promise<FleetBench> {
  const accounts = [
    { username: 'ann', password, privileged: true },
    { username: 'bob', password: other, privileged: true },
  ]
  return openBench({
    fleet: {
      devices: [
        { name: 'ios-1', platform: 'cisco_ios', accounts, inventory: { realm: 'on-device' } },
        { name: 'ios-2', platform: 'cisco_ios', accounts },
      ],
    },
    credentials: {},
  })
}

async function discover({ folder, clock }: FleetBench, ...logins: readonly Login[]): Promise<readonly string[]> {
  const all = logins.map((each, index) => ({ ...each, name: `slot-${index + 1}` }))
  const netlatch = await openNetlatch({
    ...{ cwd: folder, workspace: folder, env: {}, program: 'n8n', clock },
    useVault: false,
    logins: all,
  })
  await using _ = netlatch
  return (await discoverWith(netlatch, 'all', { force: true })).map(({ code }) => code)
}

describe('a login whose username alone was changed', () => {
  it('is refused before its password, which opened devices as somebody else, is sent as the new one', async () => {
    await using bench = await twoSwitches()
    assert.deepEqual(await discover(bench, login('ann', password)), ['OPENED', 'OPENED'])
    const seen = bench.secretsSeen
    await assert.rejects(discover(bench, login('bob', password)), {
      code: 'INPUT_INVALID',
      message: 'Login slot-1: its password opened devices as ann, and its username is bob now.',
    })
    assert.equal(bench.secretsSeen, seen)
  })

  it('opens devices once the password is typed, too', async () => {
    await using bench = await twoSwitches()
    await discover(bench, login('ann', password))
    assert.deepEqual(await discover(bench, login('bob', other)), ['OPENED', 'OPENED'])
    assert.deepEqual(await discover(bench, login('ann', password)), ['OPENED', 'OPENED'])
  })

  it('may have the same password, where the other one keeps a login', async () => {
    await using bench = await twoSwitches()
    await discover(bench, login('ann', password))
    bench.fleet.changePassword('ios-1', 'bob', password)
    bench.fleet.changePassword('ios-2', 'bob', password)
    const codes = await discover(bench, login('bob', password), login('ann', password, 'tag:nowhere'))
    assert.deepEqual(codes, ['OPENED', 'OPENED'])
  })
})
