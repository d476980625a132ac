import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { inspect } from 'node:util'
import { describe, it } from 'mocha'
import type { AuthContext } from 'ssh2'
import ssh2 from 'ssh2'
import { createSsh2Transport } from '../../../packages/core/src/connection/ssh2-transport.ts'
import type {
  Handshake,
  LoginAnswer,
  LoginAttempt,
  OpenOptions,
  Target,
} from '../../../packages/core/src/connection/transport.ts'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { rawServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'

const transport = createSsh2Transport()
const right = 'right-b7f3-secret'

function target(port: number, more: Partial<Target> = {}): Target {
  return { name: 'sw-1', hosts: ['127.0.0.1'], port, algorithms: 'modern', ...more }
}

function open(port: number, more: Partial<OpenOptions> & { target?: Partial<Target> } = {}): Promise<Handshake> {
  const { target: on, ...options } = more
  return transport.open(target(port, on), { username: 'netops', checkHostKey: () => undefined, ...options })
}

function attempt(more: Partial<LoginAttempt> = {}): LoginAttempt {
  return { method: 'password', password: new Secret(right), sendBefore: performance.now() + 5_000, ...more }
}

function reject(context: AuthContext, methods = ['password'], partial = false): void {
  context.reject([...methods] as never, partial)
}

function acceptRight(context: AuthContext): void {
  if (context.method === 'password' && context.password === right) context.accept()
  else reject(context)
}

function hasCode(code: string, text: RegExp = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NetlatchError, inspect(error))
    assert.equal(error.code, code)
    assert.match(error.message, text)
    return true
  }
}

function reasonOf(answer: LoginAnswer): string {
  return 'reason' in answer ? answer.reason : ''
}

/** What ssh2's server can say, and does not offer. */
interface ServerProtocol {
  readonly _handlers: { SERVICE_REQUEST: () => void }
  authFailure(methods: readonly string[], partial: boolean): void
  readonly _authsQueue: string[]
  authSuccess(): void
  authPKOK(algorithm: string, key: Buffer): void
}

function protocolOf(connection: object): ServerProtocol {
  return (connection as { _protocol: ServerProtocol })._protocol
}

function sayNoAgain(connection: object): void {
  protocolOf(connection).authFailure(['password'], false)
}

/** ssh2 sends no text with a disconnect message; this one has reason 2 and `text`. */
function disconnectWith(connection: object, text: string): void {
  const { _packetRW, _cipher } = protocolOf(connection) as unknown as {
    _packetRW: { write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer } }
    _cipher: { encrypt(packet: Buffer): void }
  }
  const body = Buffer.alloc(1 + 4 + 4 + text.length + 4)
  body.writeUInt8(1, 0)
  body.writeUInt32BE(2, 1)
  body.writeUInt32BE(text.length, 5)
  body.write(text, 9)
  const packet = _packetRW.write.alloc(body.length)
  body.copy(packet, _packetRW.write.allocStart)
  _cipher.encrypt(_packetRW.write.finalize(packet))
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !done(); tries++) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.ok(done())
}

