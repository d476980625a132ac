import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { describe, it } from 'mocha'
import type { AuthContext } from 'ssh2'
import { createSsh2Transport } from '../../../packages/core/src/connection/ssh2-transport.ts'
import type {
  Handshake,
  LoginAnswer,
  LoginAttempt,
  LoginMethod,
} from '../../../packages/core/src/connection/transport.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { type ScriptedSshServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { type SshAgentServer, startSshAgent } from '../../support/ssh-agent-server.ts'
import { ed25519KeyPair, rsaKeyPair, type SshKeyPair } from '../../support/ssh-keys.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const transport = createSsh2Transport()

function open({ port }: ScriptedSshServer, methods?: readonly LoginMethod[]): Promise<Handshake> {
  const target = { name: 'sw-1', hosts: ['127.0.0.1'], port, algorithms: 'modern' } as const
  return transport.open(target, { username: 'netops', checkHostKey: () => undefined, ...(methods && { methods }) })
}

const textOf = (answer: LoginAnswer) => ('code' in answer ? `${answer.outcome} ${answer.code}` : answer.outcome)

/** The two places where a key may be: in the vault, or in an agent that holds it. */
const places = {
  'a private key': (key: SshKeyPair): Partial<LoginAttempt> => ({ privateKey: new Secret(key.privateKey) }),
  'a key of the agent': ({ fingerprint }: SshKeyPair, { socket }: SshAgentServer): Partial<LoginAttempt> => ({
    agentKey: { fingerprint, socket },
  }),
}

describe('a login with a key that the server does not let in', () => {
  const folder = temporaryFolder()
  const keys = [ed25519KeyPair(), rsaKeyPair()]
  const publickey = (context: AuthContext) => (context.method === 'publickey' ? context : assert.fail(context.method))

  for (const [place, secretOf] of Object.entries(places))
    for (const key of keys) {
      it(`is right where the server wants a second factor after ${place} (${key.type})`, async () => {
        await using agent = await startSshAgent(folder(), [key])
        await using server = await scriptedSshServer({
          methods: ['publickey'],
          // As OpenSSH with `AuthenticationMethods publickey,keyboard-interactive`: the key is no method any more.
          onLogin: (context, count) => {
            if (count > 1 && !publickey(context).signature) return context.reject(['keyboard-interactive'])
            if (publickey(context).signature) context.reject(['keyboard-interactive'], true)
            else context.accept()
          },
        })
        await using handshake = await open(server)
        const attempt = { method: 'publickey', sendBefore: performance.now() + 3_000, ...secretOf(key, agent) } as const
        assert.equal(textOf(await handshake.login(attempt)), 'rejected SECOND_FACTOR')
        assert.equal(server.arrived.filter(({ signed }) => signed).length, 1)
        assert.equal(server.arrived.at(-1)?.signed, true, 'nothing follows the signature')
      })

      it(`is refused, once, where the server says no to its signature by ${place} (${key.type})`, async () => {
        await using agent = await startSshAgent(folder(), [key])
        await using server = await scriptedSshServer({
          methods: ['publickey'],
          onLogin: (context) =>
            publickey(context).signature ? context.reject(['publickey', 'password']) : context.accept(),
        })
        await using handshake = await open(server)
        const attempt = { method: 'publickey', sendBefore: performance.now() + 3_000, ...secretOf(key, agent) } as const
        assert.equal(textOf(await handshake.login(attempt)), 'rejected AUTH_REJECTED')
        assert.equal(server.arrived.filter(({ signed }) => signed).length, 1)
        assert.equal(server.arrived.at(-1)?.signed, true, 'nothing follows the signature')
      })

      it(`costs nothing where the server does not know ${place} (${key.type}), the methods remembered`, async () => {
        await using agent = await startSshAgent(folder(), [key])
        await using server = await scriptedSshServer({
          onLogin: (context) =>
            context.method === 'publickey' ? context.reject(['publickey', 'password']) : context.accept(),
        })
        await using handshake = await open(server, ['publickey', 'password'])
        const sendBefore = performance.now() + 3_000
        const answer = await handshake.login({ method: 'publickey', sendBefore, ...secretOf(key, agent) })
        assert.equal(textOf(answer), 'unsent AUTH_REJECTED')
        const password = await handshake.login({ method: 'password', sendBefore, password: new Secret('right-8d2c') })
        assert.equal(password.outcome, 'accepted')
        if (password.outcome === 'accepted') await password.connection[Symbol.asyncDispose]()
      })
    }
})
