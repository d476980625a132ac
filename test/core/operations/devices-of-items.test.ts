import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { devicesOfItems } from '../../../packages/core/src/operations/devices-of-items.ts'
import type { Netlatch } from '../../../packages/core/src/operations/netlatch.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

const own = deviceOf({ name: 'core-1', hosts: ['10.0.0.1'] })

/** What the operation reads of a workspace. */
const netlatch = {
  inventory: { devices: [own], byName: new Map([[own.name, own]]) },
  now: () => new Date(0),
} as unknown as Netlatch

describe('devices that are handed over as items', () => {
  it('are the inventory’s where it has the name, whatever address the item says', () => {
    const { devices } = devicesOfItems(netlatch, [{ json: { name: 'core-1', host: '203.0.113.1' } }])
    assert.deepEqual(devices, [own])
  })

  it('are understood as NetBox, Ansible and Netlatch call their fields', () => {
    const { devices } = devicesOfItems(netlatch, [
      {
        json: {
          name: 'nb-1',
          primary_ip4: { address: '10.1.0.1/24' },
          platform: { slug: 'cisco-ios' },
          device_type: { slug: 'c9300' },
          site: { slug: 'fra' },
          role: { slug: 'access' },
          tags: [{ slug: 'core' }],
          status: { value: 'active' },
        },
      },
      { json: { inventory_hostname: 'an-1', ansible_host: '10.1.0.2', ansible_network_os: 'eos' } },
      { json: { device: 'nl-1', host: '10.1.0.3', platform: 'juniper_junos', port: '2222' } },
    ])
    assert.deepEqual(
      devices.map(({ name, hosts, platform, port, site, role, tags }) => [
        name,
        hosts,
        platform,
        port,
        site,
        role,
        tags,
      ]),
      [
        ['nb-1', ['10.1.0.1'], 'cisco_ios', 22, 'fra', 'access', ['core']],
        ['an-1', ['10.1.0.2'], 'arista_eos', 22, undefined, undefined, []],
        ['nl-1', ['10.1.0.3'], 'juniper_junos', 2222, undefined, undefined, []],
      ],
    )
  })

  it('say why they are none, one by one', () => {
    const { devices, items } = devicesOfItems(netlatch, [
      { json: {} },
      { json: { name: 'no-address' } },
      { json: { name: 'bad-port', host: '10.1.0.4', port: '99999' } },
    ])
    assert.deepEqual(devices, [])
    assert.deepEqual(items, [
      { problem: 'it has no name' },
      { problem: 'no-address: no address' },
      { problem: 'bad-port: port is not valid' },
    ])
  })

  it('are left alone when they are not active, and count once', () => {
    const item = { json: { name: 'new-1', host: '10.1.0.5' } }
    const planned = { json: { name: 'new-2', host: '10.1.0.6', status: { value: 'planned' } } }
    const found = devicesOfItems(netlatch, [item, item, planned])
    assert.deepEqual(
      found.devices.map(({ name }) => name),
      ['new-1'],
    )
    assert.deepEqual(
      found.skipped.map(({ device, code }) => [device, code]),
      [['new-2', 'SKIPPED_STATUS']],
    )
    assert.ok(found.netlatch.inventory.byName.has('new-2'))
    assert.ok(!netlatch.inventory.byName.has('new-1'), 'the workspace itself stays as it is')
  })
})