describe('SSH transport', () => {
  describe('host key', () => {
    it('sends no login message when the host key is refused', async () => {
      await using server = await scriptedSshServer()
      const refusal = new NetlatchError('HOST_KEY_CHANGED', 'sw-1: host key changed')
      await assert.rejects(
        open(server.port, {
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
      await using server = await scriptedSshServer({ onLogin: acceptRight })
      const asked: string[] = []
      await using handshake = await open(server.port, {
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
      await assert.rejects(open(server.port, { checkHostKey }), /synchronous/)
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
      const shown = await transport.readHostKey(target(server.port))
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
        const shown = await transport.readHostKey(target(server.port, { hostKeyTypes: [type] }))
        assert.equal(shown.hostKey.fingerprint, fingerprint)
      }
    })
  })

  describe('methods', () => {
    it('learns unknown methods with one request that holds no secret', async () => {
      await using server = await scriptedSshServer({
        methods: ['publickey', 'gssapi', 'password'],
        onLogin: acceptRight,
      })
      await using handshake = await open(server.port)
      assert.deepEqual(handshake.methods, ['publickey', 'password'])
      assert.deepEqual(
        server.arrived.map((message) => message.method),
        ['none'],
      )
    })

    it('asks nothing when the methods are remembered', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRight })
      await using handshake = await open(server.port, { methods: ['password'] })
      assert.equal((await handshake.login(attempt())).outcome, 'accepted')
      assert.deepEqual(
        server.arrived.map((message) => message.method),
        ['password'],
      )
    })

    it('says so when a remembered method is no longer taken', async () => {
      await using server = await scriptedSshServer({ onLogin: (context) => reject(context, ['publickey']) })
      await using handshake = await open(server.port, { methods: ['password'] })
      assert.deepEqual(await handshake.login(attempt()), {
        outcome: 'rejected',
        code: 'AUTH_METHOD',
        mayTryAgain: false,
      })
    })

    it('sends nothing by a method the server does not take', async () => {
      await using server = await scriptedSshServer({ methods: ['publickey'], onLogin: acceptRight })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt())
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unsent AUTH_METHOD')
      assert.ok(handshake.isOpen)
      assert.deepEqual(server.secrets, [])
    })

    it('refuses a server that lets anybody in', async () => {
      await using server = await scriptedSshServer()
      await assert.rejects(open(server.port), hasCode('NO_AUTH_REQUIRED'))
      await until(() => server.openSockets() === 0)
    })

    it('refuses a server that takes only methods we lack', async () => {
      await using server = await scriptedSshServer({ methods: ['gssapi-with-mic'], onLogin: acceptRight })
      await assert.rejects(open(server.port), hasCode('AUTH_METHOD', /gssapi-with-mic/))
    })
  })

  describe('password', () => {
    it('sends a wrong password once, by one method', async () => {
      await using server = await scriptedSshServer({
        methods: ['password', 'keyboard-interactive'],
        onLogin: (context) => reject(context, ['password', 'keyboard-interactive']),
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt())
      assert.deepEqual(answer, { outcome: 'rejected', code: 'AUTH_REJECTED', mayTryAgain: true })
      await handshake[Symbol.asyncDispose]()
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [right])
    })

    it('sends three passwords on one connection, and no fourth', async () => {
      await using server = await scriptedSshServer({ onLogin: (context) => reject(context) })
      await using handshake = await open(server.port)
      const outcomes = []
      for (const password of ['one', 'two', 'three', 'four']) {
        const answer = await handshake.login(attempt({ password: new Secret(password) }))
        outcomes.push(answer.outcome === 'rejected' ? answer.mayTryAgain : answer.outcome)
      }
      assert.deepEqual(outcomes, [true, true, false, 'unsent'])
      assert.deepEqual(server.secrets, ['one', 'two', 'three'])
      assert.equal(server.connections, 1)
    })

    it('writes nothing after the deadline, however late the reservation came', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRight })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ sendBefore: performance.now() - 1 }))
      assert.equal(answer.outcome, 'unsent')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [])
    })

    it('closes the connection at the deadline, and calls the answer unclear', async () => {
      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await open(server.port)
      const startedAt = performance.now()
      const answer = await handshake.login(attempt({ sendBefore: startedAt + 60 }))
      assert.ok(performance.now() - startedAt < 2_000)
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear AUTH_UNCLEAR')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [right])
    })

    it('calls a hang after the password unclear', async () => {
      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await open(server.port, { limits: { authenticationMs: 50 } })
      const answer = await handshake.login(attempt())
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
        await using handshake = await open(server.port)
        const answer = await handshake.login(attempt())
        assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear AUTH_UNCLEAR')
      })
    }

    it('never answers a request for a new password', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context) => {
          if (context.method === 'password') context.requestChange('Choose a new one', () => undefined)
        },
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt())
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear PASSWORD_EXPIRED')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [right])
    })

    it('names a second factor after the right password, and answers nothing more', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context) => reject(context, ['keyboard-interactive', 'password'], true),
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt())
      assert.deepEqual(answer, { outcome: 'rejected', code: 'SECOND_FACTOR', mayTryAgain: false })
      assert.deepEqual(server.secrets, [right])
    })

    it('ends a connection on which the server answers twice', async () => {
      await using server = await scriptedSshServer({
        onLogin: (context, _count, connection) => {
          reject(context)
          sayNoAgain(connection)
        },
      })
      await using handshake = await open(server.port)
      assert.equal((await handshake.login(attempt())).outcome, 'rejected')
      await until(() => !handshake.isOpen)
      // The second answer would have been taken for the answer to this one.
      assert.equal((await handshake.login(attempt())).outcome, 'unsent')
      assert.deepEqual(server.secrets, [right])
    })

    it('ends a connection on which the server lets it in before it was asked to', async () => {
      let welcome = () => {}
      await using server = await scriptedSshServer({
        onLogin: acceptRight,
        onConnection: (connection) => {
          welcome = () => {
            protocolOf(connection)._authsQueue.push('none')
            protocolOf(connection).authSuccess()
          }
        },
      })
      await using handshake = await open(server.port)
      welcome()
      await until(() => !handshake.isOpen)
      assert.equal((await handshake.login(attempt())).outcome, 'unsent')
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
        await using handshake = await open(server.port)
        assert.equal((await handshake.login(attempt())).outcome, outcome)
      })
    }
  })

  describe('keyboard-interactive', () => {
    const methods = ['keyboard-interactive']

    function asking(
      prompts: { prompt: string; echo: boolean }[],
      then?: (context: AuthContext, answers: string[]) => void,
    ) {
      return scriptedSshServer({
        methods,
        onLogin: (context) => {
          if (context.method !== 'keyboard-interactive') return reject(context, methods)
          context.prompt(prompts, (answers) => {
            if (then) then(context, answers)
            else if (answers[0] === right) context.accept()
            else reject(context, methods)
          })
        },
      })
    }

    it('answers one hidden prompt', async () => {
      await using server = await asking([{ prompt: 'Password: ', echo: false }])
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ method: 'keyboard-interactive' }))
      assert.equal(answer.outcome, 'accepted')
      assert.deepEqual(server.secrets, [right])
    })

    const traps = [
      { what: 'a shown prompt', prompts: [{ prompt: 'Password: ', echo: true }] },
      { what: 'a hidden prompt for a code', prompts: [{ prompt: 'Verification code: ', echo: false }] },
      {
        what: 'two prompts',
        prompts: [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Password again: ', echo: false },
        ],
      },
    ]
    for (const { what, prompts } of traps) {
      it(`sends nothing to ${what}`, async () => {
        await using server = await asking(prompts)
        await using handshake = await open(server.port)
        const answer = await handshake.login(attempt({ method: 'keyboard-interactive' }))
        assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unsent EXTRA_PROMPT')
        await until(() => server.openSockets() === 0)
        assert.deepEqual(server.secrets, [])
      })
    }

    it('sends the password once, however often a server asks', async () => {
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context) => {
          const again = () => {
            if (context.method === 'keyboard-interactive')
              context.prompt([{ prompt: 'Password: ', echo: false }], again)
          }
          again()
        },
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ method: 'keyboard-interactive' }))
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear EXTRA_PROMPT')
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [right])
    })

    it('recognises that a password has expired', async () => {
      await using server = await asking([{ prompt: 'Password: ', echo: false }], (context) => {
        if (context.method === 'keyboard-interactive')
          context.prompt([{ prompt: 'New password: ', echo: false }], () => undefined)
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ method: 'keyboard-interactive' }))
      assert.equal(`${answer.outcome} ${'code' in answer && answer.code}`, 'unclear PASSWORD_EXPIRED')
    })

    it('ends rounds without prompts that never end', async () => {
      let rounds = 0
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context) => {
          const again = () => {
            rounds += 1
            if (context.method === 'keyboard-interactive') context.prompt([], again)
          }
          again()
        },
      })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ method: 'keyboard-interactive' }))
      assert.equal(answer.outcome, 'unsent')
      await until(() => server.openSockets() === 0)
      assert.ok(rounds <= 4, `${rounds} rounds`)
    })
  })

  describe('private key', () => {
    const methods = ['publickey']

    it('logs in with a key, signing once', async () => {
      for (const key of [ed25519KeyPair(), ecdsaKeyPair(), rsaKeyPair(), rsaKeyPair(2048, 'pkcs8')]) {
        await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
        await using handshake = await open(server.port)
        const answer = await handshake.login(attempt({ method: 'publickey', privateKey: new Secret(key.privateKey) }))
        assert.equal(answer.outcome, 'accepted')
        assert.equal(server.arrived.filter((message) => message.signed).length, 1)
      }
    })

    it('counts a key that the device does not know as unsent, and goes on with another', async () => {
      await using server = await scriptedSshServer({
        methods,
        onLogin: (context, count) => (count === 1 ? reject(context, methods) : context.accept()),
      })
      await using handshake = await open(server.port)
      const first = await handshake.login(
        attempt({ method: 'publickey', privateKey: new Secret(ed25519KeyPair().privateKey) }),
      )
      assert.equal(`${first.outcome} ${'code' in first && first.code}`, 'unsent AUTH_REJECTED')
      const second = await handshake.login(
        attempt({ method: 'publickey', privateKey: new Secret(ecdsaKeyPair().privateKey) }),
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
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ method: 'publickey', privateKey: new Secret(key.privateKey) }))
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
      await using handshake = await open(server.port)
      const answer = await handshake.login(
        attempt({
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
      await using handshake = await open(server.port)
      const answer = await handshake.login(
        attempt({ method: 'publickey', privateKey: new Secret('-----BEGIN nonsense') }),
      )
      assert.equal(answer.outcome, 'unsent')
      assert.match(reasonOf(answer), /in no format/)
      assert.doesNotMatch(JSON.stringify(answer), /nonsense/)
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
        await using handshake = await open(server.port)
        const look = () => inspect([clients, handshake], { depth: Infinity, showHidden: true, maxArrayLength: null })
        const rejected = await handshake.login(attempt())
        assert.ok(!look().includes(right))
        const accepted = await handshake.login(attempt())
        assert.ok(!look().includes(right))
        assert.ok(!inspect([rejected, accepted], { depth: Infinity, showHidden: true }).includes(right))
        assert.ok(!look().includes(Buffer.from(right).toString('hex').match(/../g)?.join(' ') ?? 'x'))
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
      const opening = open(silent.port, { signal: controller.signal })
      await until(() => silent.openSockets() === 1)
      controller.abort(new Error('enough'))
      await assert.rejects(opening, /enough/)
      await until(() => silent.openSockets() === 0)

      await using server = await scriptedSshServer({ onLogin: () => undefined })
      await using handshake = await open(server.port)
      const during = new AbortController()
      const answer = handshake.login(attempt({ signal: during.signal, sendBefore: performance.now() + 60_000 }))
      await until(() => server.secrets.length === 1)
      during.abort()
      assert.equal((await answer).outcome, 'unclear')
      await until(() => server.openSockets() === 0)
    })

    it('sends nothing when it was stopped before the login', async () => {
      await using server = await scriptedSshServer({ onLogin: acceptRight })
      await using handshake = await open(server.port)
      const answer = await handshake.login(attempt({ signal: AbortSignal.abort() }))
      assert.deepEqual(answer, { outcome: 'unsent', code: 'ABORTED', reason: 'stopped before the login' })
      await until(() => server.openSockets() === 0)
      assert.deepEqual(server.secrets, [])
    })
  })
})
