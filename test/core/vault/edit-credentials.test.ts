import assert from 'node:assert/strict'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import {
  addCredential,
  removeCredential,
  setCredential,
  setDefault,
} from '../../../packages/core/src/vault/edit-credentials.ts'
import { openVault } from '../../../packages/core/src/vault/open-vault.ts'
import { parseVault } from '../../../packages/core/src/vault/read-vault.ts'
import { documentOf } from '../../../packages/core/src/vault/unlock-data-key.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { changedLines, makeVault, reopen } from '../../support/temporary-vault.ts'

describe('editing credentials', () => {
  const folder = temporaryFolder()
  const make = async () => makeVault(await mkdtemp(join(folder(), 'vault-')))
  const password = (text: string) => ({ password: new Secret(text) })

  it('changes three lines when a password changes', async () => {
    const test = await make()
    const { removed, added } = await changedLines(test.path, () =>
      setCredential(test.vault, 'core-admin', { secret: password('new') }),
    )
    const keys = (lines: readonly string[]) => lines.map((line) => line.trim().split(':')[0]).sort()
    assert.deepEqual(keys(removed), ['mac', 'rev', 'secret'])
    assert.deepEqual(keys(added), ['mac', 'rev', 'secret'])
    const vault = await reopen(test)
    assert.deepEqual(vault.content('core-admin'), {
      kind: 'secret',
      secret: { password: 'new', enable: 'core-enable' },
    })
  })

  it('keeps comments, order and quoting of everything else', async () => {
    const test = await make()
    const text = (await readFile(test.path, 'utf8'))
      .replace('  lab:\n', '\n  # the lab in building 7\n  lab:   # ask Kim\n')
      .replace('username: lab', "username: 'lab'   # shared")
    await writeFile(test.path, text)
    const { removed, added } = await changedLines(test.path, async () => {
      const vault = await setCredential(await reopen(test), 'lab', { tags: ['lab', 'test'], realm: 'on-device' })
      await setDefault(await removeCredential(vault, 'unique'), 'lab')
    })
    assert.deepEqual(
      added.map((line) => line.replace(/nl1.*/, '…')),
      ['default: lab', '    rev: 2', '    tags: [lab, test]', '    realm: on-device', '    secret: …', 'mac: …'],
    )
    assert.ok(removed.includes('  unique:') && removed.length === 12, removed.join('\n'))
    assert.equal((await reopen(test)).file.default, 'lab')
  })

  it('counts a revision for whatever changes of a credential, and for nothing else', async () => {
    const test = await make()
    const changes = [
      { hosts: ['10.0.0.0/8'] },
      { ports: [22] },
      { match: 'site:lab' },
      { tags: null },
      { realm: 'on-device' },
      { priority: 7 },
      { username: 'other' },
      { fallback: true },
      { secret: password('other') },
      { secret: { enable: new Secret('e') } },
      { reference: 'env:LAB' },
      { reference: 'env:OTHER' },
    ]
    let vault = test.vault
    for (const [index, change] of changes.entries()) {
      vault = await setCredential(vault, 'lab', change)
      assert.deepEqual(
        vault.credentials.map(({ name, rev }) => `${name} ${rev}`),
        ['core-admin 1', `lab ${index + 2}`, 'unique 1'],
      )
      assert.equal(await setCredential(vault, 'lab', change), vault, 'nothing to write')
    }
  })

  it('counts on from what was seen of a credential that was removed', async () => {
    const test = await make()
    const seen: Readonly<Record<string, number>> = { lab: 4 }
    const knows = { highestRev: async (name: string) => seen[name] ?? 0 }
    const fields = { username: 'n', hosts: ['any'] }
    let vault = await removeCredential(await reopen(test, knows), 'lab')
    vault = await addCredential(vault, 'lab', fields, { secret: password('again') })
    vault = await addCredential(vault, 'new', fields, { secret: password('new') })
    assert.deepEqual(
      vault.credentials.map(({ name, rev }) => `${name} ${rev}`),
      ['core-admin 1', 'unique 1', 'lab 5', 'new 1'],
    )
  })

  it('goes from a secret to a reference and back, and clears what is null', async () => {
    const test = await make()
    let vault = await setCredential(test.vault, 'core-admin', { reference: 'file:core', realm: null, ports: null })
    assert.deepEqual(vault.content('core-admin'), { kind: 'reference', reference: 'file:core' })
    const credential = vault.credentials.find(({ name }) => name === 'core-admin')
    assert.equal(credential?.reference, 'file:core')
    assert.equal(credential?.realm, undefined)
    assert.equal(credential?.ports, undefined)
    vault = await setCredential(vault, 'core-admin', { secret: { enable: new Secret('e'), password: new Secret('p') } })
    vault = await setCredential(vault, 'core-admin', { secret: { enable: null } })
    assert.deepEqual(vault.content('core-admin'), { kind: 'secret', secret: { password: 'p' } })
    assert.equal(documentOf(vault.file).credentials['core-admin']?.seal, undefined)
  })

  it('edits records in any layout, a vault written as JSON included', async () => {
    const test = await make()
    await writeFile(test.path, JSON.stringify(documentOf(test.vault.file)))
    let vault = await setCredential(await reopen(test), 'lab', { tags: null, match: 'site:lab' })
    vault = await addCredential(vault, 'new', { username: 'n', hosts: ['any'] }, { secret: password('x') })
    vault = await removeCredential(vault, 'core-admin')
    assert.deepEqual(
      (await reopen(test)).credentials.map(({ name }) => name),
      ['lab', 'unique', 'new'],
    )
    assert.equal(vault.credentials[0]?.match, 'site:lab')
  })

  it('empties and fills a vault', async () => {
    const test = await make()
    let { vault } = test
    for (const { name } of vault.credentials) vault = await removeCredential(vault, name)
    assert.match(await readFile(test.path, 'utf8'), /^credentials: \{\}\nmac: /m)
    await addCredential(vault, 'first', { username: 'n', hosts: ['any'] }, { secret: password('x') })
    assert.equal((await reopen(test)).credentials.length, 1)
  })

  it('refuses what would not be a valid vault, and writes nothing then', async () => {
    const test = await make()
    const before = await readFile(test.path, 'utf8')
    const add = (name: string, hosts: string[], username = 'n') =>
      addCredential(test.vault, name, { username, hosts }, { secret: password('x') })
    await assert.rejects(add('lab', ['any']), { code: 'USAGE', message: /in the vault already/ })
    await assert.rejects(add('a', []), { code: 'USAGE' })
    await assert.rejects(add('a', ['*']), { code: 'USAGE' })
    await assert.rejects(add('-a', ['any']), { code: 'USAGE' })
    await assert.rejects(add('__proto__', ['any']), { code: 'USAGE' })
    await assert.rejects(add('a', ['any'], 'a\nb'), { code: 'USAGE' })
    await assert.rejects(setCredential(test.vault, 'labb', {}), { code: 'NOT_FOUND', advice: 'Did you mean lab?' })
    await assert.rejects(setCredential(test.vault, 'lab', { secret: password('') }), { code: 'USAGE' })
    await assert.rejects(setCredential(test.vault, 'lab', { reference: 'https://example.net' }), { code: 'USAGE' })
    await assert.rejects(setDefault(test.vault, 'none'), { code: 'NOT_FOUND' })
    assert.equal(await readFile(test.path, 'utf8'), before)
  })

  it('keeps the file to its owner, and refuses to write over somebody else’s change', async () => {
    const test = await make()
    assert.equal((await stat(test.path)).mode & 0o777, 0o600)
    await setCredential(test.vault, 'lab', { secret: password('theirs') })
    await assert.rejects(setCredential(test.vault, 'lab', { secret: password('ours') }), { code: 'FILE_CHANGED' })
    const content = (await reopen(test)).content('lab')
    assert.deepEqual(content, { kind: 'secret', secret: { password: 'theirs' } })
  })

  it('hides how long a password is', async () => {
    const test = await make()
    const lengthOf = async (text: string) => {
      const vault = await reopen(test)
      return documentOf((await setCredential(vault, 'lab', { secret: password(text) })).file).credentials.lab?.secret
        .length
    }
    assert.equal(await lengthOf('a'), await lengthOf('a'.repeat(40)))
  })

  it('says where a vault is wrong, and still shows the credentials that are right', async () => {
    const test = await make()
    const text = (await readFile(test.path, 'utf8'))
      .replace('username: lab', 'username: 0123456')
      .replace('rev: 1', 'revv: 1')
    const file = parseVault(text, test.path)
    assert.deepEqual(
      file.problems.map(({ at, message }) => `${text.split('\n')[at.line - 1]?.trim()} | ${message}`),
      [
        'revv: 1 | unknown key "revv" in credential core-admin',
        'username: 0123456 | username of credential lab must be a text',
      ],
    )
    assert.deepEqual(
      file.credentials.map(({ name }) => name),
      ['unique'],
    )
    await assert.rejects(openVault(file, { identities: [test.identity] }), { code: 'INPUT_INVALID' })
  })
})
