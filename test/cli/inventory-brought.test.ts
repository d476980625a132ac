import assert from 'node:assert/strict'
import { glob, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { CommandInProcess } from '../support/command-in-process.ts'
import { importedSecret } from '../support/imported-inventory.ts'
import { NetBoxServer, netBoxDevice } from '../support/netbox-server.ts'

const many = 1000
const numbers = Array.from({ length: many }, (_, index) => index)
const nameOf = (index: number) => `${['fra', 'muc', 'ber', 'ham'][index % 4]}-sw-${String(index).padStart(4, '0')}`
const addressOf = (index: number) => `10.${index % 4}.${index >> 8}.${index & 255}`

/** As `ansible-inventory --list` writes it: sites in regions in one group above all. */
function ansibleList(): object {
  const groups = new Map<string, { hosts: string[] }>()
  for (const index of numbers) {
    const site = `site_${index % 20}`
    groups.set(site, { hosts: [...(groups.get(site)?.hosts ?? []), nameOf(index)] })
  }
  const regions = Array.from({ length: 4 }, (_, region) => [
    `region_${region}`,
    { children: [...groups.keys()].filter((_site, site) => site % 4 === region) },
  ])
  const hostvars = numbers.map((index) => [
    nameOf(index),
    {
      ansible_host: addressOf(index),
      ansible_network_os: ['cisco.ios.ios', 'arista.eos.eos', 'acme.os.os'][index % 3],
      ansible_user: 'netops',
      ...(index % 3 === 1 && { ansible_password: importedSecret }),
    },
  ])
  return {
    _meta: { hostvars: Object.fromEntries(hostvars) },
    all: { children: ['ungrouped', 'network'] },
    network: { children: regions.map(([name]) => name) },
    ...Object.fromEntries(regions),
    ...Object.fromEntries(groups),
  }
}

function routerDb(): string {
  const rows = numbers.map((index) => {
    const model = ['ios', 'eos', 'acme'][index % 3]
    return [nameOf(index), addressOf(index), model, `site-${index % 20}`, 'netops', importedSecret].join(':')
  })
  return `# written by a script\n${rows.join('\n')}\n`
}

/** Its two databases, with the tables and columns that matter. */
function velocityCollector(folder: string): void {
  const devices = new DatabaseSync(join(folder, 'dcim.db'))
  devices.exec(`
    create table dcim_site (id integer primary key, name text, slug text);
    create table dcim_device_role (id integer primary key, name text, slug text);
    create table dcim_platform (id integer primary key, name text, slug text, netmiko_device_type text);
    create table dcim_device (id integer primary key, name text not null, site_id integer, platform_id integer,
      role_id integer, status text, primary_ip4 text, primary_ip6 text, oob_ip text, credential_id integer,
      ssh_port integer, credential_test_result text);
    insert into dcim_site values (1, 'Frankfurt', 'fra'), (2, 'Munich', 'muc');
    insert into dcim_device_role values (1, 'Access', 'access');
    insert into dcim_platform values (1, 'Arista EOS', 'arista_eos', 'arista_eos'), (2, 'Acme OS', 'acme', 'acme_os');`)
  const insert = devices.prepare(
    "insert into dcim_device values (?, ?, ?, ?, 1, 'active', ?, null, null, 1, 22, 'success')",
  )
  devices.exec('begin')
  for (const index of numbers)
    insert.run(index + 1, nameOf(index), (index % 2) + 1, (index % 2) + 1, `${addressOf(index)}/24`)
  devices.exec('commit')
  devices.close()
  const vault = new DatabaseSync(join(folder, 'collector.db'))
  vault.exec('create table credentials (id integer primary key, name text, username text, password_encrypted text)')
  vault.prepare('insert into credentials values (1, ?, ?, ?)').run('legacy', 'netops', importedSecret)
  vault.close()
}

describe('an inventory of 1,000 devices, brought by one command', () => {
  let line: CommandInProcess
  beforeEach(async () => {
    line = await CommandInProcess.make()
    await line.mustRun(['init', '--yes'])
  })
  afterEach(() => line[Symbol.asyncDispose]())

  /** Every file of the workspace, bytes and all. */
  async function workspace(): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>()
    for await (const name of glob('**/*', { cwd: line.folder })) {
      const path = join(line.folder, name)
      if ((await stat(path)).isFile()) files.set(name, (await readFile(path)).toString('latin1'))
    }
    return files
  }

  /** Imports, checks, imports again; gives what the first import said. */
  async function bring(words: readonly string[], file: string, secrets?: Readonly<Record<string, string>>) {
    const first = await line.mustRun(words, secrets)
    const check = await line.mustRun(['inventory', 'check', '--json'])
    const errors = check.objects.filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors, [])
    const list = await line.mustRun(['inventory', 'list', 'all', '--json'])
    // A file that is followed stands beside the examples of a new workspace.
    const names = list.objects.flatMap(({ type, name }) => (type === 'device' ? [String(name)] : []))
    assert.equal(names.filter((name) => !name.startsWith('example-')).length, many)

    const before = await workspace()
    assert.ok(before.has(file), `no ${file} in ${[...before.keys()].join(' ')}`)
    const sources = ['list.json', 'router.db', 'collector.db']
    for (const [name, text] of before)
      if (!sources.includes(name)) assert.ok(!text.includes(importedSecret), `a secret in ${name}`)
    const second = await line.mustRun(words, secrets)
    assert.deepEqual(await workspace(), before)
    for (const { stdout, stderr } of [first, second]) {
      assert.ok(!(stdout + stderr).includes(importedSecret))
      for (const each of stdout.split('\n'))
        assert.ok(each.length < 240, `a line of ${each.length} characters: ${each}`)
    }
    return first.stdout
  }

  it('comes from Ansible, with groups of groups', async () => {
    await writeFile(join(line.folder, 'list.json'), JSON.stringify(ansibleList()))
    const said = await bring(['inventory', 'import', 'ansible', 'list.json'], 'inventory.yaml')
    assert.match(said, /^1,000 devices, 25 groups from Ansible\n/)
    assert.match(
      said,
      /ansible_password of netops +333 +list\.json:1 +.* … 321 more +Move it: netlatch vault add netops/,
    )
    assert.match(said, /platform "acme\.os\.os" +333 /)
    const { objects } = await line.mustRun(['inventory', 'show', nameOf(0), '--json'])
    const [device] = objects as { tags: readonly string[] }[]
    assert.deepEqual(device?.tags.toSorted(), ['network', 'region_0', 'site_0'])
  })

  it('comes from an Ansible that is followed', async () => {
    await writeFile(join(line.folder, 'list.json'), JSON.stringify(ansibleList()))
    await bring(['inventory', 'sync', 'ansible', 'list.json'], 'inventory/ansible.yaml')
  })

  it('comes from a router.db', async () => {
    await writeFile(join(line.folder, 'router.db'), routerDb())
    const map = ['--map', 'name:ip:model:group:username:password']
    const said = await bring(['inventory', 'import', 'oxidized', 'router.db', ...map], 'inventory.yaml')
    assert.match(said, /^1,000 devices, 20 groups from Oxidized\n/)
    assert.match(said, /column password of netops +1,000 +router\.db:2 /)
    assert.match(said, /platform "acme" +333 /)
  })

  it('comes from NetBox, page by page over HTTP', async () => {
    const token = 'token-of-nobody'
    const devices = numbers.map((index) => netBoxDevice(index + 1, { name: nameOf(index) }))
    await using server = await NetBoxServer.start({ devices, token })
    const words = ['inventory', 'sync', 'netbox', '--url', server.url]
    const said = await bring(words, 'inventory/netbox.yaml', { NETBOX_TOKEN: token })
    assert.match(said, /^1,000 devices from NetBox\n {2}inventory\/netbox\.yaml: 1,000 new, 0 changed, 0 gone\n/)
    // Twice 20 pages of 50, and another order of the answer changes nothing.
    assert.equal(server.requests.length, 40)
    const before = await workspace()
    server.devices = devices.toReversed()
    await line.mustRun(words, { NETBOX_TOKEN: token })
    assert.deepEqual(await workspace(), before)
  })

  it("comes from VelocityCollector's files", async () => {
    velocityCollector(line.folder)
    const said = await bring(['inventory', 'import', 'velocitycollector', 'dcim.db'], 'inventory.yaml')
    assert.match(said, /^1,000 devices from VelocityCollector\n/)
    assert.match(said, /platform "acme_os" +500 /)
    assert.match(said, /credential legacy is not in the vault.* +1,000 +.* netlatch vault add legacy --username netops/)
  })
})
