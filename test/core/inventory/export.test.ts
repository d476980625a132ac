import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { exportAnsible } from '../../../packages/core/src/inventory/export/export-ansible.ts'
import { exportCsv } from '../../../packages/core/src/inventory/export/export-csv.ts'
import { exportNornir } from '../../../packages/core/src/inventory/export/export-nornir.ts'
import type { ExportedDevice } from '../../../packages/core/src/inventory/export/exported.ts'
import { importAnsible } from '../../../packages/core/src/inventory/import/ansible.ts'
import { readAnsibleYaml } from '../../../packages/core/src/inventory/import/ansible-yaml.ts'
import { parseForeignYaml } from '../../../packages/core/src/inventory/import/foreign-yaml.ts'
import type { Imported } from '../../../packages/core/src/inventory/import/imported.ts'
import { importNornir } from '../../../packages/core/src/inventory/import/nornir.ts'
import { importCsv } from '../../../packages/core/src/inventory/import/tables.ts'
import type { Device } from '../../../packages/core/src/model.ts'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'
import { inventoryOf } from '../../support/imported-inventory.ts'
import { inventoryOfText } from '../../support/inventory-of-text.ts'

const inventory = inventoryOfText(
  `
groups:
  emea: { tags: [europe] }
  dc1: { groups: [emea], site: dc1, tags: [dc1], jump_host: bastion }
  backbone: { realm: tacacs-core }
devices:
  spine-1:
    host: [10.0.0.1, 2001:db8::1]
    platform: arista_eos
    role: spine
    groups: [dc1, backbone]
    tags: [core]
    credential: legacy-core
    expect: { hostname: spine-1, serial: ABC123 }
  "1234": { host: 10.0.0.2, platform: linux, port: 2222, status: staged, groups: [emea] }
  old: { host: old.example.net, transport: telnet, platform: cisco_ios }
  museum: { host: 10.0.0.4, platform: cisco_ios, ssh: { algorithms: museum, reason: "2003, \\"core\\"", until: 2027-06-30 } }
  auto: { host: 10.0.0.5, site: "on", tags: ["no", "=1+1", "-x?"] }
`.replace('"-x?"', '"x, y"'),
)

const exported: readonly ExportedDevice[] = inventory.devices.map((device) =>
  device.name === 'spine-1' ? { device, working: { credential: 'legacy-core', username: 'netops' } } : { device },
)
const hops = { bastion: { host: '192.0.2.10', port: 2022, credential: 'key' } }

/** What a device is, wherever it was written. */
function meaning(devices: readonly Device[]): readonly object[] {
  return devices
    .map(({ origin: _origin, origins: _origins, ...device }) => ({ ...device, tags: device.tags.toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
const again = (imported: Imported) => {
  const read = inventoryOf({ ...imported, jumpHosts: ['bastion'] })
  assert.deepEqual(read.problems, [])
  return meaning(read.devices)
}
const text = (files: readonly { readonly name: string; readonly text: string }[], name: string) =>
  files.find((file) => file.name === name)?.text ?? assert.fail(`${name} is missing`)

describe('exporting an inventory', () => {
  it('gives Ansible the same devices that an import reads back', () => {
    const hosts = text(exportAnsible(exported, hops), 'hosts.yml')
    assert.deepEqual(parseYaml(hosts, 'hosts.yml').problems, [])
    const imported = importAnsible(readAnsibleYaml(parseForeignYaml(hosts, 'hosts.yml')))
    assert.deepEqual(again(imported), meaning(inventory.devices))
    assert.match(
      hosts,
      /ansible_network_os: arista.eos.eos\n {6}ansible_connection: ansible.netcommon.network_cli\n {6}ansible_user: netops/,
    )
    assert.match(hosts, /ansible_ssh_common_args: "-o ProxyJump=192.0.2.10:2022"/)
    assert.match(hosts, /netlatch_working_credential: legacy-core/)
  })

  it('gives Nornir the same devices that an import reads back', () => {
    const files = exportNornir(exported)
    const file = (name: string) => parseForeignYaml(text(files, name), name)
    const imported = importNornir({
      hosts: file('hosts.yaml'),
      groups: file('groups.yaml'),
      defaults: file('defaults.yaml'),
    })
    assert.deepEqual(again(imported), meaning(inventory.devices))
    assert.match(text(files, 'hosts.yaml'), /username: netops/)
  })

  it('gives a table that an import reads back, and no formula that a spreadsheet would run', () => {
    const csv = text(exportCsv(exported), 'devices.csv')
    const devices = inventory.devices.map((device) => ({
      device: { ...device, tags: device.tags.filter((tag) => !tag.includes(' ')) },
    }))
    const imported = importCsv(text(exportCsv(devices), 'devices.csv'), 'devices.csv')
    // A table has no groups without a tag of their name.
    assert.deepEqual(
      meaning(inventoryOf({ ...imported, groups: imported.groups.map((group) => ({ ...group, tags: [] })) }).devices),
      meaning(devices.map(({ device }) => device)),
    )
    const [head = '', spine = ''] = csv.split('\r\n')
    assert.equal(head.split(',').length, spine.split(',').length)
    assert.ok(spine.endsWith('legacy-core,netops'))
    const [device] = inventory.devices
    assert.ok(device)
    const risky = exportCsv([{ device: { ...device, name: '=cmd|x', site: '+1', role: '@SUM(1)' } }])
    for (const cell of text(risky, 'devices.csv').split('\r\n')[1]?.split(',') ?? [])
      assert.doesNotMatch(cell, /^[=+\-@]/)
  })
})
