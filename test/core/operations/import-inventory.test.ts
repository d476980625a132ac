import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import {
  type ImportRequest,
  importInventory,
  type SyncRequest,
  syncInventory,
  writeInventory,
} from '../../../packages/core/src/operations/import-inventory.ts'
import { createWorkspace } from '../../../packages/core/src/workspace/create-workspace.ts'
import { importedSecret, importFile } from '../../support/imported-inventory.ts'
import { NetBoxServer, netBoxDevice } from '../../support/netbox-server.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netlatch-import-'))
  await createWorkspace(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const token = 'token-of-the-test'
const open = () =>
  openNetlatch({ cwd: folder, env: { NETBOX_TOKEN: token }, program: 'cli', workspace: folder, allowProblems: true })
const run = async (request: ImportRequest, into?: string) => {
  await using netlatch = await open()
  const report = await importInventory(netlatch, request, { into })
  await writeInventory(netlatch, report)
  return report
}
const sync = async (request: SyncRequest) => {
  await using netlatch = await open()
  const report = await syncInventory(netlatch, request)
  await writeInventory(netlatch, report)
  return report
}
const text = (source: ImportRequest['source'], content: string, more: Partial<ImportRequest> = {}): ImportRequest => ({
  source,
  from: { text: content, name: 'standard input' },
  ...more,
})
const read = (name: string) => readFile(join(folder, name), 'utf8')
const write = (name: string, content: string) => writeFile(join(folder, name), content)
/** Every file of the workspace, by name. */
const snapshot = async () => {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).toSorted()
  return Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')]))
}
const errorsIn = async () => {
  await using netlatch = await open()
  return netlatch.problems.filter(({ severity }) => severity === 'error')
}

const columns = ['name', 'ip', 'model', 'group', 'username', 'password', 'enable']
const oxidized = () => text('oxidized', importFile('oxidized.db'), { map: columns })
const fleet = (count: number) =>
  Array.from({ length: count }, (_, index) => `sw-${index}:10.1.${index >> 8}.${index & 255}:ios:site-${index % 20}`)

