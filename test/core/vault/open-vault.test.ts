import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { before, describe, it } from 'mocha'
import { type LoginSecret, Secret } from '../../../packages/core/src/secret.ts'
import { createEnvProvider } from '../../../packages/core/src/secrets/env.ts'
import { createRedactor } from '../../../packages/core/src/secrets/redactor.ts'
import { generateIdentity } from '../../../packages/core/src/vault/age-wrap.ts'
import { openVault } from '../../../packages/core/src/vault/open-vault.ts'
import { rotateVault } from '../../../packages/core/src/vault/rotate-vault.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { deviceOf, makeVault, readTestVault, reopen, type TestVault } from '../../support/temporary-vault.ts'

describe('an open vault', () => {
  const folder = temporaryFolder()
  let test: TestVault
  const redactor = createRedactor()
  const passwordOf = async (secret: LoginSecret) => secret.password?.reveal()

  before(async () => {
    const providers = [createEnvProvider({ 'PASSWORD_OF_cpe-1': 'cpe-password' })]
    test = await makeVault(await mkdtemp(join(folder(), 'vault-')), undefined, { providers, redactor })
  })

  const use = (name: string, device = deviceOf(), options = {}) => test.vault.use({ name }, device, passwordOf, options)

  it('hands out sealed secrets and references, and tells the redactor', async () => {
    assert.equal(await use('core-admin'), 'core-password')
    assert.equal(await use('unique', deviceOf({ name: 'cpe-1', hosts: ['10.64.0.1'] })), 'cpe-password')
    assert.equal(redactor.redact('core-password core-enable cpe-password'), '[secret] [secret] [secret]')
  })

  it('gives nothing where a reference leads to nothing', async () => {
    assert.equal(await use('unique', deviceOf({ name: 'cpe-2', hosts: ['10.64.0.1'] })), null)
  })

  it('never calls for a device outside the scope', async () => {
    const refused = { code: 'NO_CANDIDATE' }
    const called = async () => assert.fail('the secret was handed out')
    const tries: [string, Parameters<typeof deviceOf>[0], object][] = [
      ['core-admin', { hosts: ['192.0.2.1'] }, {}],
      ['core-admin', { port: 2222 }, {}],
      ['core-admin', {}, { address: '192.0.2.1' }],
      ['core-admin', { hosts: ['sw1.example.net'] }, {}],
      ['core-admin', { hosts: ['sw1.example.net'] }, { address: '192.0.2.1' }],
      ['core-admin', { hosts: ['sw1.core.example.net', '192.0.2.1'] }, { address: '192.0.2.1' }],
      ['core-admin', { hosts: ['sw1.core.example.net', '192.0.2.1'] }, {}],
      ['core-admin', { hosts: ['sw1.core.example.net', '192.0.2.1'] }, { host: '192.0.2.1' }],
      ['unique', { hosts: ['10.128.0.1'] }, {}],
      ['none', {}, {}],
    ]
    for (const [name, device, options] of tries)
      await assert.rejects(
        test.vault.use({ name }, deviceOf(device), called, options),
        refused,
        JSON.stringify([name, device, options]),
      )
  })

  it('goes by the address connected to and by the host that led there', async () => {
    const named = deviceOf({ hosts: ['sw1.example.net'] })
    assert.equal(await use('core-admin', named, { address: '10.9.9.9' }), 'core-password')
    const both = deviceOf({ hosts: ['192.0.2.1', 'sw1.core.example.net'] })
    assert.equal(
      await use('core-admin', both, { host: 'sw1.core.example.net', address: '203.0.113.9' }),
      'core-password',
    )
    assert.equal(await use('core-admin', both, { address: '203.0.113.9' }), 'core-password')
  })

  it('says no to an aborted call before it looks', async () => {
    const reason = new Error('stopped')
    await assert.rejects(use('core-admin', deviceOf(), { signal: AbortSignal.abort(reason) }), reason)
  })

  it('knows a reference whose provider is not allowed here', async () => {
    const vault = await reopen(test)
    await assert.rejects(vault.use({ name: 'unique' }, deviceOf({ hosts: ['10.64.0.1'] }), passwordOf), {
      code: 'SECRET_UNAVAILABLE',
    })
  })

  it('knows a secret by the same id across rotations, and by another for anything else', async () => {
    const id = (vault: TestVault['vault'], username: string, password: string, purpose: 'login' | 'enable' = 'login') =>
      vault.secretId(username, { password: new Secret(password), enable: new Secret(password) }, purpose)
    const other = await makeVault(await mkdtemp(join(folder(), 'vault-')))
    const one = id(other.vault, 'netops', 'pw')
    assert.match(one, /^[0-9a-f]{32}$/)
    assert.notEqual(id(test.vault, 'netops', 'pw'), one)
    assert.notEqual(id(other.vault, 'netops', 'pw2'), one)
    assert.notEqual(id(other.vault, 'netadmin', 'pw'), one)
    assert.notEqual(id(other.vault, 'netops', 'pw', 'enable'), one)
    assert.equal(id(other.vault, 'CORP\\NetOps', 'pw'), one)
    const redactionKey = Buffer.from(other.vault.redactionKey)
    const { vault } = await rotateVault(other.vault)
    assert.equal(id(vault, 'netops', 'pw'), one)
    assert.deepEqual(vault.redactionKey, redactionKey)
    assert.deepEqual(vault.sealedSecretIds('lab', 'login'), [
      vault.secretId('lab', { password: new Secret('lab-password') }, 'login'),
    ])
    assert.deepEqual(vault.sealedSecretIds('lab', 'enable'), [])
    assert.deepEqual(vault.sealedSecretIds('unique', 'login'), [])
  })

  it('prints no key and no secret', () => {
    const printed = `${inspect(test.vault, { depth: 9, showHidden: true })} ${JSON.stringify(test.vault)} ${String(test.vault)}`
    assert.doesNotMatch(printed, /password|Buffer|Uint8Array/)
  })

  it('gives nothing any more once it is closed', async () => {
    const vault = await reopen(test)
    vault.close()
    await assert.rejects(vault.use({ name: 'core-admin' }, deviceOf(), passwordOf), { code: 'VAULT_LOCKED' })
    assert.ok(vault.redactionKey.every((byte) => byte === 0))
  })

  it('stays locked for others, in words that name who can open it and where keys were looked for', async () => {
    const { identity } = await generateIdentity()
    const keys = { identities: [new Secret(identity)], lookedIn: ['~/.config/netlatch/identity.txt'] }
    await assert.rejects(openVault(await readTestVault(test.path), keys), {
      code: 'VAULT_LOCKED',
      message: 'Vault locked: no identity here opens credentials.yaml (recipients: alice).',
      advice:
        'Looked in ~/.config/netlatch/identity.txt. Set NETLATCH_IDENTITY or NETLATCH_IDENTITY_FILE to the key of a recipient.',
    })
    const withPassphrase = { passphrase: new Secret('of no use here'), lookedIn: ['NETLATCH_PASSPHRASE'] }
    await assert.rejects(openVault(await readTestVault(test.path), withPassphrase), {
      advice:
        'Looked in NETLATCH_PASSPHRASE. No recipient takes a passphrase. Set NETLATCH_IDENTITY or NETLATCH_IDENTITY_FILE to the key of a recipient.',
    })
  })
})
