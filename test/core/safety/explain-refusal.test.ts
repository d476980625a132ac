import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RefusalReason } from '../../../packages/core/src/safety/attempt.ts'
import { explainRefusal, whatOneMoreMeans } from '../../../packages/core/src/safety/explain-refusal.ts'
import { requestOn } from '../../support/ledger-requests.ts'

const request = requestOn('fra-1')
const reasons: readonly RefusalReason[] = [
  ...(['quarantined', 'rejected-before', 'device-busy', 'device-spacing', 'device-cap', 'pair-window'] as const),
  ...(['pair-decision', 'verify-first', 'recheck-first', 'account-busy', 'cell-closed', 'account-window'] as const),
  'account-decision',
]

describe('explaining a refusal', () => {
  it('names the time of the next try', () => {
    const retryAt = new Date(2026, 4, 2, 14, 35)
    const explanation = explainRefusal({ granted: false, reason: 'account-window', retryAt }, request)
    assert.equal(explanation.text, 'deferred until 14:35')
    assert.equal(explanation.because, 'netops was refused once; goes on then')
  })

  it('fits every text into 30 characters, and always says why', () => {
    for (const reason of reasons) {
      const { text, because } = explainRefusal({ granted: false, reason, retryAt: new Date() }, request)
      assert.ok(text.length <= 30, text)
      assert.ok(because.length > 0, reason)
    }
  })

  it('leaves nobody who has to decide without a command', () => {
    for (const reason of reasons) {
      const { code, advice } = explainRefusal({ granted: false, reason }, request)
      assert.notEqual(advice, '', reason)
      if (code === 'NEEDS_DECISION') assert.equal(advice, `netlatch creds release ${request.credential}`)
    }
  })

  it('advises a changed secret before a release where the secret itself was refused', () => {
    const { advice } = explainRefusal({ granted: false, reason: 'quarantined' }, request)
    const { credential } = request
    assert.equal(advice, `netlatch vault set ${credential}, then netlatch creds release ${credential}`)
  })

  it('names the release only where it ends the wait', () => {
    const deferred = ['device-spacing', 'device-cap', 'recheck-first', 'account-busy'] as const
    for (const reason of deferred) {
      const { advice } = explainRefusal({ granted: false, reason, retryAt: new Date() }, request)
      assert.doesNotMatch(advice, /release/, reason)
    }
    for (const reason of ['account-window', 'pair-window', 'verify-first'] as const) {
      const { advice } = explainRefusal({ granted: false, reason, retryAt: new Date() }, request)
      assert.equal(advice, `wait, or netlatch creds release ${request.credential}`)
    }
  })

  it('says what one more failure would make of the count', () => {
    const { oneMore } = explainRefusal({ granted: false, reason: 'account-decision' }, request, { failed: 1 })
    assert.equal(oneMore, 'one more failure makes 2 failed logins of 2 allowed for netops, locks at 3 (assumed)')
    const [charge] = request.charges
    assert.match(whatOneMoreMeans(charge, 2), /^one more failure locks netops: 3 failed logins/)
    const lab = { ...charge, policy: { ...charge.policy, threshold: 'none' as const } }
    assert.equal(whatOneMoreMeans(lab, 7), 'netops: nothing counts failed logins')
  })
})
