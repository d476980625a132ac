import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import {
  acceptRightPassword,
  attemptOf,
  openAt,
  reasonOf,
  reject,
  rightPassword,
  until,
} from '../../support/ssh-login.ts'
import { disconnectWith, protocolOf, sayNoAgain } from '../../support/ssh-server-protocol.ts'

describe('SSH transport', () => {
  describe('password', () => {
    it('sends a wrong password once, by one method', async () => {
      await using server = await scriptedSshServer({
        methods: ['password', 'keyboard-interactive'],
        onLogin: (context) => reject(context, ['password', 'keyboard-interactive']),
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf())
      assert.deepEqual(answer, { outcome: 'rejected', code: 'AUTH_REJECTED', mayTryAgain: true })
      await handshake[Symbol.asyncDispose]()
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('sends three passwords on one connection, and no fourth', async () => {
      await using server = await scriptedSshServer({ onLogin: (context) => reject(context) })
      await using handshake = await openAt(server.port)
      const outcomes = []
      for (const password of ['one', 'two', 'three', 'four']) {
        const answer = await handshake.login(attemptOf({ password: new Secret(password) }))
        outcomes.push(answer.outcome === 'rejected' ? answer.mayTryAgain : answer.outcome)
      }
      assert.deepEqual(outcomes, [true, true, false, 'unsent'])
      assert.deepEqual(server.secrets, ['one', 'two', 'three'])
      assert.equal(server.connections, 1)
    })

    it('writes nothing after the deadline, however late the reservation came', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRightPassword })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ sendBefore: performance.now() - 1 }))
      assert.equal(answer.outcome, 'unsent')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [])
    })

    it('closes the connection at the deadline, and calls the answer unclear', async () => {
      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await openAt(server.port)
      const startedAt = performance.now()
      const answer = await handshake.login(attemptOf({ sendBefore: startedAt + 60 }))
      assert.ok(performance.now() - startedAt < 2_000)
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear AUTH_UNCLEAR')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('calls a hang after the password unclear', async () => {
      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await openAt(server.port, { limits: { authenticationMs: 50 } })
      const answer = await handshake.login(attemptOf())
      assert.equal(answer.outcome, 'unclear')
      assert.match(reasonOf(answer), /no answer in 0.05 s/)
    })

    for (const how of ['end', 'destroy'] as const) {
      it(`calls a connection that ends after the password unclear (${how})`, async () => {
        let socket: Socket | undefined
        await using server = await scriptedSshServer({
          onSocket: (opened) => {
            socket = opened
          },
          onLogin: () => socket?.[how](),
        })
        await using handshake = await openAt(server.port)
        const answer = await handshake.login(attemptOf())
        assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear AUTH_UNCLEAR')
      })
    }

    it('never answers a request for a new password', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context) => {
          if (context.method === 'password') context.requestChange('Choose a new one', () => undefined)
        },
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf())
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear PASSWORD_EXPIRED')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('names a second factor after the right password, and answers nothing more', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context) => reject(context, ['keyboard-interactive', 'password'], true),
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf())
      assert.deepEqual(answer, { outcome: 'rejected', code: 'SECOND_FACTOR', mayTryAgain: false })
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('ends a connection on which the server answers twice', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context, _count, connection) => {
          reject(context)
          sayNoAgain(connection)
        },
      })
      await using handshake = await openAt(server.port)
      assert.equal((await handshake.login(attemptOf())).outcome, 'rejected')
      await until(() => !handshake.isOpen)
      // The second answer would have been taken for the answer to this one.
      assert.equal((await handshake.login(attemptOf())).outcome, 'unsent')
      assert.deepEqual(server.secrets, [rightPassword])
    })

    it('ends a connection on which the server lets it in before it was asked to', async () => {
      let welcome = () => {}
      await using server = await scriptedSshServer({
        onLogin: acceptRightPassword,
        onConnection: (connection) => {
          welcome = () => {
            protocolOf(connection)._authsQueue.push('none')
            protocolOf(connection).authSuccess()
          }
        },
      })
      await using handshake = await openAt(server.port)
      welcome()
      await until(() => !handshake.isOpen)
      assert.equal((await handshake.login(attemptOf())).outcome, 'unsent')
      assert.deepEqual(server.secrets, [])
    })

    for (const [text, outcome] of [
      ['Too many authentication failures', 'rejected'],
      ['Internal error', 'unclear'],
    ] as const) {
      it(`calls a disconnect with “${text}” ${outcome}`, async () => {
        await using server = await scriptedSshServer({
          onLogin: (_context, _count, connection) => disconnectWith(connection, text),
        })
        await using handshake = await openAt(server.port)
        assert.equal((await handshake.login(attemptOf())).outcome, outcome)
      })
    }
  })
})
