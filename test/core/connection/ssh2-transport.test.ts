import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { inspect } from 'node:util'
import { describe, it } from 'mocha'
import ssh2 from 'ssh2'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { rawServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'
import {
  acceptRightPassword,
  attemptOf,
  hasCode,
  openAt,
  reject,
  rightPassword,
  targetAt,
  transport,
  until,
} from '../../support/ssh-login.ts'
import { protocolOf } from '../../support/ssh-server-protocol.ts'

describe('SSH transport', () => {
  describe('host key', () => {
    it('sends no login message when the host key is refused', async () => {
      await using server = await scriptedSshServer()
      const refusal = new NetlatchError('HOST_KEY_CHANGED', 'sw-1: host key changed')
      await assert.rejects(
        openAt(server.port, {
          checkHostKey: () => {
            throw refusal
          },
        }),
        (error) => error === refusal,
      )
      assert.deepEqual(server.arrived, [])
      await until(() => server.openSockets() === 0)
    })

    it('asks about the key before any login message, and shows it as OpenSSH does', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRightPassword })
      const asked: string[] = []
      await using handshake = await openAt(server.port, {
        checkHostKey: (key, address) => {
          asked.push(`${key.fingerprint} ${address} ${server.arrived.length}`)
        },
      })
      assert.deepEqual(asked, [`${server.hostKey.fingerprint} 127.0.0.1 0`])
      assert.equal(handshake.hostKey.key, server.hostKey.publicKey)
    })

    it('refuses a key check that answers with a promise of no', async () => {
      await using server = await scriptedSshServer()
      const checkHostKey = (() => Promise.reject(new NetlatchError('HOST_KEY_CHANGED', 'late'))) as never
      await assert.rejects(openAt(server.port, { checkHostKey }), /synchronous/)
      assert.deepEqual(server.arrived, [])
    })

    it('shows the key without a user name or a login', async () => {
      const hostKeys = [rsaKeyPair()]
      let services = 0
      await using server = await scriptedSshServer({
        hostKeys,
        onConnection: (connection) => {
          protocolOf(connection)._handlers.SERVICE_REQUEST = () => {
            services += 1
          }
        },
      })
      const shown = await transport.readHostKey(targetAt(server.port))
      assert.equal(shown.hostKey.fingerprint, hostKeys[0]?.fingerprint)
      assert.equal(shown.hostKey.bits, 2048)
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.arrived, [])
      assert.equal(services, 0)
    })

    it('asks for the known key type first', async () => {
      const hostKeys = [ed25519KeyPair(), ecdsaKeyPair(), rsaKeyPair()]
      await using server = await scriptedSshServer({ hostKeys })
      for (const { type, fingerprint } of hostKeys) {
        const shown = await transport.readHostKey(targetAt(server.port, { hostKeyTypes: [type] }))
        assert.equal(shown.hostKey.fingerprint, fingerprint)
      }
    })
  })

  describe('methods', () => {
    it('learns unknown methods with one request that holds no secret', async () => {
      await using server = await scriptedSshServer({
        methods: ['publickey', 'gssapi', 'password'],
        onLogin: acceptRightPassword,
      })
      await using handshake = await openAt(server.port)
      assert.deepEqual(handshake.methods, ['publickey', 'password'])
      assert.deepEqual(
        server.arrived.map((message) => message.method),
        ['none'],
      )
    })

    it('asks nothing when the methods are remembered', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRightPassword })
      await using handshake = await openAt(server.port, { methods: ['password'] })
      assert.equal((await handshake.login(attemptOf())).outcome, 'accepted')
      assert.deepEqual(
        server.arrived.map((message) => message.method),
        ['password'],
      )
    })

    it('says so when a remembered method is no longer taken', async () => {
      await using server = await scriptedSshServer({ onLogin: (context) => reject(context, ['publickey']) })
      await using handshake = await openAt(server.port, { methods: ['password'] })
      assert.deepEqual(await handshake.login(attemptOf()), {
        outcome: 'rejected',
        code: 'AUTH_METHOD',
        mayTryAgain: false,
      })
    })

    it('sends nothing by a method the server does not take', async () => {
      await using server = await scriptedSshServer({ methods: ['publickey'], onLogin: acceptRightPassword })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf())
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unsent AUTH_METHOD')
      assert.ok(handshake.isOpen)
      assert.deepEqual(server.secrets, [])
    })

    it('refuses a server that lets anybody in', async () => {
      await using server = await scriptedSshServer()
      await assert.rejects(openAt(server.port), hasCode('NO_AUTH_REQUIRED'))
      await until(() => server.openSockets() === 0)
    })

    it('refuses a server that takes only methods we lack', async () => {
      await using server = await scriptedSshServer({ methods: ['gssapi-with-mic'], onLogin: acceptRightPassword })
      await assert.rejects(openAt(server.port), hasCode('AUTH_METHOD', /gssapi-with-mic/))
    })
  })

  describe('secrets', () => {
    it('keeps the secret out of reach of the client object, its errors and answers', async () => {
      const clients: unknown[] = []
      const original = ssh2.Client.prototype.connect
      ssh2.Client.prototype.connect = function connect(config) {
        clients.push(this, config)
        return original.call(this, config)
      }
      try {
        await using server = await scriptedSshServer({
          methods: ['password', 'keyboard-interactive'],
          onLogin: (context, count) => {
            if (count < 2) return reject(context)
            return context.method === 'password' ? context.accept() : undefined
          },
        })
        await using handshake = await openAt(server.port)
        const look = () => inspect([clients, handshake], { depth: Infinity, showHidden: true, maxArrayLength: null })
        const rejected = await handshake.login(attemptOf())
        assert.ok(!look().includes(rightPassword))
        const accepted = await handshake.login(attemptOf())
        assert.ok(!look().includes(rightPassword))
        assert.ok(!inspect([rejected, accepted], { depth: Infinity, showHidden: true }).includes(rightPassword))
        assert.ok(!look().includes(Buffer.from(rightPassword).toString('hex').match(/../g)?.join(' ') ?? 'x'))
        assert.equal(accepted.outcome, 'accepted')
        if (accepted.outcome === 'accepted') await accepted.connection[Symbol.asyncDispose]()
      } finally {
        ssh2.Client.prototype.connect = original
      }
    })
  })

  describe('abort', () => {
    it('closes the socket before, during and after the handshake', async () => {
      await using silent = await rawServer(() => undefined)
      const controller = new AbortController()
      const opening = openAt(silent.port, { signal: controller.signal })
      await until(() => silent.openSockets() === 1)
      controller.abort(new Error('enough'))
      await assert.rejects(opening, /enough/)
      await until(() => silent.openSockets() === 0)

      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await openAt(server.port)
      const during = new AbortController()
      const answer = handshake.login(attemptOf({ signal: during.signal, sendBefore: performance.now() + 60_000 }))
      await until(() => server.secrets.length === 1)
      during.abort()
      assert.equal((await answer).outcome, 'unclear')
      await until(() => server.openSockets() === 0)
    })

    it('sends nothing when it was stopped before the login', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRightPassword })
      await using handshake = await openAt(server.port)
      const answer = await handshake.login(attemptOf({ signal: AbortSignal.abort() }))
      assert.deepEqual(answer, { outcome: 'unsent', code: 'ABORTED', reason: 'stopped before the login' })
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [])
    })
  })
})
