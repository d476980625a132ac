import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { loadInventory } from '../../../packages/core/src/inventory/load-inventory.ts'
import { platformNames } from '../../../packages/core/src/platforms/index.ts'
import { loadWorkspace } from '../../../packages/core/src/workspace/load-workspace.ts'
import { shown } from '../../support/inventory-of-text.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'netlatch-inventory-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const load = async (settings: string) => {
  await writeFile(join(root, 'netlatch.yaml'), settings)
  return loadInventory(await loadWorkspace({ folder: root, file: join(root, 'netlatch.yaml') }), {
    platforms: platformNames,
  })
}

describe('loadInventory', () => {
  it('reads files and globs, each file once, in the order of their names', async () => {
    await mkdir(join(root, 'sites'))
    await writeFile(join(root, 'sites/b.yaml'), 'devices: { b: { host: 10.0.0.2 } }\n')
    await writeFile(join(root, 'sites/a.yaml'), 'devices: { a: { host: 10.0.0.1 } }\n')
    const { devices, problems, files } = await load('inventory: [sites/b.yaml, "sites/*.yaml"]\n')
    assert.deepEqual(problems, [])
    assert.deepEqual(
      devices.map(({ name }) => name),
      ['b', 'a'],
    )
    assert.deepEqual(
      files.map(({ file }) => file),
      ['sites/b.yaml', 'sites/a.yaml'],
    )
  })

  it('names files that are not there and patterns that match nothing, where they are written', async () => {
    const { problems } = await load('inventory:\n  - gone.yaml\n  - none/*.yaml\n')
    assert.deepEqual(problems.map(shown), [
      'netlatch.yaml:2:5 inventory file gone.yaml is not there. Correct inventory:, or make the file: netlatch init',
      'netlatch.yaml:3:5 no file matches none/*.yaml. Correct inventory:.',
    ])
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['error', 'warning'],
    )
  })

  it('does not blame a device for a mistake in the realm or jump host that it names', async () => {
    await writeFile(join(root, 'inventory.yaml'), 'devices: { a: { host: 10.0.0.1, realm: r, jump_host: j } }\n')
    const { problems } = await load('realms: { r: { kind: x } }\njump_hosts: { j: { host: "" } }\n')
    assert.deepEqual(problems, [])
  })

  it('reads the example at the root without a problem', async () => {
    await copyFile('inventory.example.yaml', join(root, 'inventory.yaml'))
    const { devices, problems } = await load(`
realms: { tacacs-core: { kind: server } }
jump_hosts: { bastion: { host: 192.0.2.10, credential: k }, corp: { ssh: corp } }
`)
    assert.deepEqual(problems.map(shown), [])
    assert.ok(devices.length >= 12)
    assert.ok(new Set(devices.map(({ status }) => status)).size > 1)
  })
})
