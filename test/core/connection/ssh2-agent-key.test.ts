import assert from 'node:assert/strict'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { describe, it } from 'mocha'
import { createSsh2Transport } from '../../../packages/core/src/connection/ssh2-transport.ts'
import type { LoginAnswer, LoginAttempt } from '../../../packages/core/src/connection/transport.ts'
import type { AgentKey } from '../../../packages/core/src/secret.ts'
import { type ScriptedSshServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { startSshAgent } from '../../support/ssh-agent-server.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const transport = createSsh2Transport()

/** One login with a key of an agent; the connection is closed again. */
async function logIn(
  { port }: ScriptedSshServer,
  agentKey: AgentKey,
  more: Partial<LoginAttempt> = {},
): Promise<LoginAnswer> {
  const target = { name: 'sw-1', hosts: ['127.0.0.1'], port, algorithms: 'modern' } as const
  await using handshake = await transport.open(target, { username: 'netops', checkHostKey: () => undefined })
  const sendBefore = performance.now() + 5_000
  const answer = await handshake.login({ method: 'publickey', agentKey, sendBefore, ...more })
  if (answer.outcome === 'accepted') await answer.connection[Symbol.asyncDispose]()
  return answer
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !done(); tries++) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.ok(done())
}

const reasonOf = (answer: LoginAnswer) =>
  'reason' in answer ? `${answer.outcome} ${answer.code} ${answer.reason}` : ''

describe('a login with a key of the SSH agent', () => {
  const folder = temporaryFolder()
  const methods = ['publickey']

  it('offers the one key that is named, and asks the agent for one signature', async () => {
    const keys = [ed25519KeyPair(), ecdsaKeyPair(), rsaKeyPair()]
    await using agent = await startSshAgent(folder(), keys)
    for (const [index, { fingerprint }] of keys.entries()) {
      await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
      const answer = await logIn(server, { fingerprint, socket: agent.socket })
      assert.equal(answer.outcome, 'accepted')
      assert.deepEqual(
        server.arrived.filter(({ method }) => method === 'publickey').map(({ signed }) => signed),
        [false, true],
      )
      assert.equal(agent.asked.length, index + 1)
      assert.equal(agent.asked.at(-1), fingerprint)
    }
  })

  it('ends unsent, with no signature, where the device does not know the key', async () => {
    const keys = [ed25519KeyPair(), ecdsaKeyPair()]
    await using agent = await startSshAgent(folder(), keys)
    await using server = await scriptedSshServer({ methods, onLogin: (context) => context.reject(['publickey']) })
    const answer = await logIn(server, { fingerprint: keys[0]?.fingerprint ?? '', socket: agent.socket })
    assert.equal(reasonOf(answer), 'unsent AUTH_REJECTED the device does not know this key')
    assert.deepEqual(agent.asked, [])
    assert.equal(server.arrived.filter(({ method }) => method === 'publickey').length, 1)
  })

  it('is one failed login where the signature is refused', async () => {
    const key = rsaKeyPair()
    await using agent = await startSshAgent(folder(), [key])
    await using server = await scriptedSshServer({
      methods,
      onLogin: (context) =>
        context.method === 'publickey' && context.signature ? context.reject(['publickey']) : context.accept(),
    })
    const answer = await logIn(server, { fingerprint: key.fingerprint, socket: agent.socket })
    assert.notEqual(answer.outcome, 'accepted')
    assert.notEqual(answer.outcome, 'unsent')
    assert.deepEqual(agent.asked, [key.fingerprint])
  })

  it('asks for one signature, however often a server does', async () => {
    const key = ed25519KeyPair()
    await using agent = await startSshAgent(folder(), [key])
    await using server = await scriptedSshServer({
      methods,
      onLogin: (_context, _count, connection) => {
        // What ssh2's server can say, and does not offer.
        const { _protocol: protocol } = connection as unknown as {
          _protocol: { _authsQueue: string[]; authPKOK(algorithm: string, key: Buffer): void }
        }
        protocol._authsQueue.push('publickey', 'publickey')
        const ask = () => protocol.authPKOK(key.type, Buffer.from(key.publicKey, 'base64'))
        ask()
        const repeat = setInterval(() => (agent.asked.length > 0 ? ask() : undefined), 20)
        connection.on('close', () => clearInterval(repeat))
      },
    })
    const answer = await logIn(server, { fingerprint: key.fingerprint, socket: agent.socket })
    assert.equal(reasonOf(answer), 'unclear EXTRA_PROMPT asked for a second signature')
    assert.deepEqual(agent.asked, [key.fingerprint])
  })

  for (const hangs of ['asked for keys', 'asked to sign'] as const)
    it(`leaves an agent that hangs when it is ${hangs}, at its deadline and when it is stopped`, async () => {
      const key = ed25519KeyPair()
      await using agent = await startSshAgent(folder(), [key], { hangs })
      await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
      const agentKey = { fingerprint: key.fingerprint, socket: agent.socket }
      const late = await logIn(server, agentKey, { sendBefore: performance.now() + 200 })
      assert.equal(reasonOf(late), 'unsent AUTH_UNCLEAR the grant ended')
      await until(() => agent.clients() === 0)
      const stop = new AbortController()
      const stopped = logIn(server, agentKey, { signal: stop.signal })
      await until(() => agent.clients() === 1)
      stop.abort()
      assert.equal(reasonOf(await stopped), 'unsent ABORTED stopped')
      await until(() => agent.clients() === 0)
      assert.equal(server.arrived.filter(({ signed }) => signed).length, 0)
    })

  it('sends nothing where the agent is gone, lacks the key, or does not sign', async () => {
    const key = ed25519KeyPair()
    await using server = await scriptedSshServer({ methods, onLogin: (context) => context.accept() })
    const gone = await logIn(server, { fingerprint: key.fingerprint, socket: join(folder(), 'nobody') })
    assert.match(reasonOf(gone), /^unsent SECRET_UNAVAILABLE the SSH agent does not answer/)
    await using other = await startSshAgent(folder(), [ed25519KeyPair()])
    const lacking = await logIn(server, { fingerprint: key.fingerprint, socket: other.socket })
    assert.match(reasonOf(lacking), /^unsent SECRET_UNAVAILABLE the SSH agent does not hold SHA256:.{43}: .*ssh-add/)
    await using deaf = await startSshAgent(folder(), [key], { signs: false })
    const refused = await logIn(server, { fingerprint: key.fingerprint, socket: deaf.socket })
    assert.equal(reasonOf(refused), 'unsent SECRET_UNAVAILABLE the SSH agent did not sign')
    assert.equal(server.arrived.filter(({ signed }) => signed).length, 0)
  })
})
