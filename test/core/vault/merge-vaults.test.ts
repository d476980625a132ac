import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { generateIdentity } from '../../../packages/core/src/vault/age-wrap.ts'
import { wrapFor } from '../../../packages/core/src/vault/create-vault.ts'
import { DataKey } from '../../../packages/core/src/vault/data-key.ts'
import {
  addCredential,
  removeCredential,
  setCredential,
  setDefault,
} from '../../../packages/core/src/vault/edit-credentials.ts'
import { addRecipient } from '../../../packages/core/src/vault/edit-recipients.ts'
import { findHandEdits, sealHandEdits } from '../../../packages/core/src/vault/hand-edits.ts'
import { mergeVaults } from '../../../packages/core/src/vault/merge-vaults.ts'
import { type OpenVault, openVault } from '../../../packages/core/src/vault/open-vault.ts'
import { checkPin } from '../../../packages/core/src/vault/pin.ts'
import { parseVault } from '../../../packages/core/src/vault/read-vault.ts'
import { resealed, rotateVault } from '../../../packages/core/src/vault/rotate-vault.ts'
import { signedText } from '../../../packages/core/src/vault/save-vault.ts'
import { exportCredentials, importCredentials } from '../../../packages/core/src/vault/transfer-credentials.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault, reopen, type TestVault } from '../../support/temporary-vault.ts'

