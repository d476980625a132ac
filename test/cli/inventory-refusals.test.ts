import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'mocha'
import { importSources } from '../../packages/core/src/inventory/import/imported.ts'
import { CommandInProcess } from '../support/command-in-process.ts'
import { importedSecret, importFile } from '../support/imported-inventory.ts'

describe('netlatch inventory import and sync, given something else', () => {
  let line: CommandInProcess
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'hosts.ini': `[core]\nfra-core-1 ansible_host=10.0.0.1 ansible_password=${importedSecret}\n\n[all:vars]\nansible_user=netops\n`,
    'ungrouped.ini': `fra-core-1 ansible_host=10.0.0.1 ansible_password=${importedSecret}\n`,
    'inventory.py': '#!/usr/bin/env python3\nprint("{}")\n',
    passwd: 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n',
    'empty.txt': '',
    'comments.txt': '# nothing\n\n; here\n',
    binary: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0xfe, 0, 58, 10]),
    'utf16.txt': Buffer.from(`\uFEFFname,host\r\na,10.0.0.1\r\n`, 'utf16le'),
    'nothing.json': '{}',
    'no-list.json': '[]',
    'cut-off.json': `{"_meta": {"hostvars": {"a": {"ansible_password": "${importedSecret}`,
    'other.json': '{ "servers": [1, 2] }',
    'other.yaml': 'image: debian\nscript: [make]\n',
    'playbook.yml': '---\n- hosts: all\n  tasks: []\n',
    'login.html': '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n',
    'words.txt': 'to be done next week\n',
  }
  const others = Object.keys(files)

  before(async () => {
    line = await CommandInProcess.make()
    await line.mustRun(['init', '--yes'])
    for (const [name, content] of Object.entries(files)) await writeFile(join(line.folder, name), content)
    await mkdir(join(line.folder, 'folder'))
    new DatabaseSync(join(line.folder, 'other.db')).exec('create table x (y)')
  })
  after(() => line[Symbol.asyncDispose]())

  const written = async () =>
    Promise.all(['inventory.yaml', 'netlatch.yaml'].map((name) => readFile(join(line.folder, name), 'utf8')))

  async function refused(words: readonly string[], file: string): Promise<string> {
    const before = await written()
    const { exitCode, stdout, stderr } = await line.run(['inventory', ...words, file])
    const said = `netlatch inventory ${words.join(' ')} ${file}: ${exitCode}\n${stdout}${stderr}`
    assert.equal(exitCode, 3, said)
    assert.equal(stdout, '', said)
    // One place, one fact, one thing to do.
    assert.match(stderr, /^[^\n]+\.\n {2}[^\n]+\n$/, said)
    assert.ok(stderr.startsWith(file), said)
    assert.ok(!stderr.startsWith(`${file}:1:1  ${file}`), said)
    assert.ok(!stderr.includes(importedSecret), said)
    assert.deepEqual(await written(), before, said)
    return stderr
  }

  for (const source of importSources)
    it(`import ${source}: refuses every other kind of file with one message, and writes nothing`, async () => {
      for (const file of [...others, 'folder', 'other.db', 'gone.txt']) await refused(['import', source], file)
    })

  it('sync ansible: refuses them too', async () => {
    for (const file of [...others, 'folder', 'other.db', 'gone.txt']) await refused(['sync', 'ansible'], file)
  })

  it('names what it found, and the command that brings what it needs', async () => {
    const cases: readonly (readonly [words: readonly string[], file: string, message: string])[] = [
      [
        ['import', 'ansible'],
        'hosts.ini',
        'hosts.ini:1:1  an INI file, not what ansible-inventory --list writes.\n' +
          '  Let Ansible read it first: ansible-inventory -i hosts.ini --list > inventory.json\n',
      ],
      [
        ['import', 'csv'],
        'folder',
        'folder:1:1  a folder, not a table of devices.\n' +
          '  Begin it with a line of column names, as: name,host,platform,site,tags\n',
      ],
      [
        ['import', 'velocitycollector'],
        'other.db',
        "other.db:1:1  a database without its table of devices, not VelocityCollector's database.\n" +
          '  As: netlatch inventory import velocitycollector ~/.vcollector/dcim.db\n',
      ],
      [
        ['import', 'nornir'],
        'folder',
        "folder:1:1  a folder without hosts.yaml, not a folder with Nornir's hosts.yaml.\n" +
          '  As: netlatch inventory import nornir inventory/\n',
      ],
      [['import', 'csv'], 'gone.txt', 'gone.txt: there is no such file.\n  Correct the name.\n'],
    ]
    for (const [words, file, message] of cases) assert.equal(await refused(words, file), message)
  })

  it('takes no inventory of one tool for that of another', async () => {
    const theirs: Readonly<Record<string, string>> = {
      ansible: JSON.stringify({ _meta: { hostvars: { a: { ansible_host: '10.0.0.1' } } } }),
      oxidized: importFile('oxidized.db'),
      csv: importFile('devices.csv'),
      'ssh-config': importFile('ssh_config'),
      containerlab: importFile('lab.clab.yml'),
      netraven: importFile('netraven.json'),
    }
    for (const [theirName, text] of Object.entries(theirs)) {
      const file = `${theirName}.inventory`
      await writeFile(join(line.folder, file), text)
      for (const source of importSources) {
        // RANCID's and Oxidized's lines are alike, and a table is a table.
        const isAlike = source === theirName || (source === 'netraven' && theirName === 'csv')
        const isLines = source === 'rancid' && theirName === 'oxidized'
        if (!isAlike && !isLines) await refused(['import', source], file)
      }
    }
  })

  it('says by cause why no device could be taken', async () => {
    const hosts = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, { ansible_connection: name === 'c' ? 'docker' : 'winrm' }]),
    )
    await writeFile(join(line.folder, 'servers.json'), JSON.stringify({ _meta: { hostvars: hosts } }))
    assert.match(
      await refused(['import', 'ansible'], 'servers.json'),
      /no device that can be taken: ansible_connection winrm \(2\), ansible_connection docker \(1\)\.\n/,
    )
  })

  it('refuses YAML that is broken in the middle rather than taking its first half', async () => {
    await writeFile(join(line.folder, 'broken.yml'), 'all:\n  hosts:\n    a: { ansible_host: 10.0.0.1 }\n   b: {}\n')
    const ansible = await line.run(['inventory', 'import', 'ansible', 'broken.yml'])
    assert.equal(ansible.exitCode, 3)
    assert.match(ansible.stderr, /^broken\.yml:\d+:\d+ {2}/)
    await mkdir(join(line.folder, 'nornir'))
    await writeFile(join(line.folder, 'nornir/hosts.yaml'), 'a: { hostname: 10.0.0.1 }\nb: {\n')
    const nornir = await line.run(['inventory', 'import', 'nornir', 'nornir'])
    assert.equal(nornir.exitCode, 3)
    assert.match(nornir.stderr, /^nornir\/hosts\.yaml:\d+:\d+ {2}/)
  })
})
