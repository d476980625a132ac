import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'
import { attemptOf, openAt, reasonOf, reject, until } from '../../support/ssh-login.ts'
import { protocolOf } from '../../support/ssh-server-protocol.ts'

describe('SSH transport', () => {
  describe('private key', () => {
    const methods = ['publickey']

    it('logs in with a key, signing once', async () => {
      for (const key of [ed25519KeyPair(), ecdsaKeyPair(), rsaKeyPair(), rsaKeyPair(2048, 'pkcs8')]) {
        await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
        await using handshake = await openAt(server.port)
        const answer = await handshake.login(attemptOf({ method: 'publickey', privateKey: new Secret(key.privateKey) }))
        assert.equal(answer.outcome, 'accepted')
        assert.equal(server.arrived.filter((message) => message.signed).length, 1)
      }
    })

    it('counts a key that the device does not know as unsent, and goes on with another', async () => {
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context, count) => (count === 1 ? reject(context, methods) : context.accept()),
      })
      await using handshake = await openAt(server.port)
      const first = await handshake.login(
        attemptOf({ method: 'publickey', privateKey: new Secret(ed25519KeyPair().privateKey) }),
      )
      assert.equal(`${first.outcome} ${'code' in first && first.code}`, 'unsent AUTH_REJECTED')
      const second = await handshake.login(
        attemptOf({ method: 'publickey', privateKey: new Secret(ecdsaKeyPair().privateKey) }),
      )
      assert.equal(second.outcome, 'accepted')
      assert.equal(server.arrived.filter((message) => message.signed).length, 1)
    })

    it('signs once, however often a server asks', async () => {
      const key = ed25519KeyPair()
      await using server = await scriptedSshServer({
        methods,
        onLogin: (_context, _count, connection) => {
          const blob = Buffer.from(key.publicKey, 'base64')
          const protocol = protocolOf(connection)
          protocol._authsQueue.push('publickey', 'publickey')
          for (let times = 0; times < 3; times++) protocol.authPKOK(key.type, blob)
        },
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ method: 'publickey', privateKey: new Secret(key.privateKey) }))
      assert.equal(reasonOf(answer), 'asked for a second signature')
      await until(() => server.openSockets() === 0)
      assert.ok(server.arrived.filter((message) => message.signed).length <= 1)
    })

    it('does not sign after the deadline', async () => {
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context) => {
          setTimeout(() => context.accept(), 80)
        },
      })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(
        attemptOf({
          method: 'publickey',
          privateKey: new Secret(ed25519KeyPair().privateKey),
          sendBefore: performance.now() + 40,
        }),
      )
      assert.equal(answer.outcome, 'unsent')
      assert.equal(server.arrived.filter((message) => message.signed).length, 0)
    })

    it('offers nothing when the key cannot be read, and says nothing of it', async () => {
      await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(
        attemptOf({ method: 'publickey', privateKey: new Secret('-----BEGIN nonsense') }),
      )
      assert.equal(answer.outcome, 'unsent')
      assert.match(reasonOf(answer), /in no format/)
      assert.doesNotMatch(JSON.stringify(answer), /nonsense/)
    })
  })
})
