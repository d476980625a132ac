import assert from 'node:assert/strict'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { createRedactor } from '../../../packages/core/src/secrets/redactor.ts'
import { openKeyVault } from '../../../packages/core/src/vault/key-vault.ts'
import { type Login, readLogins, vaultWithLogins } from '../../../packages/core/src/vault/logins.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { deviceOf, makeVault } from '../../support/temporary-vault.ts'

const login = (values: Partial<Login> = {}): Login => ({
  name: 'ann',
  username: 'ann',
  secret: { password: new Secret('password-of-ann') },
  match: 'all',
  hosts: ['10.0.0.0/8'],
  lockoutThreshold: 3,
  ...values,
})

describe('logins beside the vault', () => {
  const folder = temporaryFolder()

  it('are tried in their order, behind their fence', async () => {
    const logins = readLogins([login(), login({ name: 'bob', username: 'bob' })], [])
    assert.deepEqual(
      logins.credentials.map(({ name, priority, hosts }) => [name, priority, hosts]),
      [
        ['ann', 1, ['10.0.0.0/8']],
        ['bob', 2, ['10.0.0.0/8']],
      ],
    )
    using vault = vaultWithLogins(await openKeyVault(join(folder(), 'one', 'logins.key')), logins, {})
    const sent = await vault.use({ name: 'ann' }, deviceOf(), async ({ password }) => password?.reveal())
    assert.equal(sent, 'password-of-ann')
    const outside = deviceOf({ hosts: ['192.0.2.1'] })
    await assert.rejects(
      vault.use({ name: 'ann' }, outside, async () => undefined),
      { code: 'NO_CANDIDATE' },
    )
  })

  it('are known to the redactor from the moment they are handed out', async () => {
    const redactor = createRedactor()
    const logins = readLogins([login()], [])
    using vault = vaultWithLogins(await openKeyVault(join(folder(), 'two.key')), logins, { redactor })
    await vault.use({ name: 'ann' }, deviceOf(), async () => undefined)
    assert.equal(redactor.redact('it is password-of-ann'), 'it is [secret]')
  })

  it('stand beside the credentials of a vault, under its key', async () => {
    const { vault } = await makeVault(await mkdtemp(join(folder(), 'vault-')))
    using both = vaultWithLogins(vault, readLogins([login()], vault.credentials), {})
    assert.deepEqual(
      both.credentials.map(({ name }) => name),
      ['core-admin', 'lab', 'unique', 'ann'],
    )
    assert.deepEqual(both.sealedSecretIds('ann', 'login'), [vault.secretId('ann', login().secret, 'login')])
    assert.equal(
      await both.use({ name: 'lab' }, deviceOf(), async ({ password }) => password?.reveal()),
      'lab-password',
    )
  })

  it('share one account when they share a username: the lowest threshold counts', () => {
    const { credentials } = readLogins(
      [login({ lockoutThreshold: 5 }), login({ name: 'ann-2', username: 'ANN', lockoutThreshold: 4 })],
      [],
    )
    assert.deepEqual(
      credentials.map(({ realm, lockoutThreshold }) => [realm, lockoutThreshold]),
      [
        [undefined, 4],
        [undefined, 4],
      ],
    )
  })

  it('raise no threshold of an account that the vault has too', async () => {
    const { vault } = await makeVault(await mkdtemp(join(folder(), 'vault-')))
    const { credentials } = readLogins([login({ username: 'netops', lockoutThreshold: 10 })], vault.credentials)
    assert.equal(credentials[0]?.lockoutThreshold, undefined)
    vault.close()
  })

  for (const [what, values] of [
    ['without a username', { username: '' }],
    ['without a secret', { secret: {} }],
    ['without a fence', { hosts: [] }],
    ['with a fence that is none', { hosts: ['*'] }],
    ['that lock at the first failure', { lockoutThreshold: 1 }],
    ['for devices that nothing selects', { match: 'site:' }],
  ] as const)
    it(`are refused ${what}`, () => {
      assert.throws(() => readLogins([login(values)], []), { name: 'NetlatchError' })
    })

  it('are refused under a name that the vault has', () => {
    const [own] = readLogins([login()], []).credentials
    assert.throws(() => readLogins([login()], own ? [own] : []), /another credential has this name/)
  })
})

describe('the key of workspaces without a vault', () => {
  const folder = temporaryFolder()

  it('stays the same, readable by its owner alone, however many programs make it at once', async () => {
    const path = join(folder(), '.netlatch', 'logins.key')
    const vaults = await Promise.all(Array.from({ length: 8 }, () => openKeyVault(path)))
    const ids = vaults.map((vault) => vault.secretId('ann', login().secret, 'login'))
    assert.equal(new Set(ids).size, 1)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.equal((await openKeyVault(path)).redactionKey.equals(vaults[0]?.redactionKey ?? Buffer.alloc(0)), true)
  })

  it('is refused when it is not what was written', async () => {
    const path = join(folder(), 'cut.key')
    await openKeyVault(path)
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 10))
    await assert.rejects(openKeyVault(path), { code: 'VAULT_TAMPERED' })
  })
})
