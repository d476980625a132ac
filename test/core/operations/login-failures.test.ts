import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { discover, resultOf } from '../../support/bench-runs.ts'
import { openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')
const other = randomBytes(9).toString('base64url')

const device = (name: string, more: Partial<DeviceDescription>): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password, privileged: true }],
  configuration: { bytes: 600 },
  inventory: { realm: 'on-device', tags: ['all'] },
  ...more,
})

const credentials = {
  right: { username: 'netops', password, realm: 'on-device', tags: ['all'], priority: 1 },
  wrong: { username: 'admin', password: other, realm: 'on-device', tags: ['all'], priority: 2 },
}

describe('a login that is not plainly refused', () => {
  it('ends a device that wants a second factor: the secret is right, and no other one is sent', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('one', { faults: { secondFactor: true } })] },
      credentials,
    })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.code, 'SECOND_FACTOR')
    assert.deepEqual(
      result.attempts.map(({ credential, outcome }) => [credential, outcome]),
      [['right', 'ok']],
    )
    assert.equal(bench.secretsSeen, 1)
  })

  it('tells that a password must be changed, and sends it once', async () => {
    await using bench = await openBench({
      fleet: { devices: [device('one', { faults: { passwordExpired: true } })] },
      credentials: { right: credentials.right },
    })
    const result = resultOf(await discover(bench, 'all', { wait: false }), 'one')
    assert.equal(result.code, 'PASSWORD_EXPIRED')
    assert.equal(bench.secretsSeen, 1)
  })
})
