import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { createIdentityFile } from '../../../packages/core/src/vault/identity-file.ts'
import { findVaultKeys } from '../../../packages/core/src/vault/unlock.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('finding the keys of a vault', () => {
  const folder = temporaryFolder()
  const home = () => mkdtemp(join(folder(), 'home-'))

  it('takes the identity file of the user’s configuration, and names where it looked', async () => {
    const place = await home()
    const nothing = await findVaultKeys({ env: {}, home: place })
    assert.deepEqual(nothing.identities, [])
    assert.deepEqual(nothing.lookedIn, ['~/.config/netlatch/identity.txt (not there)'])
    const { identity } = await createIdentityFile(join(place, '.config/netlatch/identity.txt'))
    const found = await findVaultKeys({ env: {}, home: place })
    assert.deepEqual(
      found.identities?.map((each) => each.reveal()),
      [identity.reveal()],
    )
    const moved = await findVaultKeys({ env: { XDG_CONFIG_HOME: join(place, '.config') }, home: folder() })
    assert.equal(moved.identities?.length, 1)
  })

  it('goes by NETLATCH_IDENTITY, NETLATCH_IDENTITY_FILE and NETLATCH_PASSPHRASE', async () => {
    const place = await home()
    const file = join(place, 'ci.txt')
    const { identity } = await createIdentityFile(file)
    const env = { NETLATCH_IDENTITY: identity.reveal(), NETLATCH_PASSPHRASE: 'a passphrase' }
    const keys = await findVaultKeys({ env, home: place })
    assert.equal(keys.identities?.[0]?.reveal(), identity.reveal())
    assert.equal(keys.passphrase?.reveal(), 'a passphrase')
    assert.deepEqual(keys.lookedIn, ['NETLATCH_IDENTITY', 'NETLATCH_PASSPHRASE'])
    const named = await findVaultKeys({ env: { NETLATCH_IDENTITY_FILE: file }, home: place })
    assert.equal(named.identities?.length, 1)
    await assert.rejects(findVaultKeys({ env: { NETLATCH_IDENTITY_FILE: join(place, 'none') }, home: place }), {
      code: 'VAULT_LOCKED',
    })
  })

  it('makes an identity that only its owner reads, and never over another', async () => {
    const file = join(await home(), 'deep/identity.txt')
    await createIdentityFile(file)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const before = await readFile(file, 'utf8')
    await assert.rejects(createIdentityFile(file), { code: 'FILE_CHANGED' })
    assert.equal(await readFile(file, 'utf8'), before)
  })

  it('refuses an identity that others can read', async () => {
    const place = await home()
    const file = join(place, '.config/netlatch/identity.txt')
    await createIdentityFile(file)
    for (const mode of [0o640, 0o604, 0o660, 0o610]) {
      await chmod(file, mode)
      await assert.rejects(
        findVaultKeys({ env: {}, home: place }),
        { code: 'VAULT_LOCKED', advice: /^chmod 600 / },
        mode.toString(8),
      )
    }
    await chmod(file, 0o400)
    assert.equal((await findVaultKeys({ env: {}, home: place })).identities?.length, 1)
  })

  it('refuses what is no identity without repeating it', async () => {
    const place = await home()
    const file = join(place, '.config/netlatch/identity.txt')
    await mkdir(join(place, '.config/netlatch'), { recursive: true })
    for (const text of ['', '# nothing\n', 'AGE-SECRET-KEY-1WRONG\n', 'hunter2\n']) {
      await writeFile(file, text, { mode: 0o600 })
      await assert.rejects(findVaultKeys({ env: {}, home: place }), (error: Error) => {
        assert.doesNotMatch(error.message, /WRONG|hunter2/)
        return 'code' in error && error.code === 'VAULT_LOCKED'
      })
    }
  })
})
