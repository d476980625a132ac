import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { GitWorkspace } from '../support/git-workspace.ts'

const steps = readFileSync('docs/recovery.md', 'utf8').match(/^```sh\n(.*?)^```/ms)?.[1] ?? ''

describe('stock age', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': 'version: 1\n' })
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core-admin', '--hosts', 'any')
  })
  after(() => workspace[Symbol.asyncDispose]())

  const inFolder = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: workspace.folder, env: { ...workspace.environment } })

  it('opens the wrap of a vault that the command line made, before and after a rotation', async () => {
    const identity = readFileSync(join(workspace.home, '.config/netlatch/identity.txt'), 'utf8')
    await workspace.write('identity.txt', identity)
    const keys: Buffer[] = []
    for (const epoch of [1, 2]) {
      inFolder('sh', '-ec', steps)
      const key = readFileSync(join(workspace.folder, 'data-key'))
      assert.match(key.toString('latin1'), new RegExp(`^NLDEK1 [0-9a-f]{24} ${epoch} `))
      keys.push(key.subarray(-32))
      await workspace.must(['vault', 'rotate', '--yes'])
    }
    assert.notDeepEqual(keys[0], keys[1])
  })

  it('makes the key of a recipient, and opens what is exported for it', async () => {
    inFolder('age-keygen', '-o', 'bob.txt')
    const recipient = inFolder('age-keygen', '-y', 'bob.txt').toString().trim()
    await workspace.must(['vault', 'recipients', 'add', 'bob', recipient])
    await workspace.must(['vault', 'verify'], { NETLATCH_IDENTITY_FILE: join(workspace.folder, 'bob.txt') })
    await workspace.must(['vault', 'export', 'core-admin', '--for', recipient, '--output', 'export.age'])
    const exported = JSON.parse(inFolder('age', '-d', '-i', 'bob.txt', 'export.age').toString()) as {
      readonly credentials: Readonly<Record<string, { readonly sealed: object }>>
    }
    assert.deepEqual(exported.credentials['core-admin']?.sealed, { password: 'password of core-admin' })
  })

  it('makes a file that import takes', async () => {
    await using other = await GitWorkspace.make({ 'inventory.yaml': 'version: 1\n' }, workspace)
    await other.must(['vault', 'init'])
    const identity = join(other.home, '.config/netlatch/identity.txt')
    const recipient = inFolder('age-keygen', '-y', identity).toString().trim()
    const credentials = { made: { username: 'm', hosts: ['any'], sealed: { password: 'made elsewhere' } } }
    await writeFile(join(other.folder, 'plain.json'), JSON.stringify({ netlatch_export: 1, credentials }))
    const file = join(other.folder, 'made.age')
    inFolder('age', '-a', '-r', recipient, '-o', file, join(other.folder, 'plain.json'))
    assert.match((await other.must(['vault', 'import', 'made.age'])).stdout, /Added made\./)
    await other.must(['vault', 'verify'])
  })
})
