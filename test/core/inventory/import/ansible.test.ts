import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { importAnsible } from '../../../../packages/core/src/inventory/import/ansible.ts'
import { readAnsibleJson } from '../../../../packages/core/src/inventory/import/ansible-json.ts'
import { readAnsibleYaml } from '../../../../packages/core/src/inventory/import/ansible-yaml.ts'
import { parseForeignYaml } from '../../../../packages/core/src/inventory/import/foreign-yaml.ts'
import { expandHostPattern } from '../../../../packages/core/src/inventory/import/host-pattern.ts'
import { importedSecret, importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

const fromJson = (inventory: object) => importAnsible(readAnsibleJson(JSON.stringify(inventory), 'ansible-inventory'))
const hosts = (variables: Readonly<Record<string, object>>, groups: object = {}) =>
  fromJson({ _meta: { hostvars: variables }, all: { children: ['ungrouped'] }, ...groups })

const fromYaml = () =>
  importAnsible(
    readAnsibleYaml(parseForeignYaml(importFile('ansible/hosts.yml'), 'hosts.yml'), [
      {
        of: 'group',
        name: 'fra',
        file: parseForeignYaml(importFile('ansible/group_vars/fra.yml'), 'group_vars/fra.yml'),
      },
    ]),
  )

describe('importing from Ansible', () => {
  it('makes 1,000 hosts in groups of groups an inventory without errors, the same each time', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `sw-${index}`)
    const sites = Object.fromEntries(
      Array.from({ length: 50 }, (_, site) => [
        `site_${site}`,
        { hosts: names.filter((_, index) => index % 50 === site) },
      ]),
    )
    const regions = Object.fromEntries(
      Array.from({ length: 5 }, (_, region) => [
        `region_${region}`,
        { children: Object.keys(sites).filter((_, site) => site % 5 === region) },
      ]),
    )
    const hostvars = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          ansible_host: `10.0.${index >> 8}.${index & 255}`,
          ansible_network_os: index % 2 ? 'cisco.ios.ios' : 'arista.eos.eos',
          ansible_user: 'netops',
          ansible_password: importedSecret,
        },
      ]),
    )
    const list = {
      _meta: { hostvars },
      all: { children: ['ungrouped', ...Object.keys(regions)] },
      ...regions,
      ...sites,
    }
    const imported = fromJson(list)
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.equal(inventory.devices.length, 1000)
    assert.equal(inventory.groups.size, 55)
    const device = inventory.byName.get('sw-7')
    assert.deepEqual(device?.groups, ['region_2', 'site_7'])
    assert.deepEqual(device?.tags, ['region_2', 'site_7'])
    assert.equal(device?.platform, 'cisco_ios')
    assert.deepEqual(
      imported.notes.map(({ kind, text, devices }) => [kind, text, devices.length]),
      [['secret', 'ansible_password of netops', 1000]],
    )
    assert.doesNotMatch(JSON.stringify(imported), new RegExp(importedSecret))
    // Another order of the same content is the same file.
    const reversed = { ...list, _meta: { hostvars: Object.fromEntries(Object.entries(hostvars).reverse()) } }
    assert.equal(inventoryOf(fromJson(reversed)).text, inventory.text)
  })

  it('lets variables win as Ansible does: deeper groups over those above, hosts over all', () => {
    const imported = hosts(
      { a: {}, b: { ansible_network_os: 'junos' } },
      {
        all: { children: ['z_top'], vars: { ansible_network_os: 'nxos', ansible_port: 22 } },
        z_top: { children: ['deep', 'low'], vars: { ansible_network_os: 'iosxr', ansible_port: 1022 } },
        deep: { hosts: ['a', 'b'], vars: { ansible_network_os: 'eos', ansible_group_priority: 10 } },
        low: { hosts: ['a', 'b'], vars: { ansible_network_os: 'ios', ansible_port: 2222 } },
      },
    )
    assert.deepEqual(
      imported.devices.map(({ name, values }) => [name, values.platform, values.port]),
      [
        ['a', 'arista_eos', 2222],
        ['b', 'juniper_junos', 2222],
      ],
    )
  })

  it('skips what is not reached over SSH, and says why', () => {
    const imported = hosts({
      win: { ansible_connection: 'winrm' },
      here: { ansible_connection: 'local' },
      old: { ansible_connection: 'local', ansible_network_os: 'ios', ansible_host: '10.0.0.1' },
      api: { ansible_connection: 'ansible.netcommon.httpapi', ansible_port: 443, ansible_host: '10.0.0.2' },
      later: { ansible_host: '{{ something }}' },
    })
    assert.deepEqual(
      imported.devices.map(({ name, values }) => [name, values.port]),
      [
        ['old', undefined],
        ['api', undefined],
      ],
    )
    assert.deepEqual(
      shownNotes(imported).filter((note) => note.startsWith('skipped')),
      [
        'skipped: ansible_connection winrm (win)',
        'skipped: ansible_connection local (here)',
        'skipped: ansible_host is a template (later)',
      ],
    )
  })

  it('takes a jump host that is one name, and never reaches a device past a hop it cannot read', () => {
    const imported = hosts({
      a: { ansible_ssh_common_args: '-o ProxyJump=bastion -o StrictHostKeyChecking=no' },
      b: { ansible_ssh_common_args: `-o ProxyCommand="ssh -W %h:%p -q bastion"` },
      c: { ansible_ssh_common_args: '-J ops@bastion:2022' },
      d: { ansible_ssh_common_args: '-o ProxyCommand="nc -X 5 -x proxy:1080 %h %p"' },
      e: { ansible_ssh_common_args: '-o ControlMaster=auto' },
    })
    assert.deepEqual(
      imported.devices.map(({ name, values }) => [name, values.jump_host]),
      [
        ['a', 'bastion'],
        ['b', 'bastion'],
        ['e', undefined],
      ],
    )
    assert.deepEqual(imported.jumpHosts, ['bastion'])
    assert.equal(imported.notes.filter(({ kind }) => kind === 'skipped').length, 2)
  })

  it('says what became autodetect, one line a cause', () => {
    const imported = hosts({
      a: { ansible_network_os: 'enos', ansible_host: '10.0.0.1' },
      b: { ansible_network_os: 'enos', ansible_host: '10.0.0.2' },
      c: { ansible_host: '10.0.0.3' },
    })
    assert.deepEqual(new Set(imported.devices.map(({ values }) => values.platform)), new Set(['autodetect']))
    assert.deepEqual(shownNotes(imported), ['platform: platform "enos" (a b)', 'platform: no platform given (c)'])
  })

  it('reads a YAML inventory with the place of every value', () => {
    const imported = fromYaml()
    const core = imported.devices.find(({ name }) => name === 'muc-core-1')
    assert.deepEqual(core?.origins.platform, { file: 'hosts.yml', line: 24, column: 29, layer: 'group spines' })
    assert.deepEqual(core?.origins.host, { file: 'hosts.yml', line: 19, column: 41, layer: 'device' })
    const access = imported.devices.find(({ name }) => name === 'fra-sw02')
    assert.equal(access?.values.platform, 'cisco_ios')
    assert.deepEqual(access?.origins.site, { file: 'group_vars/fra.yml', line: 5, column: 7, layer: 'group fra' })
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts: [host], port, groups }) => [name, host, port, groups]),
      [
        ['fra-fw-1', '10.20.0.9', 2222, ['emea', 'fra']],
        ['fra-sw01', 'fra-sw01', 22, ['emea', 'fra']],
        ['fra-sw02', 'fra-sw02', 22, ['emea', 'fra']],
        ['fra-sw03', 'fra-sw03', 22, ['emea', 'fra']],
        ['muc-core-1', '10.21.0.1', 22, ['emea', 'muc', 'spines']],
      ],
    )
    assert.deepEqual(
      shownNotes(imported).filter((note) => !note.startsWith('platform')),
      [
        'secret: ansible_password of netops (fra-sw01 fra-sw02 fra-sw03 fra-fw-1 muc-core-1)',
        'secret: ansible_become_password of netops (fra-sw01 fra-sw02 fra-sw03 fra-fw-1)',
        'skipped: ansible_connection winrm (win-1)',
      ],
    )
  })

  it('refuses what is no inventory without quoting it', () => {
    for (const text of [`{"_meta": {"hostvars": {"a": {"ansible_password": "${importedSecret}"`, '[]', 'null', '{}'])
      assert.throws(
        () => readAnsibleJson(text, 'x.json'),
        (error: Error) => !error.message.includes(importedSecret) && /ansible-inventory --list/.test(error.message),
      )
  })

  it('expands ranges of hosts', () => {
    assert.deepEqual(expandHostPattern('sw[08:10]'), ['sw08', 'sw09', 'sw10'])
    assert.deepEqual(expandHostPattern('l-[a:c]-[1:3:2]'), ['l-a-1', 'l-a-3', 'l-b-1', 'l-b-3', 'l-c-1', 'l-c-3'])
    assert.deepEqual(expandHostPattern('sw[3:1]'), ['sw[3:1]'])
    assert.deepEqual(expandHostPattern('sw[1:99999999]'), ['sw[1:99999999]'])
  })
})
