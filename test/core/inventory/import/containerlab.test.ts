import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { importContainerlab } from '../../../../packages/core/src/inventory/import/containerlab.ts'
import { parseForeignYaml } from '../../../../packages/core/src/inventory/import/foreign-yaml.ts'
import { importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

const read = (text: string) => importContainerlab(parseForeignYaml(text, 'lab.clab.yml'))

describe('importing from containerlab', () => {
  it('takes nodes by their kind, at their management address or container name', () => {
    const imported = read(importFile('lab.clab.yml'))
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts, platform, tags }) => [name, hosts.join(' '), platform, tags.join(' ')]),
      [
        ['host1', 'clab-evpn-host1', 'linux', 'evpn'],
        ['leaf1', 'clab-evpn-leaf1', 'arista_eos', 'leaves evpn'],
        ['obsd1', '172.20.20.12', 'autodetect', 'evpn'],
        ['spine1', '172.20.20.11 2001:db8::11', 'arista_eos', 'evpn'],
      ],
    )
    assert.deepEqual(shownNotes(imported), [
      'skipped: kind bridge is no device (br0)',
      'platform: platform "openbsd" (obsd1)',
    ])
  })

  it('names containers as the lab does', () => {
    const hostWith = (prefix: string) =>
      read(`name: x\nprefix: ${prefix}\ntopology: { nodes: { n: { kind: crpd } } }\n`).devices[0]?.values.host
    assert.equal(hostWith('""'), 'n')
    assert.equal(hostWith('__lab-name'), 'x-n')
    assert.equal(hostWith('my'), 'my-x-n')
    assert.throws(() => read('a: b\n'), { code: 'INPUT_INVALID' })
  })
})