describe('merging vaults', () => {
  const folder = temporaryFolder()
  const password = (text: string) => ({ secret: { password: new Secret(text) } })
  const fields = { username: 'n', hosts: ['10.0.0.0/8'] }

  /** Two branches from one base, each in a file of its own. */
  async function branch(
    ours: (vault: OpenVault) => Promise<OpenVault>,
    theirs: (vault: OpenVault) => Promise<OpenVault>,
  ): Promise<{ test: TestVault; base: OpenVault; ours: OpenVault; theirs: OpenVault }> {
    const test = await makeVault(await mkdtemp(join(folder(), 'base-')))
    const copy = async () => {
      const path = join(await mkdtemp(join(folder(), 'branch-')), 'credentials.yaml')
      await writeFile(path, test.vault.file.text)
      return reopen({ path, identity: test.identity })
    }
    return { test, base: test.vault, ours: await ours(await copy()), theirs: await theirs(await copy()) }
  }

  const open = (text: string, { path, identity }: TestVault) =>
    openVault(parseVault(text, path), { identities: [identity] })

  it('brings two added credentials together, and verifies', async () => {
    const { test, ...sides } = await branch(
      (vault) => addCredential(vault, 'ours', fields, password('o')),
      (vault) => addCredential(vault, 'theirs', fields, password('t')),
    )
    const { text, conflicts } = await mergeVaults(sides)
    assert.deepEqual(conflicts, [])
    const merged = await open(text, test)
    assert.deepEqual(merged.credentials.map(({ name }) => name).sort(), [
      'core-admin',
      'lab',
      'ours',
      'theirs',
      'unique',
    ])
    assert.deepEqual(merged.content('theirs'), { kind: 'secret', secret: { password: 't' } })
    for (const side of [sides.ours, sides.theirs]) checkPin(merged, checkPin(side, undefined))
    const changed = text.split('\n').filter((line) => !sides.ours.file.text.includes(line))
    assert.deepEqual(
      changed.map((line) => line.trim().split(':')[0]),
      ['theirs', 'secret', 'mac'],
    )
  })

  it('takes changes, removals and the default from either side', async () => {
    const { test, ...sides } = await branch(
      async (vault) => setDefault(await removeCredential(vault, 'unique'), 'lab'),
      (vault) => setCredential(vault, 'lab', password('theirs')),
    )
    const { text, conflicts } = await mergeVaults(sides)
    const merged = await open(text, test)
    assert.deepEqual(conflicts, [])
    assert.deepEqual(
      merged.credentials.map(({ name, rev }) => `${name} ${rev}`),
      ['core-admin 1', 'lab 2'],
    )
    assert.deepEqual(merged.content('lab'), { kind: 'secret', secret: { password: 'theirs' } })
    assert.equal(merged.file.default, 'lab')
  })

  it('never mixes two changes of one record: it names the conflict and keeps ours', async () => {
    const { test, ...sides } = await branch(
      (vault) => setCredential(vault, 'lab', { hosts: ['192.0.2.0/24'] }),
      async (vault) => removeCredential(await setCredential(vault, 'lab', password('theirs')), 'unique'),
    )
    const { text, conflicts } = await mergeVaults(sides)
    assert.deepEqual(conflicts, ['credential lab'])
    assert.deepEqual((await open(text, test)).content('lab'), { kind: 'secret', secret: { password: 'lab-password' } })
    const preferred = await mergeVaults({ ...sides, prefer: 'theirs' })
    assert.deepEqual(preferred.conflicts, [])
    const merged = await open(preferred.text, test)
    assert.deepEqual(merged.content('lab'), { kind: 'secret', secret: { password: 'theirs' } })
    assert.deepEqual(merged.credentials.find(({ name }) => name === 'lab')?.hosts, ['any'])
    // What gave way is an old record from now on, and so is what it gave way to.
    const pin = checkPin(merged, undefined)
    for (const side of [sides.ours, sides.theirs])
      assert.throws(() => checkPin(side, pin), { code: 'VAULT_ROLLED_BACK', message: /lab rev 2, seen 3/ })
  })

  it('takes the same change from both sides without a conflict, and counts on from the side that counted further', async () => {
    const narrow = { hosts: ['192.0.2.0/24'] }
    const { test, ...sides } = await branch(
      async (vault) => setCredential(await setCredential(vault, 'lab', { tags: ['other'] }), 'lab', { tags: ['lab'] }),
      (vault) => setCredential(vault, 'lab', narrow),
    )
    const { text, conflicts } = await mergeVaults(sides)
    assert.deepEqual(conflicts, [])
    const lab = (await open(text, test)).credentials.find(({ name }) => name === 'lab')
    assert.deepEqual([lab?.hosts, lab?.rev], [['192.0.2.0/24'], 4])
    const again = await mergeVaults({ ...sides, ours: await setCredential(sides.ours, 'lab', narrow) })
    assert.deepEqual(again.conflicts, [])
    assert.equal((await open(again.text, test)).credentials.find(({ name }) => name === 'lab')?.rev, 4)
  })

  it('seals anew across epochs, whoever rotated; who was dropped stays out', async () => {
    const bob = await generateIdentity()
    const test = await makeVault(await mkdtemp(join(folder(), 'base-')))
    const base = await addRecipient(test.vault, { name: 'bob', age: bob.recipient })
    const copyOf = async () => {
      const path = join(await mkdtemp(join(folder(), 'branch-')), 'credentials.yaml')
      await writeFile(path, base.file.text)
      return reopen({ path, identity: test.identity })
    }
    const rotated = (await rotateVault(await copyOf(), { drop: ['bob'] })).vault
    const edited = await addCredential(await copyOf(), 'new', fields, password('n'))
    const alsoRotated = (await rotateVault(await copyOf())).vault
    const cases: [OpenVault, OpenVault, number][] = [
      [rotated, edited, 2],
      [edited, rotated, 2],
      [rotated, alsoRotated, 3],
    ]
    for (const [ours, theirs, epoch] of cases) {
      const { text, conflicts } = await mergeVaults({ base, ours, theirs })
      const merged = await open(text, test)
      assert.deepEqual(conflicts, [])
      assert.equal(merged.file.epoch, epoch)
      assert.deepEqual(
        merged.file.recipients.map(({ name }) => name),
        ['alice'],
      )
      assert.deepEqual(merged.content('lab'), { kind: 'secret', secret: { password: 'lab-password' } })
      assert.equal(merged.secretId('a', {}, 'login'), base.secretId('a', {}, 'login'))
      for (const side of [base, ours, theirs]) checkPin(merged, checkPin(side, undefined))
      const bobs = { identities: [new Secret(bob.identity)] }
      await assert.rejects(openVault(parseVault(text, test.path), bobs), { code: 'VAULT_LOCKED' })
    }
  })

  it('refuses a side that somebody made for the public recipients', async () => {
    const { test, base, ours } = await branch(
      async (vault) => vault,
      async (vault) => vault,
    )
    const mallory = await generateIdentity()
    for (const epoch of [base.file.epoch, base.file.epoch + 1]) {
      const key = DataKey.create(base.file.id, epoch)
      const recipients = [
        { name: 'alice', age: test.recipient },
        { name: 'mallory', age: mallory.recipient },
      ]
      const wrapped = await Promise.all(recipients.map((recipient) => wrapFor(key, recipient)))
      const document = await resealed(base, key, wrapped)
      const theirs = await open(signedText(base, document, key), test)
      for (const sides of [
        { base, ours, theirs },
        { base, ours: theirs, theirs: ours },
      ])
        await assert.rejects(mergeVaults(sides), { code: 'VAULT_REPLACED' })
    }
  })

  it('refuses different vaults', async () => {
    const { base, ours } = await branch(
      async (vault) => vault,
      async (vault) => vault,
    )
    const other = await makeVault(await mkdtemp(join(folder(), 'other-')))
    await assert.rejects(mergeVaults({ base, ours, theirs: other.vault }), { code: 'INPUT_INVALID' })
  })
})

