import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createEnvProvider } from '../../../packages/core/src/secrets/env.ts'
import { awkwardPassword, describeTemplateProvider, wholeLogin } from '../../support/secret-provider-conformance.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

describe('env: references', () => {
  const env = {
    P: awkwardPassword,
    L: JSON.stringify(wholeLogin),
    EMPTY: '',
    'OF_core-1': 'of core-1',
    BRACE: '{not json',
  }

  describeTemplateProvider(async () => ({
    provider: createEnvProvider(env),
    password: 'env:P',
    login: 'env:L',
    absent: 'env:NONE',
    broken: 'env:{site}',
    template: 'env:OF_{name}',
  }))

  it('reads only variables with the prefix that is allowed', async () => {
    const provider = createEnvProvider({ ...env, NETLATCH_SECRET_A: 'a' }, { prefix: 'NETLATCH_SECRET_' })
    const password = async ({ password }: { password?: { reveal(): string } }) => password?.reveal()
    assert.equal(await provider.use('env:NETLATCH_SECRET_A', deviceOf(), password), 'a')
    await assert.rejects(provider.use('env:P', deviceOf(), password), { code: 'SECRET_UNAVAILABLE' })
  })

  it('takes nothing from an empty variable or from the object itself', async () => {
    const provider = createEnvProvider(env)
    for (const name of ['EMPTY', 'constructor', '__proto__'])
      assert.equal(await provider.use(`env:${name}`, deviceOf(), async () => 'called'), null, name)
  })

  it('takes a password that starts with a brace as it is', async () => {
    const found = await createEnvProvider(env).use('env:BRACE', deviceOf(), async (secret) => secret.password?.reveal())
    assert.equal(found, '{not json')
  })
})
