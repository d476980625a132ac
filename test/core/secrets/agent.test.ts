import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LoginSecret } from '../../../packages/core/src/secret.ts'
import { createAgentProvider } from '../../../packages/core/src/secrets/agent.ts'
import { createSecretProviders } from '../../../packages/core/src/secrets/secret-providers.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

const fingerprint = `SHA256:${'k'.repeat(43)}`
const ask = (env: Record<string, string>, reference = `agent:${fingerprint}`) =>
  createAgentProvider(env).use(reference, deviceOf(), async (secret: LoginSecret) => secret)

describe('agent: references', () => {
  it('name one key of the agent of the user', async () => {
    const secret = await ask({ SSH_AUTH_SOCK: '/run/agent.sock' })
    assert.deepEqual(secret, { agentKey: { fingerprint, socket: '/run/agent.sock' } })
  })

  it('say what is missing: the agent, or a fingerprint', async () => {
    await assert.rejects(ask({}), { code: 'SECRET_UNAVAILABLE', message: /SSH_AUTH_SOCK is not set/ })
    for (const reference of ['agent:', 'agent:MD5:aa:bb', `agent:${fingerprint}=`])
      await assert.rejects(ask({ SSH_AUTH_SOCK: '/run/agent.sock' }, reference), {
        code: 'SECRET_UNAVAILABLE',
        message: /ssh-add -l/,
      })
  })

  it('take no name in place of a socket', async () => {
    await assert.rejects(ask({ SSH_AUTH_SOCK: 'pageant' }), { code: 'SECRET_UNAVAILABLE', message: /absolute path/ })
  })

  it('are off where programs are', () => {
    const schemes = createSecretProviders({ env: {}, home: '/', folder: '/', allowPrograms: false }).map(
      ({ scheme }) => scheme,
    )
    assert.ok(schemes.includes('env') && !schemes.includes('agent') && !schemes.includes('command'))
  })
})
