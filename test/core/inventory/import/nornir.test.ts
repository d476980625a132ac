import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseForeignYaml } from '../../../../packages/core/src/inventory/import/foreign-yaml.ts'
import { importNornir } from '../../../../packages/core/src/inventory/import/nornir.ts'
import { importedSecret, importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

const file = (name: string) => parseForeignYaml(importFile(`nornir/${name}.yaml`), `${name}.yaml`)
const read = () => importNornir({ hosts: file('hosts'), groups: file('groups'), defaults: file('defaults') })

describe('importing from Nornir', () => {
  it('lets the first group that has a value win, then the defaults', () => {
    const inventory = inventoryOf(read())
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts: [host], port, platform, site, groups }) => [
        name,
        host,
        port,
        platform,
        site,
        groups.join(' '),
      ]),
      [
        ['leaf-1', '10.0.0.2', 2222, 'cisco_nxos', 'dc1', 'global dc1'],
        ['odd-1', '10.0.0.4', 22, 'autodetect', undefined, ''],
        ['old-1', '10.0.0.3', 22, 'cisco_ios', undefined, ''],
        ['spine-1', '10.0.0.1', 22, 'cisco_nxos', 'dc1', 'global dc1 arista'],
      ],
    )
    assert.deepEqual(inventory.byName.get('spine-1')?.tags, ['global', 'dc1', 'arista'])
    assert.equal(inventory.byName.get('old-1')?.transport, 'telnet')
  })

  it('knows where each value stands', () => {
    const spine = read().devices.find(({ name }) => name === 'spine-1')
    assert.deepEqual(spine?.at, { file: 'hosts.yaml', line: 1, column: 1 })
    assert.deepEqual(spine?.origins.site, { file: 'groups.yaml', line: 4, column: 17, layer: 'group dc1' })
    assert.deepEqual(spine?.origins.port, { file: 'defaults.yaml', line: 4, column: 7, layer: 'defaults' })
  })

  it('reports secrets of every layer and connection, and takes none', () => {
    const imported = read()
    assert.deepEqual(shownNotes(imported), [
      'secret: password in the defaults of netops (spine-1 leaf-1 old-1 odd-1)',
      'secret: secret in group dc1 (spine-1 leaf-1)',
      'secret: password of lab (leaf-1)',
      'platform: platform "cumulus_linux" (odd-1)',
      'left-out: group "dc2" is not in groups.yaml (old-1)',
    ])
    assert.doesNotMatch(JSON.stringify(imported), new RegExp(importedSecret))
  })

  it('ends where groups build on each other', () => {
    const groups = parseForeignYaml('a: { groups: [b] }\nb: { groups: [a], platform: eos }\n', 'groups.yaml')
    const hosts = parseForeignYaml('x: { hostname: 10.0.0.1, groups: [a] }\n', 'hosts.yaml')
    const inventory = inventoryOf(importNornir({ hosts, groups }))
    assert.equal(inventory.byName.get('x')?.platform, 'arista_eos')
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['group-loop'],
    )
  })

  it('needs the hosts only', () => {
    const imported = importNornir({ hosts: parseForeignYaml('a: { hostname: 10.0.0.1, platform: eos }\nb: {}\n', 'h') })
    assert.deepEqual(
      imported.devices.map(({ values }) => values),
      [
        { host: '10.0.0.1', platform: 'arista_eos' },
        { host: 'b', platform: 'autodetect' },
      ],
    )
  })
})
