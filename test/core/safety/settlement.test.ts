import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createMemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import { answerTo, logIn, requestOn } from '../../support/ledger-requests.ts'

describe('settling a grant', () => {
  it('changes nothing when provably nothing was sent', () => {
    const ledger = createMemoryLedger()
    logIn(ledger, requestOn('fra-1'), 'unsent', 1000)
    assert.equal(answerTo(ledger, requestOn('fra-1'), 1002), 'unknown')
    assert.deepEqual([...ledger.tables.openFailures()], [])
  })

  it('counts a grant that nobody finished as failed, from its deadline on', () => {
    const ledger = createMemoryLedger()
    const crashed = ledger.reserve(requestOn('fra-1'), 1000)
    assert.ok(crashed.granted)
    ledger.expire(60_999)
    assert.equal([...ledger.tables.openFailures()].length, 0)
    ledger.expire(61_000)
    assert.equal([...ledger.tables.openFailures()].length, 1)
    assert.equal(ledger.finish(crashed.grant.id, 'ok', 62_000), false)
    assert.equal([...ledger.tables.homes()].length, 0)
  })

  it('clears with a success only what had ended before it was reserved', () => {
    const ledger = createMemoryLedger()
    const five = { policy: { threshold: 5 } }
    logIn(ledger, requestOn('fra-1', five), 'ok', 1000)
    const early = ledger.reserve(requestOn('fra-2', five), 2000)
    const failing = ledger.reserve(requestOn('fra-3', five), 2000)
    assert.ok(early.granted && failing.granted)
    ledger.finish(failing.grant.id, 'rejected', 3000)
    ledger.finish(early.grant.id, 'ok', 4000)
    assert.equal(answerTo(ledger, requestOn('fra-4', five), 5000), 'verify-first')
    logIn(ledger, requestOn('fra-1', five), 'ok', 5000)
    assert.equal(answerTo(ledger, requestOn('fra-4', five), 6000), 'known')
  })

  it('ends a grant once', () => {
    const ledger = createMemoryLedger()
    const answer = ledger.reserve(requestOn('fra-1'), 1000)
    assert.ok(answer.granted)
    assert.equal(ledger.finish(answer.grant.id, 'rejected', 2000), true)
    assert.equal(ledger.finish(answer.grant.id, 'ok', 3000), false)
    assert.equal([...ledger.tables.openFailures()].length, 1)
  })

  it('lifts the memory of a rejection with a success', () => {
    const ledger = createMemoryLedger()
    const local = { policy: { kind: 'device' as const } }
    logIn(ledger, requestOn('fra-1', local), 'rejected', 1000)
    logIn(ledger, requestOn('fra-1', { ...local, retryRejected: true }), 'ok', 2_000_000)
    assert.equal(answerTo(ledger, requestOn('fra-1', local), 2_100_000), 'device')
  })

  it('lets no clock that is set back shorten a window', () => {
    const ledger = createMemoryLedger()
    logIn(ledger, requestOn('fra-1'), 'rejected', 10_000_000)
    const answer = ledger.reserve(requestOn('fra-1', { username: 'admin' }), 5_000_000)
    assert.deepEqual(answer, { granted: false, reason: 'device-spacing', retryAt: 10_000_001 + 150_000 })
  })
})
