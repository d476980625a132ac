import assert from 'node:assert/strict'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import type { VaultPin } from '../../../packages/core/src/state/state-store.ts'
import { createVault } from '../../../packages/core/src/vault/create-vault.ts'
import { DataKey } from '../../../packages/core/src/vault/data-key.ts'
import { addCredential, removeCredential, setCredential } from '../../../packages/core/src/vault/edit-credentials.ts'
import { type OpenVault, openVault } from '../../../packages/core/src/vault/open-vault.ts'
import { acceptVault, checkPin } from '../../../packages/core/src/vault/pin.ts'
import { parseVault } from '../../../packages/core/src/vault/read-vault.ts'
import { rotateVault } from '../../../packages/core/src/vault/rotate-vault.ts'
import { continues, succession } from '../../../packages/core/src/vault/succession.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault, reopen, type TestVault } from '../../support/temporary-vault.ts'

describe('what this machine knows of a vault', () => {
  const folder = temporaryFolder()
  const make = async () => makeVault(await mkdtemp(join(folder(), 'vault-')))
  const password = (text: string) => ({ secret: { password: new Secret(text) } })

  async function openText(test: TestVault, text: string): Promise<OpenVault> {
    return openVault(parseVault(text, test.path), { identities: [test.identity] })
  }

  it('is taken from the first open, and goes on with every edit', async () => {
    const test = await make()
    const first = checkPin(test.vault, undefined)
    assert.deepEqual(first.revs, { 'core-admin': 1, lab: 1, unique: 1 })
    const edited = await setCredential(test.vault, 'lab', password('changed'))
    const second = checkPin(edited, first)
    assert.equal(second.revs.lab, 2)
    assert.deepEqual(checkPin(await removeCredential(edited, 'lab'), second), second, 'what was removed stays known')
  })

  it('refuses an older record, also when only its public part is older', async () => {
    const test = await make()
    const older = await readFile(test.path, 'utf8')
    const narrowed = await setCredential(test.vault, 'lab', { hosts: ['192.0.2.0/24'] })
    const pin = checkPin(narrowed, undefined)
    const back = await openText(test, older)
    assert.throws(() => checkPin(back, pin), {
      code: 'VAULT_ROLLED_BACK',
      message: 'credentials.yaml is older than the vault this machine has seen (lab rev 1, seen 2). Refused.',
      advice: `Expected after going back in git:  netlatch vault accept --fingerprint ${back.fingerprint}\nOtherwise somebody put an old file back: git log -p credentials.yaml`,
    })
    const changed = await setCredential(narrowed, 'lab', password('changed'))
    assert.throws(() => checkPin(narrowed, checkPin(changed, pin)), { message: /lab rev 2, seen 3/ })
    assert.equal(checkPin(changed, pin).revs.lab, 3)
  })

  it('goes from branch to branch, each with a credential of its own', async () => {
    const test = await make()
    const base = await readFile(test.path, 'utf8')
    const fields = { username: 'n', hosts: ['any'] }
    const ours = await addCredential(test.vault, 'ours', fields, password('o'))
    await writeFile(test.path, base)
    const theirs = await addCredential(await reopen(test), 'theirs', fields, password('t'))
    const pins = [test.vault, ours, test.vault, theirs, ours, theirs].reduce(
      (pin: VaultPin | undefined, vault) => checkPin(vault, pin),
      undefined,
    )
    assert.deepEqual(pins?.revs, { 'core-admin': 1, lab: 1, unique: 1, ours: 1, theirs: 1 })
  })

  it('takes no old record back by way of a file from before the credential was made', async () => {
    const test = await make()
    const before = await openText(test, (await removeCredential(test.vault, 'lab')).file.text)
    await writeFile(test.path, test.vault.file.text)
    const pin = checkPin(await setCredential(test.vault, 'lab', { hosts: ['192.0.2.0/24'] }), undefined)
    assert.throws(() => checkPin(test.vault, checkPin(before, pin)), { message: /lab rev 1, seen 2/ })
    const accepted = acceptVault(before, before.fingerprint, pin)
    assert.throws(() => checkPin(test.vault, accepted), { message: /lab rev 1, seen 2/ })
    assert.equal(checkPin(test.vault, acceptVault(test.vault, test.vault.fingerprint, pin)).revs.lab, 1)
  })

  it('refuses a file of an epoch before', async () => {
    const test = await make()
    const pin = checkPin((await rotateVault(test.vault)).vault, undefined)
    assert.throws(() => checkPin(test.vault, pin), { code: 'VAULT_ROLLED_BACK', message: /\(epoch 1, seen 2\)/ })
  })

  it('refuses a vault that somebody else made for the same recipient, in a message that says what to do', async () => {
    const test = await make()
    const pin = checkPin(test.vault, undefined)
    const path = join(await mkdtemp(join(folder(), 'forged-')), 'credentials.yaml')
    const forged = await addCredential(
      await createVault(path, [{ name: 'alice', age: test.recipient }]),
      'core-admin',
      { username: 'netops', hosts: ['any'] },
      password('x'),
    )
    for (const known of [pin, { ...pin, vaultId: forged.file.id }, { ...pin, vaultId: forged.file.id, epoch: 1 }])
      assert.throws(() => checkPin(forged, known), {
        code: 'VAULT_REPLACED',
        message: `credentials.yaml is not the vault this machine knows (key ${pin.fingerprint.slice(0, 4)}… is now ${forged.fingerprint.slice(0, 4)}…). Refused.`,
        advice: `Expected after a rotation you were told about:  netlatch vault accept --fingerprint ${forged.fingerprint}\nOtherwise somebody replaced the file: git log -p credentials.yaml`,
      })
  })

  it('follows a rotation that proves itself, over any number of steps', async () => {
    const test = await make()
    const pin = checkPin(test.vault, undefined)
    const once = (await rotateVault(test.vault)).vault
    const thrice = (await rotateVault((await rotateVault(once)).vault)).vault
    for (const later of [once, thrice]) {
      const next = checkPin(later, pin)
      assert.equal(next.fingerprint, later.fingerprint)
      assert.notEqual(next.fingerprint, pin.fingerprint)
    }
    assert.equal(checkPin(thrice, checkPin(once, pin)).epoch, 4)
    assert.throws(() => checkPin(once, checkPin(thrice, pin)), { code: 'VAULT_ROLLED_BACK' })
  })

  it('takes no rotation without its proof', async () => {
    const [from, to, other] = [1, 2, 2].map((epoch) => DataKey.create('2ecf2ea6e72b9e1a205a2567', epoch)) as [
      DataKey,
      DataKey,
      DataKey,
    ]
    const step = succession(from, to)
    assert.equal(continues([step], from.fingerprint, to), true)
    assert.equal(continues([], from.fingerprint, to), false)
    assert.equal(continues([step], other.fingerprint, to), false)
    assert.equal(continues([step], from.fingerprint, other), false)
    assert.equal(continues([{ ...step, to: other.fingerprint }], from.fingerprint, other), false)
    assert.equal(continues([{ ...step, key: other.successionKey().toString('base64') }], from.fingerprint, to), false)
    assert.equal(continues([{ ...step, epoch: 3 }], from.fingerprint, to), false)
  })

  it('can be asked for by a fingerprint where there is no state', async () => {
    const { vault } = await make()
    const spelled = vault.fingerprint.replaceAll('-', '').toUpperCase()
    assert.equal(checkPin(vault, undefined, { expectedFingerprint: spelled }).fingerprint, vault.fingerprint)
    for (const wrong of [vault.fingerprint.slice(0, -1), vault.fingerprint.slice(0, 9), 'ffff-ffff', '-'])
      assert.throws(() => checkPin(vault, undefined, { expectedFingerprint: wrong }), { code: 'VAULT_REPLACED' }, wrong)
  })

  it('changes when a person accepts the vault by its whole fingerprint', async () => {
    const { vault } = await make()
    const other = { vaultId: 'other', fingerprint: 'f', epoch: 9, revs: { gone: 3 } }
    assert.deepEqual(acceptVault(vault, vault.fingerprint, other), checkPin(vault, undefined))
    for (const part of [vault.fingerprint.slice(0, 9), '', '-', 'whatever'])
      assert.throws(() => acceptVault(vault, part, other), { code: 'USAGE', advice: /netlatch vault fingerprint$/ })
    const another = vault.fingerprint.replaceAll(/[0-9a-f]/g, 'f')
    assert.throws(() => acceptVault(vault, another, other), { code: 'VAULT_REPLACED' })
  })
})
