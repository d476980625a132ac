import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { importOxidized, importRancid } from '../../../../packages/core/src/inventory/import/router-db.ts'
import { importedSecret, importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

const map = ['name', 'ip', 'model', 'group', 'username', 'password', 'enable']

describe('importing router.db', () => {
  it("takes Oxidized's columns as they are told, its groups as groups and tags", () => {
    const imported = importOxidized(importFile('oxidized.db'), 'router.db', { map })
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts: [host], platform, tags }) => [name, host, platform, ...tags]),
      [
        ['fra-acc-1', '10.20.1.1', 'cisco_ios', 'access'],
        ['fra-acc-2', 'fra-acc-2', 'cisco_ios', 'access'],
        ['fra-core-1', '10.20.0.1', 'cisco_xr', 'core'],
        ['fra-wlc-1', '10.20.2.1', 'autodetect', 'access'],
      ],
    )
  })

  it('reports columns of secrets and never takes them', () => {
    const imported = importOxidized(importFile('oxidized.db'), 'router.db', { map })
    assert.deepEqual(shownNotes(imported), [
      'secret: column password of netops (fra-core-1 fra-acc-1 fra-acc-2)',
      'secret: column enable_password of netops (fra-core-1)',
      'skipped: a name that is there twice (fra-acc-1 (line 6))',
      'skipped: no address (not an address)',
      'platform: platform "oneos" (fra-wlc-1)',
      'left-out: host "10.20.3.300" is not valid (not an address)',
    ])
    assert.equal(imported.notes[0]?.advice, 'Move it: netlatch vault add netops --username netops --tags …')
    assert.doesNotMatch(JSON.stringify(imported), new RegExp(importedSecret))
  })

  it('asks what the columns mean before it takes a password for a group', () => {
    assert.throws(() => importOxidized(importFile('oxidized.db'), 'router.db'), {
      code: 'INPUT_INVALID',
      message: 'router.db has 7 columns; what is in them must be told.',
      advice: "As in Oxidized's configuration: --map name:ip:model:group:username:password:-",
    })
    assert.throws(() => importOxidized('a:b', 'router.db', { map: ['name', 'modell'] }), { code: 'USAGE' })
    assert.throws(() => importOxidized('a:b', 'router.db', { map: ['ip', 'model'] }), { code: 'USAGE' })
    assert.equal(importOxidized('a.example:ios\n', 'router.db').devices[0]?.values.platform, 'cisco_ios')
  })

  it('makes 1,000 lines an inventory without errors', () => {
    const models = ['ios', 'eos', 'junos', 'vrp', 'routeros']
    const lines = Array.from(
      { length: 1000 },
      (_, index) => `sw-${index}:10.1.${index >> 8}.${index & 255}:${models[index % 5]}:site-${index % 20}`,
    )
    const imported = importOxidized(lines.join('\n'), 'router.db', { map: map.slice(0, 4) })
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.equal(inventory.devices.length, 1000)
    assert.equal(inventory.groups.size, 20)
    assert.deepEqual(imported.notes, [])
  })

  it("takes RANCID's devices; what is not up is offline", () => {
    const imported = importRancid(importFile('rancid.db'), 'router.db', 'edge')
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, platform, status, groups: [group] }) => [name, platform, status, group]),
      [
        ['acc1.example.net', 'cisco_ios', 'offline', 'edge'],
        ['cat1.example.net', 'autodetect', 'active', 'edge'],
        ['core1.example.net', 'cisco_xr', 'active', 'edge'],
        ['core2.example.net', 'juniper_junos', 'active', 'edge'],
      ],
    )
    const before3 = importRancid('a.example.net:juniper:up:by hand\n', 'router.db')
    assert.deepEqual(before3.devices[0]?.values, { host: 'a.example.net', platform: 'juniper_junos' })
  })
})