describe('edits by hand', () => {
  const folder = temporaryFolder()

  it('are sealed when a person names them, and nothing else of the file is taken', async () => {
    const test = await makeVault(folder())
    const text = test.vault.file.text
      .replace('hosts: [any]', 'hosts: [192.0.2.0/24] # narrowed')
      .replace('tags: [core, ios]', 'tags: [core]')
      .replace('redaction_key:', 'default: lab\nredaction_key:')
    await writeFile(test.path, text)
    const edited = parseVault(text, test.path)
    await assert.rejects(openVault(edited, { identities: [test.identity] }), { code: 'VAULT_TAMPERED' })
    assert.deepEqual(findHandEdits(test.vault, edited), [
      { name: 'core-admin', changes: [{ field: 'tags', was: ['core', 'ios'], is: ['core'] }] },
      { name: 'lab', changes: [{ field: 'hosts', was: ['any'], is: ['192.0.2.0/24'] }] },
    ])
    await sealHandEdits(test.vault, edited, ['lab'])
    const vault = await reopen(test)
    assert.deepEqual(vault.credentials.map(({ name, hosts, tags, rev }) => [name, hosts, tags, rev]).slice(0, 2), [
      ['core-admin', ['10.0.0.0/8', '*.core.example.net'], ['core', 'ios'], 1],
      ['lab', ['192.0.2.0/24'], ['lab'], 2],
    ])
    assert.equal(vault.file.default, undefined)
    assert.match(vault.file.text, /# narrowed/)
    assert.deepEqual(vault.content('lab'), { kind: 'secret', secret: { password: 'lab-password' } })
  })
})

describe('export and import', () => {
  const folder = temporaryFolder()

  it('carries credentials to another vault inside an age file', async () => {
    const from = await makeVault(await mkdtemp(join(folder(), 'from-')))
    const to = await makeVault(await mkdtemp(join(folder(), 'to-')), [])
    const exported = await exportCredentials(from.vault, ['core-admin', 'unique'], [to.recipient])
    assert.match(exported, /^-----BEGIN AGE/)
    const imported = await importCredentials(to.vault, exported, [to.identity])
    assert.deepEqual([imported.added, imported.replaced, imported.skipped], [['core-admin', 'unique'], [], []])
    const vault = await reopen(to)
    assert.deepEqual(vault.content('core-admin'), from.vault.content('core-admin'))
    assert.deepEqual(vault.content('unique'), from.vault.content('unique'))
    const again = await importCredentials(vault, exported, [to.identity])
    assert.deepEqual(again.skipped, ['core-admin', 'unique'])
    assert.deepEqual((await importCredentials(vault, exported, [to.identity], { replace: true })).replaced.length, 2)
    await assert.rejects(importCredentials(vault, exported, [from.identity]), { code: 'VAULT_LOCKED' })
    await assert.rejects(exportCredentials(from.vault, ['lab'], []), { code: 'USAGE' })
  })
})
