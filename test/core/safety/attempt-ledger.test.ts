import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { AttemptRequest } from '../../../packages/core/src/safety/attempt.ts'
import { createMemoryLedger, type MemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import { accountPolicy } from '../../../packages/core/src/safety/realms.ts'
import { answerTo, logIn, requestOn } from '../../support/ledger-requests.ts'

const minute = 60_000

describe('the attempt rules', () => {
  let ledger: MemoryLedger
  let now: number

  beforeEach(() => {
    ledger = createMemoryLedger()
    now = 1_000 * minute
  })

  /** Plays logins one after the other, a second apart. */
  function play(outcome: 'ok' | 'rejected' | 'unclear' | 'unsent', ...requests: readonly AttemptRequest[]): void {
    for (const request of requests) {
      now += 1000
      logIn(ledger, request, outcome, now)
    }
    now += 1000
  }

  const answer = (request: AttemptRequest) => answerTo(ledger, request, now)

  describe('on a device', () => {
    it('let one login in flight at a time', () => {
      ledger.reserve(requestOn('fra-1'), now)
      assert.equal(answer(requestOn('fra-1', { username: 'admin' })), 'device-busy')
    })

    it('keep 150 seconds between a failure and the next login, whoever it is', () => {
      play('rejected', requestOn('fra-1'))
      const other = requestOn('fra-1', { username: 'admin' })
      const refusal = ledger.preview(other, now)
      assert.deepEqual(refusal, { granted: false, reason: 'device-spacing', retryAt: now - 1000 + 150_000 + 1 })
      now += 150_000
      assert.equal(answer(other), 'unknown')
    })

    it('stop after four failures within 15 minutes', () => {
      for (const username of ['a', 'b', 'c', 'd']) {
        play('rejected', requestOn('fra-1', { username }))
        now += 150_000
      }
      assert.equal(answer(requestOn('fra-1', { username: 'e' })), 'device-cap')
      now += 15 * minute
      assert.equal(answer(requestOn('fra-1', { username: 'e' })), 'unknown')
    })

    it('wait 15 minutes after a failure of the same username, and leave a second one to a person', () => {
      const local = { policy: { kind: 'device' as const } }
      play('rejected', requestOn('fra-1', { ...local, secret: 'first' }))
      now += 3 * minute
      assert.equal(answer(requestOn('fra-1', { ...local, secret: 'second' })), 'pair-window')
      now += 15 * minute
      play('rejected', requestOn('fra-1', { ...local, secret: 'second' }))
      now += 24 * 60 * minute
      assert.equal(answer(requestOn('fra-1', { ...local, secret: 'third' })), 'pair-decision')
    })

    it('remember which secret it refused, until somebody asks for it again', () => {
      const local = { policy: { kind: 'device' as const } }
      play('rejected', requestOn('fra-1', local))
      now += 60 * minute
      assert.equal(answer(requestOn('fra-1', local)), 'rejected-before')
      assert.equal(answer(requestOn('fra-1', { ...local, retryRejected: true })), 'device')
    })

    it('give a device that only hung a second chance where the secret had worked', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2'))
      play('unclear', requestOn('fra-2'))
      assert.equal(answer(requestOn('fra-2')), 'pair-window')
      play('ok', requestOn('fra-1'))
      now += 15 * minute
      assert.equal(answer(requestOn('fra-2')), 'recheck')
    })

    it('know no limits in time where no threshold is declared to exist', () => {
      const lab = { policy: { threshold: 'none' as const } }
      for (const secret of ['a', 'b', 'c', 'd', 'e']) play('rejected', requestOn('fra-1', { ...lab, secret }))
      assert.equal(answer(requestOn('fra-1', { ...lab, secret: 'f' })), 'free')
      assert.equal(answer(requestOn('fra-1', { ...lab, secret: 'a' })), 'rejected-before')
    })
  })

  describe('on unknown ground', () => {
    it('let one login of a username in flight', () => {
      ledger.reserve(requestOn('fra-1'), now)
      assert.equal(answer(requestOn('muc-1')), 'account-busy')
      assert.equal(answer(requestOn('muc-1', { username: 'admin' })), 'unknown')
    })

    it('stop a secret that never worked after one failure, at the assumed threshold of three', () => {
      play('rejected', requestOn('fra-1'))
      now += 24 * 60 * minute
      assert.equal(answer(requestOn('muc-1')), 'account-decision')
    })

    it('stop after three failures at a declared threshold of five, and one more for another secret', () => {
      const five = { policy: { threshold: 5 }, secrets: 2 }
      play('rejected', ...['fra-1', 'muc-1', 'ber-1'].map((device) => requestOn(device, five)))
      assert.equal(answer(requestOn('ham-1', five)), 'account-decision')
      assert.equal(answer(requestOn('ham-1', { ...five, secret: 'other' })), 'account-window')
      now += 15 * minute
      assert.equal(answer(requestOn('ham-1', { ...five, secret: 'other' })), 'unknown')
      play('rejected', requestOn('ham-1', { ...five, secret: 'other' }))
      now += 24 * 60 * minute
      assert.equal(answer(requestOn('cgn-1', { ...five, secret: 'third' })), 'account-decision')
    })

    it('never come back to a cell where the secret failed', () => {
      const ten = { policy: { threshold: 10 } }
      play('rejected', requestOn('fra-1', ten))
      assert.equal(answer(requestOn('fra-2', ten)), 'cell-closed')
      assert.equal(answer(requestOn('fra-3 eos', ten)), 'unknown')
    })

    it('wait until every other secret of the username has room for the failure', () => {
      const two = { secrets: 2 }
      play('ok', requestOn('fra-1', two))
      ledger.reserve(requestOn('fra-1', two), now)
      assert.equal(answer(requestOn('muc-1', { ...two, secret: 'other' })), 'account-busy')
    })

    it('wait for the verification of every other secret of the username', () => {
      const two = { secrets: 2 }
      play('ok', requestOn('fra-1', two), requestOn('fra-2', two))
      play('rejected', requestOn('fra-3', two))
      assert.equal(answer(requestOn('muc-1', { ...two, secret: 'other' })), 'verify-first')
    })

    it('give an explained canary one more try, after 15 minutes', () => {
      play('rejected', requestOn('fra-1', { confidence: 0.3 }))
      now += 3 * minute
      play('ok', requestOn('fra-1', { username: 'admin' }))
      assert.equal(answer(requestOn('muc-1')), 'account-window')
      now += 15 * minute
      assert.equal(answer(requestOn('muc-1')), 'unknown')
    })

    it('forget a failure that a known neighbour has explained', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-9', { username: 'admin' }))
      play('rejected', requestOn('muc-1'))
      assert.equal(answer(requestOn('fra-1')), 'verification')
      play('ok', requestOn('fra-1'))
      assert.equal(answer(requestOn('ber-1')), 'account-window')
      now += 3 * minute
      play('ok', requestOn('muc-1', { username: 'admin' }))
      assert.equal(answer(requestOn('ber-1')), 'unknown')
    })
  })

  it('do not take a failure for explained by a stranger who shares no cell', () => {
    play('ok', requestOn('fra-1'))
    play('rejected', requestOn('muc-1'))
    play('ok', requestOn('fra-1'))
    now += 3 * minute
    play('ok', requestOn('muc-1', { username: 'admin' }))
    assert.equal(answer(requestOn('ber-1')), 'account-window')
  })

  describe('where a secret has worked', () => {
    it('log in to as many devices at once as the realm allows', () => {
      const devices = Array.from({ length: 17 }, (_, index) => `fra-${index}`)
      play('ok', ...devices.map((device) => requestOn(device)))
      for (const device of devices.slice(0, 16)) assert.ok(ledger.reserve(requestOn(device), now).granted, device)
      assert.equal(answer(requestOn('fra-16')), 'account-busy')
    })

    it('try its neighbours one at a time, three at once where five failures lock', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2', { username: 'five', policy: { threshold: 5 } }))
      ledger.reserve(requestOn('fra-3'), now)
      assert.equal(answer(requestOn('fra-4')), 'account-busy')
      const five = (device: string) => requestOn(device, { username: 'five', policy: { threshold: 5 } })
      for (const device of ['fra-5', 'fra-6', 'fra-7']) assert.ok(ledger.reserve(five(device), now).granted, device)
      assert.equal(answer(five('fra-8')), 'account-busy')
    })

    it('take neighbours for unknown ground when two secrets of the username live at the site', () => {
      const two = { secrets: 2 }
      play('ok', requestOn('fra-1', two))
      assert.equal(answer(requestOn('fra-3', two)), 'known')
      play('ok', requestOn('fra-2', { ...two, secret: 'other' }))
      assert.equal(answer(requestOn('fra-3', two)), 'unknown')
    })

    it('take everything but the very device for unknown ground under strict', () => {
      const strict = { policy: { kind: 'strict' as const } }
      play('ok', requestOn('fra-1', strict))
      assert.equal(answer(requestOn('fra-1', strict)), 'known')
      assert.equal(answer(requestOn('fra-2', strict)), 'unknown')
    })

    it('take every device for known ground where one login server counts', () => {
      const server = { policy: { kind: 'server' as const } }
      play('ok', requestOn('fra-1', server))
      assert.equal(answer(requestOn('muc-7 eos', server)), 'known')
    })

    it('ask one device that it had opened after a failure, and nothing else', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2'))
      play('rejected', requestOn('fra-3'))
      assert.equal(answer(requestOn('fra-4')), 'verify-first')
      assert.equal(answer(requestOn('fra-2')), 'verification')
      play('ok', requestOn('fra-2'))
      assert.equal(answer(requestOn('fra-4')), 'known')
    })

    it('quarantine a secret that fails its verification: used nowhere, two failures in all', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2'))
      play('rejected', requestOn('fra-3'), requestOn('fra-2'))
      now += 24 * 60 * minute
      for (const device of ['fra-1', 'muc-1']) assert.equal(answer(requestOn(device)), 'quarantined')
    })

    it('quarantine it on the verification alone, whatever the threshold still allows', () => {
      const ten = { policy: { threshold: 10 } }
      play('ok', requestOn('fra-1', ten), requestOn('fra-2', ten))
      play('rejected', requestOn('fra-3', ten), requestOn('fra-2', ten))
      assert.equal(answer(requestOn('fra-1', ten)), 'quarantined')
    })

    it('refuse a quarantined secret in every realm', () => {
      const realm = (name: string, kind: 'server' | 'unknown') =>
        [{ realm: name, username: 'netops', policy: accountPolicy({ kind }), secrets: 1 }] as const
      const first = (device: string) => requestOn(device, { charges: realm('first', 'server') })
      play('ok', first('fra-1'), first('fra-2'))
      play('rejected', first('fra-3'), first('fra-2'))
      assert.equal(answer(requestOn('muc-1', { charges: realm('second', 'unknown') })), 'quarantined')
    })

    it('ask for one recheck when the proof is older than 15 minutes', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2'))
      now += 16 * minute
      assert.equal(answer(requestOn('fra-3')), 'recheck-first')
      assert.equal(answer(requestOn('fra-1')), 'recheck')
      ledger.reserve(requestOn('fra-1'), now)
      assert.equal(answer(requestOn('fra-2')), 'account-busy')
    })

    it('ask for that one recheck alone, whatever the account can bear', () => {
      const patient = { policy: { threshold: 10 } }
      play('ok', requestOn('fra-1', patient), requestOn('fra-2', patient))
      now += 16 * minute
      ledger.reserve(requestOn('fra-1', patient), now)
      assert.equal(answer(requestOn('fra-2', patient)), 'account-busy')
    })

    it('take stale proof for none where no device is left to recheck it on', () => {
      play('ok', requestOn('fra-1'))
      now += 16 * minute
      assert.equal(answer(requestOn('muc-1', { nowhereToRecheck: true })), 'unknown')
      assert.equal(answer(requestOn('muc-1')), 'recheck-first')
    })
  })

  describe('after a changed secret', () => {
    it('keep what the old one failed: a person decides at a threshold of three', () => {
      play('ok', requestOn('fra-1'), requestOn('fra-2'))
      play('rejected', requestOn('fra-3'), requestOn('fra-2'))
      now += 24 * 60 * minute
      assert.equal(answer(requestOn('muc-1', { secret: 'new' })), 'account-decision')
    })

    it('let the new one in where there is room left', () => {
      const five = { policy: { threshold: 5 } }
      play('ok', requestOn('fra-1', five), requestOn('fra-2', five))
      play('rejected', requestOn('fra-3', five), requestOn('fra-2', five))
      assert.equal(answer(requestOn('muc-1', { ...five, secret: 'new' })), 'unknown')
    })

    it('take the old one for no rival of the only secret there is now', () => {
      play('ok', requestOn('fra-1'))
      play('ok', requestOn('fra-2', { secret: 'new' }))
      assert.equal(answer(requestOn('fra-3', { secret: 'new' })), 'known')
    })
  })

  describe('with a device realm and a credential realm', () => {
    const charges = (kind: 'device' | 'unknown') =>
      [
        { realm: 'tacacs', username: 'admin', policy: accountPolicy({ kind: 'server' }), secrets: 1 },
        { realm: 'own', username: 'admin', policy: accountPolicy({ kind }), secrets: 1 },
      ] as const

    it('charge both, and refuse what either refuses', () => {
      play('ok', requestOn('fra-1', { username: 'admin', charges: charges('unknown') }))
      assert.equal(answer(requestOn('muc-1', { username: 'admin', charges: charges('unknown') })), 'known+unknown')
      play('rejected', requestOn('muc-1', { username: 'admin', charges: charges('unknown') }))
      const own = requestOn('ber-1', { username: 'admin', charges: [charges('unknown')[1]] })
      assert.equal(answer(own), 'verify-first')
    })

    it('count a local account of a device that asks its server first on the server', () => {
      const local = (device: string) => requestOn(device, { username: 'admin', charges: charges('device') })
      play('rejected', local('fra-1'))
      assert.equal(answer(local('fra-2')), 'account-decision')
    })
  })

  it('give an enable secret grants of its own, next to the login secret of its username', () => {
    const enable = (device: string) => requestOn(device, { purpose: 'enable', secret: 'enable' })
    play('ok', requestOn('fra-1'), enable('fra-1'))
    assert.equal(answer(requestOn('fra-2')), 'known')
    assert.equal(answer(enable('fra-2')), 'known')
    play('rejected', enable('fra-2'))
    assert.equal(answer(enable('fra-3')), 'verify-first')
    assert.equal(answer(requestOn('fra-3')), 'known')
  })
})
