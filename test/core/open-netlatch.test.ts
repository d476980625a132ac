import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openNetlatch } from '../../packages/core/src/open-netlatch.ts'
import { Secret } from '../../packages/core/src/secret.ts'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../packages/core/src/vault/create-vault.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('openNetlatch', () => {
  const newFolder = temporaryFolder()

  it('opens the vault with the passphrase that was asked for, never with an identity in its place', async () => {
    const folder = newFolder()
    await writeFile(join(folder, 'inventory.yaml'), 'devices: {}\n')
    const { identity, recipient } = await generateIdentity()
    const passphrase = new Secret('five words that were chosen')
    const recovery = { name: 'recovery', passphrase }
    ;(await createVault(join(folder, 'credentials.yaml'), [{ name: 'alice', age: recipient }, recovery])).close()
    const open = (asked: Secret) =>
      openNetlatch({
        cwd: folder,
        env: { NETLATCH_IDENTITY: identity },
        program: 'cli',
        workspace: folder,
        askPassphrase: async () => asked,
      })
    await using right = await open(passphrase)
    assert.deepEqual((await right.vaultUnpinned()).problems, [])
    await using wrong = await open(new Secret('other words, mistyped'))
    await assert.rejects(wrong.vaultUnpinned(), { code: 'VAULT_LOCKED', message: /^Vault locked: no passphrase here/ })
  })
})
