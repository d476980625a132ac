import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ansiblePlatforms } from '../../../../packages/core/src/inventory/import/ansible-platforms.ts'
import {
  commonPlatforms,
  containerlabPlatforms,
  nornirPlatforms,
} from '../../../../packages/core/src/inventory/import/common-platforms.ts'
import { mapPlatform } from '../../../../packages/core/src/inventory/import/platform-names.ts'
import {
  oxidizedPlatforms,
  rancidPlatforms,
} from '../../../../packages/core/src/inventory/import/router-db-platforms.ts'
import { platformNames } from '../../../../packages/core/src/platforms/index.ts'

const tables = [
  ansiblePlatforms,
  oxidizedPlatforms,
  rancidPlatforms,
  nornirPlatforms,
  containerlabPlatforms,
  commonPlatforms,
]

describe('names of platforms', () => {
  it('lead to platforms that Netlatch has, from keys in the form they are looked up by', () => {
    for (const table of tables)
      for (const [key, platform] of Object.entries(table)) {
        assert.ok(platformNames.includes(platform), `${key} leads to ${platform}`)
        assert.equal(key, key.toLowerCase().replaceAll(/[ -]/g, '_'))
        assert.equal(mapPlatform(table, key), platform)
      }
  })

  it('do not mind case, spaces, dashes and the way to connect', () => {
    assert.equal(mapPlatform(ansiblePlatforms, ' Cisco.IOS.ios '), 'cisco_ios')
    assert.equal(mapPlatform(nornirPlatforms, 'cisco_ios_telnet'), 'cisco_ios')
    assert.equal(mapPlatform(commonPlatforms, 'Cisco NX-OS'), 'cisco_nxos')
    assert.equal(mapPlatform(commonPlatforms, 'Juniper Junos'), 'juniper_junos')
    assert.equal(mapPlatform(commonPlatforms, 'autodetect'), 'autodetect')
  })

  it('keep their version to themselves', () => {
    for (const name of ['cisco-ios-xe-17-9', 'Cisco IOS XE 17.9.4a', 'ios-xe-17', 'cisco_ios_15.2'])
      assert.equal(mapPlatform(commonPlatforms, name), 'cisco_ios', name)
    assert.equal(mapPlatform(commonPlatforms, 'arista-eos-4-31-2f'), 'arista_eos')
  })

  it('are not guessed', () => {
    for (const name of ['', 'cisco', 'ios_y', 'constructor', '__proto__', 'oneos', '17', '_telnet'])
      assert.equal(mapPlatform(ansiblePlatforms, name), undefined, name)
    for (const name of ['somebody-ios', 'cisco', 'cisco-17'])
      assert.equal(mapPlatform(commonPlatforms, name), undefined, name)
  })
})
