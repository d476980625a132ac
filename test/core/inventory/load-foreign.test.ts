import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { editInventory, type InventoryEdit } from '../../../packages/core/src/inventory/edit-inventory.ts'
import { loadInventory } from '../../../packages/core/src/inventory/load-inventory.ts'
import { platformNames } from '../../../packages/core/src/platforms/index.ts'
import { loadWorkspace } from '../../../packages/core/src/workspace/load-workspace.ts'
import { rebuild, shown } from '../../support/inventory-of-text.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe("another tool's inventory, read in place", () => {
  const root = temporaryFolder()
  before(async () => {
    await cp('test/data/import/nornir', join(root(), 'nornir'), { recursive: true })
    await cp('test/data/import/ansible', join(root(), 'ansible'), { recursive: true })
    await writeFile(join(root(), 'ours.yaml'), 'defaults: { realm: r }\ndevices: { own: { host: 10.9.0.1 } }\n')
  })
  const load = async (settings: string) => {
    const file = join(root(), 'netlatch.yaml')
    await writeFile(file, `${settings}\nrealms: { r: { kind: server } }\n`)
    const workspace = await loadWorkspace({ folder: root(), file })
    const inventory = await loadInventory(workspace, { platforms: platformNames })
    return { ...inventory, problems: [...workspace.problems, ...inventory.problems] }
  }
  const both = 'inventory: [ours.yaml, { format: nornir, path: nornir }, { format: ansible, path: ansible/hosts.yml }]'

  it('stands beside our own files, with our defaults below it', async () => {
    const { devices, problems } = await load(both)
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    assert.deepEqual(
      devices.map(({ name, realm }) => `${name} ${realm}`),
      ['own', 'spine-1', 'leaf-1', 'old-1', 'odd-1', 'fra-sw01', 'fra-sw02', 'fra-sw03', 'fra-fw-1', 'muc-core-1'].map(
        (name) => `${name} r`,
      ),
    )
  })

  it("tells where each value stands, in that tool's own files", async () => {
    const { byName, groups } = await load(both)
    const origins = byName.get('leaf-1')?.origins
    assert.deepEqual(origins?.port, { file: 'nornir/hosts.yaml', line: 7, column: 9, layer: 'device' })
    assert.deepEqual(origins?.platform, { file: 'nornir/groups.yaml', line: 6, column: 26, layer: 'group dc1' })
    assert.deepEqual(origins?.['tags.dc1'], { file: 'nornir/groups.yaml', line: 2, column: 1, layer: 'group dc1' })
    assert.deepEqual(byName.get('fra-sw01')?.origins.site, {
      file: 'ansible/group_vars/fra.yml',
      line: 5,
      column: 7,
      layer: 'group fra',
    })
    assert.deepEqual(groups.get('fra')?.chain, ['emea', 'fra'])
  })

  it('says what to do with an inventory that is not in YAML, or is that of another tool', async () => {
    await writeFile(join(root(), 'hosts.ini'), '[core]\nfra-1 ansible_host=10.0.0.1\n')
    const ini = await load('inventory: [{ format: ansible, path: hosts.ini }]')
    assert.deepEqual(ini.problems, [
      {
        code: 'foreign-format',
        severity: 'error',
        message: 'an INI file, not an inventory of Ansible in YAML',
        advice: 'Follow it instead: ansible-inventory -i hosts.ini --list | netlatch inventory sync ansible -',
        at: { file: 'hosts.ini', line: 1, column: 1 },
      },
    ])
    await mkdir(join(root(), 'mixed'), { recursive: true })
    await cp('test/data/import/ansible/hosts.yml', join(root(), 'mixed/hosts.yml'))
    const mixed = await load('inventory: [{ format: nornir, path: mixed }]')
    assert.equal(mixed.devices.length, 0)
    assert.match(mixed.problems[0]?.message ?? '', /not taken: hosts or children below it, as in Ansible's groups/)
  })

  it('names the command for a secret with the tags of its devices', async () => {
    const { problems } = await load('inventory: [{ format: ansible, path: ansible/hosts.yml }]')
    const advice = problems.flatMap((problem) => (problem.code === 'secret-in-inventory' ? [problem.advice ?? ''] : []))
    assert.ok(advice.length > 0)
    for (const each of advice) assert.match(each, /netlatch vault add \S+.* (?:--tags [\w,-]+|--match all)$/)
  })

  it('warns of what it left and of secrets, and needs no correction', async () => {
    const { problems } = await load('inventory: [{ format: nornir, path: nornir }]')
    assert.deepEqual(new Set(problems.map(({ severity }) => severity)), new Set(['warning']))
    const texts = problems.map(shown)
    assert.ok(
      texts.includes(
        'nornir/hosts.yaml:17:13 taken as autodetect: platform "cumulus_linux" (device odd-1). The device will be asked what it is.',
      ),
    )
    assert.ok(
      texts.some((text) =>
        text.startsWith('nornir/hosts.yaml:9:13 a secret, not read: password of lab (device leaf-1).'),
      ),
    )
  })

  it('is never written to', async () => {
    const inventory = await load(both)
    const before = await readFile(join(root(), 'nornir/hosts.yaml'), 'utf8')
    const edits: readonly InventoryEdit[] = [
      { kind: 'set', devices: ['leaf-1'], assignments: [{ key: 'site', operator: '=', value: 'x' }] },
      { kind: 'remove-device', name: 'leaf-1' },
      { kind: 'rename-tag', from: 'dc1', to: 'dc2' },
      { kind: 'add-device', name: 'new', values: { host: '10.0.0.9' }, file: 'nornir/hosts.yaml' },
    ]
    for (const edit of edits)
      assert.throws(() => editInventory(inventory, [edit], rebuild), {
        code: 'USAGE',
        message: /is in nornir\/\w+\.yaml, an inventory of Nornir: Netlatch only reads it\.$/,
      })
    const [change] = editInventory(
      inventory,
      [{ kind: 'add-device', name: 'new', values: { host: '10.0.0.9' } }],
      (files) => ({ ...inventory, files, problems: [] }),
    )
    assert.equal(change?.file, 'ours.yaml')
    assert.equal(await readFile(join(root(), 'nornir/hosts.yaml'), 'utf8'), before)
  })

  it('is a problem where it is named, when it is not there', async () => {
    const { problems } = await load(
      'inventory:\n  - { format: nornir, path: gone }\n  - { format: ansible, path: gone.yml }',
    )
    assert.deepEqual(problems.map(shown), [
      'netlatch.yaml:2:5 nornir inventory gone is not there. Correct inventory: in netlatch.yaml.',
      'netlatch.yaml:3:5 ansible inventory gone.yml is not there. Correct inventory: in netlatch.yaml.',
    ])
    const wrong = await load('inventory: [{ format: puppet, path: x }]')
    assert.match(wrong.problems.map(shown)[0] ?? '', /^netlatch.yaml:1:12 .*format: nornir/)
  })

  it('ignores folders and sealed files among the variables', async () => {
    await mkdir(join(root(), 'ansible/group_vars/empty'), { recursive: true })
    await mkdir(join(root(), 'ansible/host_vars/muc-core-1'), { recursive: true })
    await writeFile(join(root(), 'ansible/host_vars/muc-core-1/vault.yml'), '$ANSIBLE_VAULT;1.1;AES256\n3031\n')
    await writeFile(join(root(), 'ansible/host_vars/muc-core-1/net.yml'), 'ansible_port: 2022\n')
    const { byName, problems } = await load('inventory: [{ format: ansible, path: ansible/hosts.yml }]')
    assert.equal(byName.get('muc-core-1')?.port, 2022)
    assert.equal(problems.filter(({ severity }) => severity === 'error').length, 0)
  })
})
