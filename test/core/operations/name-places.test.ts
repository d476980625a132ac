import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import { namePlaces } from '../../../packages/core/src/operations/name-places.ts'
import { planRename } from '../../../packages/core/src/operations/plan-rename.ts'
import { problemFixes } from '../../../packages/core/src/operations/problem-fixes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault } from '../../support/temporary-vault.ts'

const inventory = `defaults: { platform: cisco_ios }
groups:
  "dc1": { tags: [core], realm: tacacs-core }
  edge: { groups: [dc1] }
devices:
  sw-1: { host: 10.0.0.1, groups: [dc1], tags: [core, lab], credential: core-admin }
  sw-2: { host: 10.0.0.2, groups: ["edge"] }
  sw-3: { host: 192.0.2.1, ssh: { algorithms: legacy-sha1, reason: old, until: 2020-06-30 } }
  sw-4: { host: 10.0.0.4 }
`

describe('names in the files of a workspace', () => {
  const folder = temporaryFolder()
  const open = async (text = inventory) => {
    await writeFile(join(folder(), 'inventory.yaml'), text)
    await writeFile(join(folder(), 'netlatch.yaml'), 'realms:\n  tacacs-core: { kind: server }\n')
    const { vault } = await makeVault(folder()).catch(async () => ({ vault: undefined }))
    vault?.close()
    return openNetlatch({ cwd: folder(), env: {}, program: 'vscode', allowProblems: true })
  }

  it('are found where they are defined and where they are meant, inside their quotes', async () => {
    await using netlatch = await open()
    const of = (kind: string, name: string) =>
      namePlaces(netlatch)
        .filter((place) => place.kind === kind && place.name === name)
        .map(({ at, length, isDefinition }) => [at.file, at.line, at.column, length, isDefinition])
    assert.deepEqual(of('group', 'dc1'), [
      ['inventory.yaml', 3, 4, 3, true],
      ['inventory.yaml', 4, 20, 3, false],
      ['inventory.yaml', 6, 36, 3, false],
    ])
    assert.equal(of('group', 'edge').at(-1)?.[2], 37)
    assert.deepEqual(
      of('realm', 'tacacs-core').map(([file]) => file),
      ['inventory.yaml', 'netlatch.yaml', 'credentials.yaml'],
    )
    assert.deepEqual(
      of('credential', 'core-admin').map(([file, , , , isDefinition]) => [file, isDefinition]),
      [
        ['inventory.yaml', false],
        ['credentials.yaml', true],
      ],
    )
  })

  it('change everywhere at once, and nothing else does', async () => {
    await using netlatch = await open()
    const { changes, credentials } = planRename(netlatch, 'group', 'dc1', 'dc9')
    assert.deepEqual(credentials, [])
    assert.equal(changes[0]?.after, inventory.replaceAll('dc1', 'dc9'))
  })

  it('say which credentials have to follow, and leave the vault’s text alone', async () => {
    await using netlatch = await open()
    const { changes, credentials } = planRename(netlatch, 'tag', 'lab', 'core')
    assert.deepEqual(credentials, ['lab'])
    assert.deepEqual(
      changes.map(({ file }) => file),
      ['inventory.yaml'],
    )
    assert.match(changes[0]?.after ?? '', /tags: \[core\], credential/)
  })

  it('are not changed to one that is taken or that cannot be one', async () => {
    await using netlatch = await open()
    assert.throws(() => planRename(netlatch, 'device', 'sw-1', 'sw-2'), { code: 'USAGE' })
    assert.throws(() => planRename(netlatch, 'device', 'sw-1', '@x'), { code: 'USAGE' })
    assert.throws(() => planRename(netlatch, 'device', 'sw-0', 'sw-9'), { code: 'NOT_FOUND' })
  })

  it('have fixes where they are misspelt, and devices where no credential applies', async () => {
    await using netlatch = await open(inventory.replace('platform: cisco_ios', 'platform: cisco_iso'))
    const fixesOf = (code: string) =>
      netlatch.problems.filter((problem) => problem.code === code).flatMap((problem) => problemFixes(netlatch, problem))
    assert.deepEqual(fixesOf('unknown-platform'), [{ kind: 'replace', was: 'cisco_iso', text: 'cisco_ios' }])
    const fixes = fixesOf('no-candidate')
    assert.deepEqual(fixes.at(-1)?.kind, 'pin')
    assert.ok(
      fixes.some((fix) => fix.kind === 'add-tag' && fix.device === 'sw-4' && fix.tag === 'core'),
      JSON.stringify(fixes),
    )
    assert.deepEqual(
      fixesOf('ssh-profile-expired').map((fix) => (fix.kind === 'extend-profile' ? fix.by : fix.kind)),
      ['2021-06-30', 'remove-profile'],
    )
  })
})
