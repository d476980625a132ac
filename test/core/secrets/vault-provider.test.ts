import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { createEnvProvider } from '../../../packages/core/src/secrets/env.ts'
import { createVaultProvider } from '../../../packages/core/src/secrets/vault-provider.ts'
import { awkwardPassword, describeSecretProvider, wholeLogin } from '../../support/secret-provider-conformance.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { deviceOf, makeVault, type TestVault } from '../../support/temporary-vault.ts'

describe('vault: references', () => {
  const folder = temporaryFolder()
  const fields = { username: 'n', hosts: ['10.0.0.0/8'] }
  const secret = Object.fromEntries(Object.entries(wholeLogin).map(([part, value]) => [part, new Secret(value)]))
  let made: TestVault | undefined

  const make = async () => {
    made ??= await makeVault(
      folder(),
      [
        ['password', fields, { secret: { password: new Secret(awkwardPassword) } }],
        ['login', fields, { secret }],
        ['elsewhere', fields, { reference: 'env:{site}' }],
      ],
      { providers: [createEnvProvider({})] },
    )
    return createVaultProvider(made.vault)
  }

  describeSecretProvider(async () => ({
    provider: await make(),
    password: 'vault:password',
    login: 'vault:login',
    absent: 'vault:none',
    broken: 'vault:elsewhere',
  }))

  it('hands nothing out for a device outside the scope', async () => {
    const provider = await make()
    await assert.rejects(
      provider.use('vault:password', deviceOf({ hosts: ['192.0.2.1'] }), async () => assert.fail('called')),
      { code: 'NO_CANDIDATE' },
    )
  })
})
