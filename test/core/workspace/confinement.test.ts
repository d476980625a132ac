import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import { createWorkspace } from '../../../packages/core/src/workspace/create-workspace.ts'
import { listWorkspaces } from '../../../packages/core/src/workspace/list-workspaces.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('a workspace that others write', () => {
  const folder = temporaryFolder()

  async function open(name: string, settings: string) {
    const workspace = join(folder(), 'allowed', name)
    await mkdir(workspace, { recursive: true })
    await writeFile(join(workspace, 'netlatch.yaml'), settings)
    await writeFile(join(workspace, 'inventory.yaml'), 'version: 1\ndevices:\n  a: { host: 10.0.0.1 }\n')
    return openNetlatch({
      cwd: workspace,
      workspace,
      env: {},
      program: 'n8n',
      hostKeys: 'accept-new',
      confinement: {
        allowPrograms: false,
        envPrefix: 'NETLATCH_SECRET_',
        mayUseFile: async (path) => path.startsWith(join(folder(), 'allowed')),
      },
    })
  }

  it('opens inside what is allowed, with what its caller decides', async () => {
    await using netlatch = await open('inside', 'host_keys: strict\n')
    assert.equal(netlatch.workspace.settings.hostKeys, 'accept-new')
    assert.throws(() => netlatch.sshJumpHost('bastion'), { code: 'JUMP_HOST_FAILED' })
  })

  for (const settings of [
    'state: sqlite:/var/tmp/other.db\n',
    'backups: ../../other.git\n',
    'credentials: /etc/credentials.yaml\n',
    'known_hosts: /etc/ssh/ssh_known_hosts\n',
  ])
    it(`reaches no further: ${settings.trim()}`, async () => {
      await assert.rejects(open('outside', settings), { code: 'FILE_FORBIDDEN' })
    })

  it('cannot read a file elsewhere as its inventory', async () => {
    await assert.rejects(open('elsewhere', 'inventory: [/etc/hostname]\n'), { code: 'INPUT_INVALID' })
  })

  it('says when its files are no longer what was read', async () => {
    await using netlatch = await open('changing', '')
    assert.equal(await netlatch.isCurrent(), true)
    await writeFile(
      join(netlatch.workspace.folder, 'inventory.yaml'),
      'version: 1\ndevices:\n  b: { host: 10.0.0.2 }\n',
    )
    assert.equal(await netlatch.isCurrent(), false)
  })
})

describe('the workspaces of a folder', () => {
  const folder = temporaryFolder()

  it('are its folders with an inventory, in order; made empty where there is none', async () => {
    for (const name of ['globex', 'acme']) await createWorkspace(join(folder(), name), { examples: false })
    await mkdir(join(folder(), 'notes'))
    const { isOne, workspaces } = await listWorkspaces(folder())
    assert.deepEqual([isOne, workspaces.map(({ name }) => name)], [false, ['acme', 'globex']])
    const one = await listWorkspaces(join(folder(), 'acme'))
    assert.deepEqual([one.isOne, one.workspaces.map(({ name }) => name)], [true, ['acme']])
    await using netlatch = await openNetlatch({
      cwd: folder(),
      workspace: join(folder(), 'acme'),
      env: {},
      program: 'n8n',
    })
    assert.deepEqual(netlatch.inventory.devices, [])
  })

  it('are nowhere where there is no folder', async () => {
    await assert.rejects(listWorkspaces(join(folder(), 'nowhere')), { code: 'WORKSPACE_MISSING' })
  })
})
