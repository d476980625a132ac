import assert from 'node:assert/strict'
import { appendFile, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it } from 'mocha'
import { fitImport } from '../../../../packages/core/src/inventory/import/fit-import.ts'
import { readSource } from '../../../../packages/core/src/inventory/import/read-source.ts'
import { importedSecret, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** The columns that matter, as VelocityCollector's schema has them. */
const dcim = (hasResults: boolean) => `
  create table dcim_site (id integer primary key, name text, slug text);
  create table dcim_device_role (id integer primary key, name text, slug text);
  create table dcim_platform (id integer primary key, name text, slug text, netmiko_device_type text);
  create table dcim_device (id integer primary key, name text not null, site_id integer, platform_id integer,
    role_id integer, status text default 'active', primary_ip4 text, primary_ip6 text, oob_ip text,
    credential_id integer, ssh_port integer default 22
    ${hasResults ? ", credential_test_result text default 'untested'" : ''});
  insert into dcim_site values (1, 'Frankfurt', 'fra'), (2, 'Munich', 'muc');
  insert into dcim_device_role values (1, 'Spine', 'spine');
  insert into dcim_platform values (1, 'Arista EOS', 'arista_eos', 'arista_eos'), (2, 'Cisco IOS-XE', 'cisco_ios_xe', ''),
    (3, 'OneOS', 'oneos', 'ekinops_oneos');
  insert into dcim_device (name, site_id, platform_id, role_id, status, primary_ip4, primary_ip6, oob_ip, credential_id, ssh_port)
    values ('spine-1', 1, 1, 1, 'active', '10.0.0.1/24', '2001:db8::1', null, 1, 2222),
      ('leaf-1', 1, 2, null, 'staged', '10.0.0.2', null, '192.0.2.2', 2, 22),
      ('leaf-1', 2, 2, null, 'active', '10.1.0.2', null, null, null, 22),
      ('srl-1', 2, 3, null, 'active', '10.1.0.3', null, null, 1, 22),
      ('none-1', 2, null, null, 'active', null, null, null, null, 22);`

describe('importing from VelocityCollector', () => {
  const root = temporaryFolder()
  const read = (path: string) =>
    readSource({ source: 'velocitycollector', from: { path } }, { folder: root(), env: {} })
  const make = async (name: string, sql: string) => {
    await mkdir(join(root(), name), { recursive: true })
    const database = new DatabaseSync(join(root(), name, 'dcim.db'))
    database.exec(sql)
    database.close()
    const vault = new DatabaseSync(join(root(), name, 'collector.db'))
    vault.exec(`create table credentials (id integer primary key, name text, username text, password_encrypted text);
      insert into credentials values (1, 'legacy-core', 'netops', '${importedSecret}'), (2, 'lab', 'admin', null);`)
    vault.close()
    return join(root(), name)
  }
  let folder = ''
  before(async () => {
    folder = await make(
      'current',
      `${dcim(true)} update dcim_device set credential_test_result = 'success' where name in ('spine-1', 'srl-1');
       update dcim_device set credential_test_result = 'failed' where name = 'leaf-1';`,
    )
  })

  it('takes devices with their sites, platforms, roles and the credentials that worked', async () => {
    const imported = await read(folder)
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts, port, platform, status, site, role, credential }) =>
        [name, hosts.join(' '), port, platform, status, site, role, credential].join(),
      ),
      [
        'leaf-1,10.0.0.2 192.0.2.2,22,cisco_ios,staged,fra,,',
        'spine-1,10.0.0.1 2001:db8::1,2222,arista_eos,active,fra,spine,legacy-core',
        'srl-1,10.1.0.3,22,autodetect,active,muc,,legacy-core',
      ],
    )
    assert.deepEqual(shownNotes(imported), [
      'skipped: a name that is there twice (another site) (leaf-1 (muc))',
      'skipped: no address (none-1)',
      'platform: platform "ekinops_oneos" (srl-1)',
    ])
    assert.doesNotMatch(JSON.stringify(imported), new RegExp(importedSecret))
    assert.deepEqual(await read(join(folder, 'dcim.db')), imported)
  })

  it('says how its credentials come into the vault', async () => {
    const fitted = fitImport(await read(folder), [])
    assert.deepEqual(
      fitted.notes.filter(({ kind }) => kind === 'login').map(({ advice, devices }) => [advice, ...devices]),
      [['netlatch vault add legacy-core --username netops --tags legacy-core', 'spine-1', 'srl-1']],
    )
    assert.deepEqual(inventoryOf(fitted).byName.get('spine-1')?.tags, ['legacy-core'])
    const known = fitImport(await read(folder), ['legacy-core'])
    assert.equal(known.devices.find(({ name }) => name === 'spine-1')?.values.credential, 'legacy-core')
  })

  it('reads the schema before tests were remembered, and does without the vault', async () => {
    const old = await make('old', dcim(false))
    const pins = async () => (await read(old)).devices.map(({ name, values }) => `${name} ${values.credential}`)
    assert.deepEqual(await pins(), ['leaf-1 lab', 'spine-1 legacy-core', 'srl-1 legacy-core'])
    await rm(join(old, 'collector.db'))
    assert.deepEqual(await pins(), ['leaf-1 undefined', 'spine-1 undefined', 'srl-1 undefined'])
  })

  it('refuses what would read as sound and is not', async () => {
    const copy = async (name: string) => {
      await mkdir(join(root(), name), { recursive: true })
      await copyFile(join(folder, 'dcim.db'), join(root(), name, 'dcim.db'))
      return join(root(), name, 'dcim.db')
    }
    const busy = await copy('busy')
    await writeFile(`${busy}-wal`, 'not yet in the file')
    await assert.rejects(read(busy), {
      code: 'FILE_UNREADABLE',
      message: /another program is writing/,
    })
    const empty = await copy('empty')
    await writeFile(empty, '')
    await assert.rejects(read(empty), { code: 'INPUT_INVALID', message: /no SQLite file/ })
    const other = await copy('other')
    await rm(other)
    new DatabaseSync(other).exec('create table x (y)')
    await assert.rejects(read(other), { code: 'INPUT_INVALID' })
    const broken = await copy('broken')
    await writeFile(broken, 'SQLite format 3\0')
    await appendFile(broken, Buffer.alloc(4096, 7))
    await assert.rejects(read(broken), { code: 'FILE_UNREADABLE' })
    await assert.rejects(read(join(root(), 'gone.db')), { code: 'FILE_UNREADABLE' })
  })
})
