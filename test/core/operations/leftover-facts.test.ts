import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Leftover } from '../../../packages/core/src/credentials/schedule.ts'
import type { Credential, Device } from '../../../packages/core/src/model.ts'
import { leftoverFacts, releaseCommand } from '../../../packages/core/src/operations/leftover-facts.ts'
import { inventoryOfText } from '../../support/inventory-of-text.ts'
import { requestOn } from '../../support/ledger-requests.ts'

const now = new Date(2026, 4, 2, 14, 20)
const retryAt = new Date(2026, 4, 2, 14, 35).getTime()
const device = inventoryOfText('devices: { sw-1: { host: 10.0.0.1 } }').devices[0] as Device
const credential: Credential = {
  name: 'core',
  rev: 1,
  username: 'netops',
  priority: 100,
  tags: [],
  hosts: ['any'],
  fallback: false,
  origin: { file: 'credentials.yaml', line: 1, column: 1 },
}
const { charges } = requestOn('sw-1')
const leftover = (reason: Leftover['reason'], more: Partial<Leftover> = {}): Leftover => ({
  device,
  credential,
  reason,
  ...more,
})

describe('leftoverFacts', () => {
  it('says why a person decides, what one more failure would mean, and how to decide', () => {
    const facts = leftoverFacts(leftover('account-decision'), now, { account: { charges, failed: 2 } })
    assert.equal(facts.code, 'NEEDS_DECISION')
    assert.equal(
      facts.details?.because,
      'netops was refused, and one more failure could lock it; one more failure locks netops: 3 failed logins, locks at 3 (assumed)',
    )
    assert.equal(facts.advice, 'netlatch creds release core')
  })

  it('names the time of a window, and the command that releases it before', () => {
    const facts = leftoverFacts(leftover('account-window', { retryAt }), now, { account: { charges } })
    assert.deepEqual([facts.code, facts.deferredUntil?.getTime()], ['DEFERRED', retryAt])
    assert.equal(facts.details?.because, 'netops was refused once; goes on then')
    assert.equal(facts.advice, 'wait, or netlatch creds release core')
    const device = leftoverFacts(leftover('device-spacing', { retryAt }), now, { account: { charges } })
    assert.equal(device.advice, 'run again then')
  })
})

describe('the command that ends a wait', () => {
  it('is the release of a credential whose window is what the run waits for', () => {
    const spacing = leftover('device-spacing', { retryAt })
    const window = leftover('account-window', { retryAt })
    assert.equal(releaseCommand([spacing, window], retryAt), 'netlatch creds release core')
    assert.equal(releaseCommand([spacing], retryAt), undefined)
    assert.equal(releaseCommand([leftover('pair-window', { retryAt: retryAt + 1 })], retryAt), undefined)
  })
})