describe('importing an inventory', () => {
  it('takes the place of the examples of a new workspace, and nothing else', async () => {
    const settings = await read('netlatch.yaml')
    const report = await run(oxidized())
    assert.equal(report.file, 'inventory.yaml')
    assert.deepEqual(report.added, ['fra-acc-1', 'fra-acc-2', 'fra-core-1', 'fra-wlc-1'])
    assert.doesNotMatch(await read('inventory.yaml'), /example|192\.0\.2/)
    assert.equal(await read('netlatch.yaml'), settings)
    assert.deepEqual(await errorsIn(), [])
  })

  for (const [what, request] of [
    ['a router.db of 1,000 lines', () => text('oxidized', fleet(1000).join('\n'), { map: columns.slice(0, 4) })],
    ['an OpenSSH configuration', () => text('ssh-config', importFile('ssh_config'))],
    ['a table', () => text('csv', importFile('devices.csv'))],
    [
      'a YAML inventory of Ansible',
      () => ({ source: 'ansible', from: { path: 'test/data/import/ansible/hosts.yml' } }),
    ],
    ["Nornir's folder", () => ({ source: 'nornir', from: { path: 'test/data/import/nornir' } })],
    ['a topology of containerlab', () => text('containerlab', importFile('lab.clab.yml'))],
    ["NetRaven's JSON", () => text('netraven', importFile('netraven.json'))],
    ["RANCID's router.db", () => text('rancid', importFile('rancid.db'), { group: 'edge' })],
  ] as const satisfies readonly (readonly [string, () => ImportRequest])[])
    it(`changes nothing when ${what} comes a second time`, async () => {
      const first = await run(request())
      assert.ok(first.added.length > 0)
      assert.deepEqual(await errorsIn(), [])
      const before = await snapshot()
      const second = await run(request())
      assert.deepEqual(second.added, [])
      assert.deepEqual(second.changes, [])
      assert.equal(second.present.length, first.added.length)
      assert.deepEqual(await snapshot(), before)
      assert.doesNotMatch(JSON.stringify([before, second]), new RegExp(importedSecret))
    })

  it('goes to a file of its own beside devices of the user, and names it in netlatch.yaml', async () => {
    await write(
      'inventory.yaml',
      '# mine\ngroups: { access: { site: fra } }\ndevices:\n  fra-core-1: { host: 10.9.9.9 }\n',
    )
    const report = await run(oxidized())
    assert.equal(report.file, 'inventory/oxidized.yaml')
    assert.deepEqual(report.present, [{ name: 'fra-core-1', file: 'inventory.yaml' }])
    assert.match(await read('inventory.yaml'), /^# mine/)
    assert.match(await read('netlatch.yaml'), /^inventory: \[inventory.yaml, inventory\/oxidized.yaml\]$/m)
    // The user's own group of that name stays the only one.
    assert.doesNotMatch(await read('inventory/oxidized.yaml'), /^groups:/m)
    assert.deepEqual(await errorsIn(), [])
  })

  it('adds what is new to the file of an earlier import, and keeps what was changed there', async () => {
    const lines = fleet(3)
    const request = (count: number) => text('oxidized', fleet(count).join('\n'), { map: columns.slice(0, 4) })
    await run(request(lines.length))
    const edited = (await read('inventory.yaml')).replace('  sw-1:\n', '  # the old one\n  sw-1:\n    role: core\n')
    await write('inventory.yaml', edited)
    const report = await run(request(5))
    assert.deepEqual(report.added, ['sw-3', 'sw-4'])
    const after = await read('inventory.yaml')
    assert.match(after, / {2}# the old one\n {2}sw-1:\n {4}role: core\n {4}host: 10.1.0.1\n/)
    assert.match(after, / {2}sw-4:\n {4}host: 10.1.0.4\n {4}platform: cisco_ios\n {4}groups: \[site-4\]\n/)
    assert.match(after, / {2}site-4: \{ tags: \[site-4\] \}/)
    assert.deepEqual(await errorsIn(), [])
  })

  it('goes where it is told, inside the workspace only', async () => {
    const report = await run(oxidized(), 'sites/fra.yaml')
    assert.equal(report.file, 'sites/fra.yaml')
    assert.match(await read('netlatch.yaml'), /^inventory: \[inventory.yaml, sites\/fra.yaml\]$/m)
    for (const into of ['../x.yaml', '/x.yaml', 'x.txt', 'netlatch.yaml', 'credentials.yaml'])
      await assert.rejects(run(oxidized(), into), { code: 'USAGE' }, into)
  })

  it('takes the examples of a new workspace away where it goes to another file, too', async () => {
    const report = await run(oxidized(), 'routers.yaml')
    assert.deepEqual([report.file, report.examplesGone], ['routers.yaml', 'inventory.yaml'])
    assert.equal(await read('inventory.yaml'), 'version: 1\n\ndevices: {}\n')
    assert.deepEqual(await errorsIn(), [])
  })

  it('leaves netlatch.yaml alone where a pattern covers the new file, and makes it where there is none', async () => {
    await write('netlatch.yaml', 'inventory: [inventory.yaml, "inventory/*.yaml"] # all\n')
    await write('inventory.yaml', 'devices: { a: { host: 10.0.0.1 } }\n')
    await run(oxidized())
    assert.equal(await read('netlatch.yaml'), 'inventory: [inventory.yaml, "inventory/*.yaml"] # all\n')
    await rm(join(folder, 'netlatch.yaml'))
    await rm(join(folder, 'inventory'), { recursive: true })
    await run(oxidized())
    assert.equal(await read('netlatch.yaml'), 'inventory: [inventory.yaml, inventory/oxidized.yaml]\n')
    assert.deepEqual(await errorsIn(), [])
  })

  it('declares the hops of an OpenSSH configuration, so that no device is reached past them', async () => {
    await run(text('ssh-config', importFile('ssh_config')))
    assert.match(await read('netlatch.yaml'), /^jump_hosts: \{ bastion: \{ ssh: bastion \} \}$/m)
    await using netlatch = await open()
    assert.equal(netlatch.inventory.byName.get('fra-core-1')?.jumpHost, 'bastion')
  })

  it('turns a pin to a credential that is not in the vault into a tag, and says how to add it', async () => {
    const report = await run(text('csv', 'name,host,credential\na,10.0.0.1,legacy\nb,10.0.0.2,legacy\n'))
    const note = report.notes.find(({ kind }) => kind === 'login')
    assert.equal(note?.advice, 'netlatch vault add legacy --tags legacy')
    await using netlatch = await open()
    assert.deepEqual(netlatch.inventory.byName.get('a')?.tags, ['legacy'])
    assert.deepEqual(await errorsIn(), [])
  })

  it('names the tags that a found login is for', async () => {
    const { notes } = await run(oxidized())
    assert.deepEqual(
      notes.filter(({ kind }) => kind === 'secret').map(({ advice }) => advice),
      [
        'Move it: netlatch vault add netops --username netops --tags access,core',
        'Move it: netlatch vault add netops --username netops --tags core',
      ],
    )
  })

  it('reads what a program writes, and says when there is none', async () => {
    await write('list.json', JSON.stringify({ _meta: { hostvars: { a: { ansible_host: '10.0.0.1' } } } }))
    const report = await run({ source: 'ansible', from: { command: ['cat', 'list.json'] } })
    assert.deepEqual(report.added, ['a'])
    for (const command of [['no-such-program-here'], ['false']])
      await assert.rejects(run({ source: 'ansible', from: { command } }), { code: 'SOURCE_FAILED' })
  })

  it('writes nothing that was not planned', async () => {
    await using netlatch = await open()
    const before = await snapshot()
    const report = await importInventory(netlatch, oxidized())
    assert.deepEqual(await snapshot(), before)
    await write('inventory.yaml', 'devices: { mine: { host: 10.0.0.1 } }\n')
    await assert.rejects(writeInventory(netlatch, report), { code: 'FILE_CHANGED' })
    assert.match(await read('inventory.yaml'), /mine/)
  })
})

describe('syncing a generated inventory', () => {
  const request = (server: NetBoxServer, filter?: string): SyncRequest => ({
    source: 'netbox',
    url: server.url,
    token: 'env:NETBOX_TOKEN',
    filter,
  })
  const devices = Array.from({ length: 120 }, (_, index) => netBoxDevice(index + 1))

  it('writes the same file for the same answer, page by page, and it checks without errors', async () => {
    await using server = await NetBoxServer.start({ devices, token })
    const report = await sync(request(server, 'status=active'))
    assert.equal(report.file, 'inventory/netbox.yaml')
    assert.equal(report.added.length, 120)
    assert.match(await read('inventory/netbox.yaml'), /^# Generated from NetBox .* edit NetBox instead/)
    assert.match(await read('netlatch.yaml'), /^inventory: \[inventory.yaml, inventory\/netbox.yaml\]$/m)
    assert.deepEqual(await errorsIn(), [])
    const before = await snapshot()
    server.devices = devices.toReversed()
    const second = await sync(request(server, 'status=active'))
    assert.deepEqual([second.changes, second.added, second.removed, second.changed], [[], [], [], []])
    assert.deepEqual(await snapshot(), before)
    assert.ok(!JSON.stringify([before, second]).includes(token))
  })

  it('takes the examples of a new workspace away, and the groups that they would stand for', async () => {
    const content = JSON.stringify({
      all: { children: ['dc1'] },
      dc1: { hosts: ['sw-1'] },
      _meta: { hostvars: { 'sw-1': { ansible_host: '10.0.0.1', ansible_network_os: 'ios' } } },
    })
    const ansible = { source: 'ansible', from: { text: content, name: 'standard input' } } as const
    const report = await sync(ansible)
    assert.equal(report.examplesGone, 'inventory.yaml')
    assert.equal(await read('inventory.yaml'), 'version: 1\n\ndevices: {}\n')
    assert.deepEqual(await errorsIn(), [])
    await using netlatch = await open()
    assert.deepEqual(
      netlatch.inventory.devices.map(({ name, site, groups }) => [name, site, groups]),
      [['sw-1', undefined, ['dc1']]],
    )
    assert.deepEqual((await sync(ansible)).changes, [])
  })

  it('leaves examples alone that a person has written to, if only a comment', async () => {
    const mine = `${await read('inventory.yaml')}# to do: the lab\n`
    await write('inventory.yaml', mine)
    await using server = await NetBoxServer.start({ devices: devices.slice(0, 2), token })
    const report = await sync(request(server))
    assert.equal(report.examplesGone, undefined)
    assert.equal(await read('inventory.yaml'), mine)
  })

  it('follows its source, and keeps what the source does not know', async () => {
    await using server = await NetBoxServer.start({ devices: devices.slice(0, 3), token })
    await sync(request(server))
    const generated = await read('inventory/netbox.yaml')
    const annotated = generated.replace(
      '  sw-0002:\n',
      '  sw-0002:\n    realm: on-device\n    port: 2222\n    ssh: { algorithms: legacy-sha1, until: 2030-01-01 }\n',
    )
    await write('inventory/netbox.yaml', annotated)
    server.devices = [
      netBoxDevice(2, { site: { slug: 'muc' } }),
      netBoxDevice(3, { platform: { slug: 'who-knows' } }),
      netBoxDevice(4),
    ]
    const report = await sync(request(server))
    assert.deepEqual([report.added, report.removed, report.changed], [['sw-0004'], ['sw-0001'], ['sw-0002']])
    await using netlatch = await open()
    const device = netlatch.inventory.byName.get('sw-0002')
    assert.deepEqual(
      [device?.site, device?.realm, device?.port, device?.ssh.algorithms],
      ['muc', 'on-device', 2222, 'legacy-sha1'],
    )
    // A platform that became unknown there was known here.
    assert.equal(netlatch.inventory.byName.get('sw-0003')?.platform, 'cisco_ios')
    assert.deepEqual(await errorsIn(), [])
  })

  it('leaves devices that another file has, and files that it did not make', async () => {
    await write('inventory.yaml', 'devices: { sw-0001: { host: 10.9.9.9 } }\n')
    await using server = await NetBoxServer.start({ devices: devices.slice(0, 2), token })
    const report = await sync(request(server))
    assert.deepEqual(report.present, [{ name: 'sw-0001', file: 'inventory.yaml' }])
    assert.deepEqual(await errorsIn(), [])
    await write('inventory/netbox.yaml', 'devices: { mine: { host: 10.0.0.1 } }\n')
    await assert.rejects(sync(request(server)), { code: 'INPUT_INVALID', message: /was not generated from NetBox/ })
  })

  it('never empties a file because the source gave nothing', async () => {
    await using server = await NetBoxServer.start({ devices, token })
    await sync(request(server))
    const before = await snapshot()
    server.devices = []
    await assert.rejects(sync(request(server)), { code: 'INPUT_INVALID', message: /gave no device/ })
    server.devices = devices.map((device) => ({ ...device, name: null }))
    await assert.rejects(sync(request(server)), { message: /that can be taken: no name \(120\)\. Nothing was written/ })
    server.intercept((_request, response) => {
      response.writeHead(200).end('<html>maintenance</html>')
      return true
    })
    await assert.rejects(sync(request(server)), { code: 'SOURCE_FAILED' })
    assert.deepEqual(await snapshot(), before)
  })

  it('needs a reference for the token, and a token behind it', async () => {
    await using server = await NetBoxServer.start({ devices, token })
    const secret = 'nbt_typed.by-hand'
    await assert.rejects(
      sync({ source: 'netbox', url: server.url, token: secret }),
      (error: Error & { code: string }) => error.code === 'USAGE' && !error.message.includes(secret),
    )
    await assert.rejects(sync({ source: 'netbox', url: server.url, token: 'env:NOT_SET' }), {
      message: 'env:NOT_SET: there is no token.',
    })
    assert.equal(server.requests.length, 0)
  })

  it('generates from Ansible too, whose groups and jump hosts it follows', async () => {
    const list = (hosts: readonly string[], args?: string) =>
      JSON.stringify({
        _meta: { hostvars: Object.fromEntries(hosts.map((host) => [host, { ansible_ssh_common_args: args }])) },
        core: { hosts },
      })
    const of = (content: string): SyncRequest => ({ source: 'ansible', from: { text: content, name: 'list' } })
    await sync(of(list(['a.example', 'b.example'], '-J bastion')))
    assert.match(await read('netlatch.yaml'), /bastion: \{ ssh: bastion \}/)
    const report = await sync(of(list(['b.example', 'c.example'])))
    assert.deepEqual([report.added, report.removed, report.changed], [['c.example'], ['a.example'], ['b.example']])
    assert.doesNotMatch(await read('inventory/ansible.yaml'), /bastion/)
    assert.ok(existsSync(join(folder, 'inventory/ansible.yaml')))
    assert.deepEqual(await errorsIn(), [])
  })
})
