import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, it } from 'mocha'
import { findForeignInventories } from '../../../packages/core/src/inventory/find-foreign.ts'
import { loadInventory } from '../../../packages/core/src/inventory/load-inventory.ts'
import { createWorkspace } from '../../../packages/core/src/workspace/create-workspace.ts'
import { findWorkspace, loadWorkspace } from '../../../packages/core/src/workspace/load-workspace.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const nornir = 'sw-1: { hostname: 192.0.2.1, platform: ios }\nsw-2: { hostname: 192.0.2.2, groups: [core] }\n'
const ansible = 'all:\n  children:\n    core:\n      hosts:\n        r-[1:3]: { ansible_network_os: cisco.ios.ios }\n'

describe('inventories of other tools in a folder', () => {
  const folder = temporaryFolder()
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(folder(), name)), { recursive: true })
    await writeFile(join(folder(), name), text)
  }
  const found = async () =>
    (await findForeignInventories(folder())).map(({ format, path, devices }) => [format, path, devices])
  beforeEach(async () => {
    await put('inventory/hosts.yaml', nornir)
    await put('inventory/groups.yaml', 'core: {}\n')
    await put('prod/eu/hosts.yml', ansible)
  })

  it('are found by what stands in them, with the number of their devices', async () => {
    assert.deepEqual(await found(), [
      ['nornir', 'inventory', 2],
      ['ansible', 'prod/eu/hosts.yml', 3],
    ])
  })

  it('are not taken for what other files of these names are', async () => {
    await put('hosts.yaml', 'server: { image: nginx }\n')
    await put('docker/inventory.yaml', '- one\n- two\n')
    await put('broken/hosts.yaml', 'a: [\n')
    await put('empty/hosts.yaml', '')
    await put('node_modules/hosts.yaml', nornir)
    await put('.cache/hosts.yaml', nornir)
    assert.equal((await found()).length, 2)
  })

  it('become the inventory of a new workspace, and stay as they are', async () => {
    for (const { format, path, devices } of await findForeignInventories(folder())) {
      const place = join(folder(), `of ${format}`)
      const { created } = await createWorkspace(place, { inventory: { format, path: join('..', path) } })
      assert.deepEqual(created, ['netlatch.yaml', 'known_hosts', '.gitignore'])
      const workspace = await loadWorkspace(await findWorkspace({ cwd: place, env: {} }))
      const inventory = await loadInventory(workspace)
      assert.deepEqual(workspace.problems, [])
      assert.equal(inventory.devices.length, devices)
    }
    assert.equal(await readFile(join(folder(), 'inventory/hosts.yaml'), 'utf8'), nornir)
  })
})
