import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { generateIdentity } from '../../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../../packages/core/src/vault/create-vault.ts'
import { setCredential } from '../../../packages/core/src/vault/edit-credentials.ts'
import { addRecipient, changePassphrase } from '../../../packages/core/src/vault/edit-recipients.ts'
import { openVault } from '../../../packages/core/src/vault/open-vault.ts'
import { rotateVault } from '../../../packages/core/src/vault/rotate-vault.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault, readTestVault, reopen } from '../../support/temporary-vault.ts'

describe('recipients and rotation', () => {
  const folder = temporaryFolder()
  const newFolder = () => mkdtemp(join(folder(), 'vault-'))

  it('lets a teammate in, and out again with the names of what they could read', async () => {
    const test = await makeVault(await newFolder())
    const bob = await generateIdentity()
    const bobsKeys = { identities: [new Secret(bob.identity)] }
    const shared = await addRecipient(test.vault, { name: 'bob', age: bob.recipient })
    const seen = await openVault(await readTestVault(test.path), bobsKeys)
    assert.deepEqual(seen.content('lab'), { kind: 'secret', secret: { password: 'lab-password' } })

    const { vault, exposed } = await rotateVault(shared, { drop: ['bob'] })
    assert.deepEqual(exposed, ['core-admin', 'lab'])
    assert.equal(vault.file.epoch, 2)
    await assert.rejects(openVault(await readTestVault(test.path), bobsKeys), { code: 'VAULT_LOCKED' })
    const reopened = await reopen(test)
    for (const { name } of shared.credentials) assert.deepEqual(reopened.content(name), shared.content(name))
    // The key that Bob still has opens nothing of the new file.
    const secret = vault.file.document?.credentials.lab?.secret ?? ''
    assert.equal(seen.dataKey.unseal('record/lab', '', secret), null)
  })

  it('refuses to rotate everybody out, or somebody who is not there', async () => {
    const test = await makeVault(await newFolder())
    await assert.rejects(rotateVault(test.vault, { drop: ['alice'] }), { code: 'USAGE' })
    await assert.rejects(rotateVault(test.vault, { drop: ['bob'] }), { code: 'NOT_FOUND' })
    await assert.rejects(addRecipient(test.vault, { name: 'alice', age: test.recipient }), { code: 'USAGE' })
    await assert.rejects(addRecipient(test.vault, { name: 'bob', age: 'age1nobody' }), { code: 'USAGE' })
    // Removing one of the two names would leave the key.
    await assert.rejects(addRecipient(test.vault, { name: 'laptop', age: test.recipient }), {
      code: 'USAGE',
      message: 'Recipient laptop: this key opens the vault already, as alice.',
    })
    await assert.rejects(addRecipient(test.vault, { name: 'pin', passphrase: new Secret('1234') }), { code: 'USAGE' })
    await assert.rejects(changePassphrase(test.vault, 'alice', new Secret('long enough now')), { code: 'USAGE' })
  })

  it('keeps a passphrase recipient through a rotation only with the passphrase, and changes it', async () => {
    const path = join(await newFolder(), 'credentials.yaml')
    const { recipient } = await generateIdentity()
    const first = new Secret('first passphrase')
    const created = await createVault(path, [
      { name: 'alice', age: recipient },
      { name: 'recovery', passphrase: first },
    ])
    await assert.rejects(rotateVault(created), { code: 'USAGE', message: /recovery/ })
    const wrong = { recovery: new Secret('wrong passphrase') }
    await assert.rejects(rotateVault(created, { passphrases: wrong }), { code: 'USAGE', message: /not the passphrase/ })
    const { vault } = await rotateVault(created, { passphrases: { recovery: first } })
    const second = new Secret('second passphrase')
    await changePassphrase(vault, 'recovery', second)
    const file = await readTestVault(path)
    await assert.rejects(openVault(file, { passphrase: first }), { code: 'VAULT_LOCKED' })
    assert.equal((await openVault(file, { passphrase: second })).fingerprint, vault.fingerprint)
  }).timeout(60_000)

  it('goes on working on the rotated vault', async () => {
    const test = await makeVault(await newFolder())
    const { vault, exposed } = await rotateVault(test.vault)
    assert.deepEqual(exposed, [])
    await setCredential(vault, 'lab', { tags: ['changed'] })
    assert.equal((await reopen(test)).credentials.length, 3)
  })
})
