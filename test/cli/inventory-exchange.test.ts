import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { CommandInProcess } from '../support/command-in-process.ts'
import { importedSecret, importFile } from '../support/imported-inventory.ts'
import { NetBoxServer, netBoxDevice } from '../support/netbox-server.ts'

describe('netlatch inventory', () => {
  let line: CommandInProcess
  const read = (name: string) => readFile(join(line.folder, name), 'utf8')
  const write = (name: string, text: string) => writeFile(join(line.folder, name), text)
  before(async () => {
    line = await CommandInProcess.make()
    await line.mustRun(['init', '--yes'])
    await write('router.db', importFile('oxidized.db'))
    await write('devices.csv', importFile('devices.csv'))
    await cp('test/data/import/ansible', join(line.folder, 'ansible'), { recursive: true })
  })
  after(() => line[Symbol.asyncDispose]())

  const map = ['--map', 'name:ip:model:group:username:password:enable']

  it('import: tells by cause what came and what did not, and ends with the problems of the file', async () => {
    const untold = await line.run(['inventory', 'import', 'oxidized', 'router.db'])
    assert.equal(untold.exitCode, 3)
    assert.match(untold.stderr, /--map name:ip:model:group/)

    const dry = await line.mustRun(['inventory', 'import', 'oxidized', 'router.db', ...map, '--dry-run'])
    assert.match(dry.stdout, /^-\s+example-switch-1:$/m)
    assert.match(dry.stdout, /^\+\s+fra-core-1:$/m)
    assert.match(await read('inventory.yaml'), /example-switch-1/)

    const { stdout } = await line.mustRun(['inventory', 'import', 'oxidized', 'router.db', ...map])
    assert.match(stdout, /^4 devices, 2 groups, 2 skipped from Oxidized\n {2}inventory.yaml: 4 new\n/)
    assert.match(
      stdout,
      /column password of netops +3 +router\.db:\d+ .* netlatch vault add netops --username netops --tags access,core/,
    )
    assert.match(stdout, /platform "oneos" +1 +fra-wlc-1/)
    assert.match(stdout, /warning: no credential applies to device fra-acc-1/)
    assert.ok(!(stdout + dry.stdout + (await read('inventory.yaml'))).includes(importedSecret))

    const before = await read('inventory.yaml')
    const again = await line.mustRun(['inventory', 'import', 'oxidized', 'router.db', ...map, '--json'])
    assert.equal(again.objects[0]?.type, 'import')
    assert.deepEqual(again.objects[0]?.files, [])
    assert.equal(await read('inventory.yaml'), before)
  })

  it('import: says what it can read, and where NetBox belongs', async () => {
    const wrong = await line.run(['inventory', 'import', 'puppet', 'x'])
    assert.equal(wrong.exitCode, 2)
    assert.match(wrong.stderr, /One of: ansible, oxidized, rancid/)
    const netbox = await line.run(['inventory', 'import', 'netbox', 'x'])
    assert.match(netbox.stderr, /netlatch inventory sync netbox --url/)
    const gone = await line.run(['inventory', 'import', 'csv', 'gone.csv'])
    assert.equal(gone.exitCode, 3)
    assert.match(gone.stderr, /gone.csv: there is no such file/)
  })

  it('import: takes what a program writes', async () => {
    await write('list.json', JSON.stringify({ _meta: { hostvars: { web: { ansible_host: '10.0.0.80' } } } }))
    const { stdout } = await line.mustRun(['inventory', 'import', 'ansible', '--', 'cat', 'list.json'])
    assert.match(stdout, /inventory\/ansible.yaml: 1 new\n {2}netlatch.yaml: changed to match/)
  })

  it('import: reports files that ansible-vault has sealed, and reads the rest', async () => {
    await mkdir(join(line.folder, 'sealed/group_vars/all'), { recursive: true })
    await write('sealed/hosts.yml', 'all:\n  hosts:\n    sealed-1: { ansible_host: 10.7.0.1 }\n')
    await write('sealed/group_vars/all/vault.yml', `$ANSIBLE_VAULT;1.1;AES256\n${importedSecret}\n`)
    await write('sealed/group_vars/all/vars.yml', 'ansible_network_os: ios\n')
    const words = ['inventory', 'import', 'ansible', 'sealed/hosts.yml', '--dry-run']
    const { stdout } = await line.mustRun(words)
    assert.match(stdout, /^\+ {4}platform: cisco_ios$/m)
    assert.match(stdout, /variables sealed by ansible-vault +1 +sealed\/group_vars\/all\/vault\.yml:1 /)
    assert.ok(!stdout.includes(importedSecret))
  })

  it('sync: follows NetBox, asks before many devices go, and never shows the token', async () => {
    const token = 'nbt-not.shown-anywhere'
    const devices = Array.from({ length: 60 }, (_, index) => netBoxDevice(index + 1))
    await using server = await NetBoxServer.start({ devices, token })
    const words = ['inventory', 'sync', 'netbox', '--url', server.url, '--filter', 'status=active&tenant=acme']
    const without = await line.run(words)
    assert.match(without.stderr, /env:NETBOX_TOKEN: there is no token/)
    const first = await line.mustRun(words, { NETBOX_TOKEN: token })
    assert.match(first.stdout, /inventory\/netbox.yaml: 60 new, 0 changed, 0 gone/)
    assert.match((await line.mustRun(words, { NETBOX_TOKEN: token })).stdout, /inventory\/netbox.yaml: unchanged/)

    server.devices = devices.slice(0, 10)
    const unasked = await line.run(words, { NETBOX_TOKEN: token })
    assert.equal(unasked.exitCode, 2)
    assert.match(unasked.stderr, /Add --yes to take 50 devices out of inventory\/netbox.yaml/)
    assert.match(await read('inventory/netbox.yaml'), /sw-0060/)
    const sure = await line.mustRun([...words, '--yes'], { NETBOX_TOKEN: token })
    assert.match(sure.stdout, /0 new, 0 changed, 50 gone/)

    const refused = await line.run(words, { NETBOX_TOKEN: 'another' })
    assert.equal(refused.exitCode, 3)
    assert.match(refused.stderr, /the token may not read devices \(HTTP 403\)/)
    assert.ok(!(first.stdout + first.stderr + refused.stderr + (await read('inventory/netbox.yaml'))).includes(token))
  })

  it('set: changes many devices at once, shows how, and asks from 21 on', async () => {
    const dry = await line.mustRun(['inventory', 'set', 'fra-acc-1', 'site=fra', 'tags+=lab', '--dry-run'])
    assert.match(
      dry.stdout,
      /^--- inventory.yaml\n\+\+\+ inventory.yaml\n@@ [^\n]+\n(?:.*\n)*\+ {4}site: fra\n\+ {4}tags: \[lab\]$/m,
    )
    assert.doesNotMatch(await read('inventory.yaml'), /site: fra/)
    assert.match(
      (await line.mustRun(['inventory', 'set', 'fra-acc-1', 'site=fra'])).stdout,
      /1 device in inventory.yaml/,
    )
    assert.match(await read('inventory.yaml'), /site: fra/)

    const owned = await line.run(['inventory', 'set', 'sw-0001', 'site=muc'])
    assert.equal(owned.exitCode, 2)
    assert.match(owned.stderr, /site of sw-0001 comes from NetBox/)
    await line.mustRun(['inventory', 'set', 'sw-0001', 'ssh.algorithms=legacy-sha1'])
    assert.match(await read('inventory/netbox.yaml'), /ssh: \{ algorithms: legacy-sha1 \}/)

    const lines = Array.from({ length: 21 }, (_, index) => `  m-${index}: { host: 10.8.0.${index} }\n`)
    await write('many.yaml', `devices:\n${lines.join('')}`)
    await write('netlatch.yaml', (await read('netlatch.yaml')).replace(/^inventory: \[/m, 'inventory: [many.yaml, '))
    const many = await line.run(['inventory', 'set', 'name:m-*', 'role=lab'])
    assert.equal(many.exitCode, 2)
    assert.match(many.stderr, /Add --yes to change 21 devices, or --dry-run/)
    await line.mustRun(['inventory', 'set', 'name:m-*', 'role=lab', '--yes'])
    assert.equal((await read('many.yaml')).match(/role: lab/g)?.length, 21)

    for (const words of [['set', 'fra-acc-1'], ['set', 'site=fra'], ['set', 'fra-acc-1', 'sitee=x'], ['remove']])
      assert.equal((await line.run(['inventory', ...words])).exitCode, 2, words.join(' '))
  })

  it('add, remove, rename-tag: change their own lines only', async () => {
    await line.mustRun([
      'inventory',
      'add',
      'new-1',
      'host=10.0.0.99',
      'tags=lab',
      'ssh.algorithms=museum',
      '--into',
      'inventory.yaml',
    ])
    assert.match(
      await read('inventory.yaml'),
      / {2}new-1:\n {4}host: 10.0.0.99\n {4}tags: \[lab\]\n {4}ssh: \{ algorithms: museum \}\n/,
    )
    await line.mustRun(['inventory', 'rename-tag', 'lab', 'test'])
    assert.match(await read('inventory.yaml'), /tags: \[test\]/)
    await line.mustRun(['inventory', 'remove', 'new-1'])
    assert.doesNotMatch(await read('inventory.yaml'), /new-1/)
    const broken = await line.run(['inventory', 'add', 'bad', 'host=10.0.0.300'])
    assert.equal(broken.exitCode, 3)
    assert.equal((await line.run(['inventory', 'remove', 'sw-0001'])).exitCode, 2)
  })

  it('export: hands devices to other tools, and asks before it replaces a file', async () => {
    const { stdout } = await line.mustRun(['inventory', 'export', 'csv', 'fra-core-1'])
    assert.match(stdout, /^name,host,.*\r\nfra-core-1,10.20.0.1,22,cisco_xr/)
    await line.mustRun(['inventory', 'export', 'nornir', '--output', 'nornir'])
    assert.match(await read('nornir/hosts.yaml'), /^fra-core-1:$/m)
    await line.mustRun(['inventory', 'export', 'nornir', '--output', 'nornir'])
    await write('nornir/groups.yaml', 'mine: {}\n')
    const taken = await line.run(['inventory', 'export', 'nornir', '--output', 'nornir'])
    assert.equal(taken.exitCode, 2)
    assert.match(taken.stderr, /groups.yaml is there already. Add --yes to replace it/)
    assert.equal((await line.run(['inventory', 'export', 'nornir'])).exitCode, 2)
    assert.match(
      (await line.mustRun(['inventory', 'export', 'ansible', 'all'])).stdout,
      /ansible_network_os: cisco.iosxr.iosxr/,
    )
  })

  it('export: holds no secret of what it was made from, in any format', async () => {
    await using other = await CommandInProcess.make()
    await other.mustRun(['init', '--yes'])
    for (const name of ['nornir/hosts.yaml', 'nornir/groups.yaml', 'nornir/defaults.yaml', 'ansible/hosts.yml']) {
      await mkdir(dirname(join(other.folder, name)), { recursive: true })
      await writeFile(join(other.folder, name), importFile(name))
    }
    const vars = { ansible_password: importedSecret, enable_secret: importedSecret }
    await mkdir(join(other.folder, 'ansible/group_vars'))
    await writeFile(join(other.folder, 'ansible/group_vars/all.yml'), JSON.stringify(vars))
    const inPlace = '[{ format: nornir, path: nornir }, { format: ansible, path: ansible/hosts.yml }]'
    await writeFile(join(other.folder, 'netlatch.yaml'), `inventory: ${inPlace}\n`)
    const check = await other.mustRun(['inventory', 'check'])
    assert.match(check.stdout + check.stderr, /ansible\/group_vars\/all\.yml:1:\d+ {2}warning: a secret, not read/)
    for (const format of ['ansible', 'nornir', 'csv']) {
      await other.mustRun(['inventory', 'export', format, '--output', `out-${format}`])
      const paths = format === 'nornir' ? ['hosts', 'groups', 'defaults'].map((name) => `/${name}.yaml`) : ['']
      for (const path of paths) {
        const text = await readFile(join(other.folder, `out-${format}${path}`), 'utf8')
        assert.ok(!text.includes(importedSecret), `${format}${path}`)
      }
    }
    assert.ok(!(check.stdout + check.stderr).includes(importedSecret))
    // A secret in our own file is an error that nothing is made of.
    await writeFile(join(other.folder, 'own.yaml'), `devices: { a: { host: 10.0.0.1, password: ${importedSecret} } }\n`)
    await writeFile(join(other.folder, 'netlatch.yaml'), 'inventory: [own.yaml]\n')
    const refused = await other.run(['inventory', 'export', 'csv'])
    assert.equal(refused.exitCode, 3)
    assert.ok(!(refused.stdout + refused.stderr).includes(importedSecret))
  })

  it('schema: prints what editors want', async () => {
    const { stdout } = await line.mustRun(['inventory', 'schema', 'workspace'])
    assert.ok(JSON.parse(stdout).properties.jump_hosts)
    assert.ok(JSON.parse((await line.mustRun(['inventory', 'schema'])).stdout).properties.devices)
    assert.equal((await line.run(['inventory', 'schema', 'x'])).exitCode, 2)
  })

  it('reads the inventory of another tool in place, and only reads it', async () => {
    await write('netlatch.yaml', 'inventory: [{ format: ansible, path: ansible/hosts.yml }]\n')
    assert.match((await line.mustRun(['inventory', 'list', 'site:fra'])).stdout, /fra-sw02 +fra-sw02 +cisco_ios +fra/)
    const shown = await line.mustRun(['inventory', 'show', 'muc-core-1'])
    assert.match(shown.stdout, /platform +arista_eos +group spines, ansible\/hosts.yml:24/)
    const edited = await line.run(['inventory', 'set', 'muc-core-1', 'site=x'])
    assert.equal(edited.exitCode, 2)
    assert.match(edited.stderr, /an inventory of Ansible: Netlatch only reads it/)
  })
})
