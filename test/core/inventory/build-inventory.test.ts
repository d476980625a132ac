import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { inventoryOfText, shown } from '../../support/inventory-of-text.ts'

describe('buildInventory', () => {
  it('merges defaults, then groups in order, then the device; tags add up', () => {
    const { devices, problems } = inventoryOfText(`
defaults: { platform: cisco_ios, tags: [all] }
groups:
  base: { role: access, tags: [base], port: 830 }
  fra: { site: fra, tags: [fra], groups: [base] }
  core: { role: core, tags: [core, fra], realm: tacacs-core }
devices:
  sw-1: { host: 10.0.0.1, groups: [fra, core], tags: [own], port: 2222 }
  sw-2: { host: [10.0.0.2, "2001:db8::2"] }
`)
    assert.deepEqual(problems, [])
    const [first, second] = devices
    assert.equal(first?.site, 'fra')
    assert.equal(first?.role, 'core')
    assert.equal(first?.port, 2222)
    assert.equal(first?.realm, 'tacacs-core')
    assert.deepEqual(first?.groups, ['base', 'fra', 'core'])
    assert.deepEqual(first?.tags, ['all', 'base', 'fra', 'core', 'own'])
    assert.deepEqual(second?.hosts, ['10.0.0.2', '2001:db8::2'])
    assert.equal(second?.port, 22)
    assert.equal(second?.status, 'active')
    assert.deepEqual(second?.ssh, { algorithms: 'modern' })
    assert.equal(second?.site, undefined)
  })

  it('knows where every effective value came from', () => {
    const { byName } = inventoryOfText(`groups:
  fra: { site: fra, tags: [a] }
devices:
  sw-1:
    host: 10.0.0.1
    groups: [fra]
    ssh: { algorithms: legacy-sha1 }
`)
    const device = byName.get('sw-1')
    assert.deepEqual(device?.origin, { file: 'inventory.yaml', line: 4, column: 3 })
    assert.deepEqual(device?.origins.site, { file: 'inventory.yaml', line: 2, column: 16, layer: 'group fra' })
    assert.deepEqual(device?.origins['tags.a'], { file: 'inventory.yaml', line: 2, column: 28, layer: 'group fra' })
    assert.deepEqual(device?.origins['ssh.algorithms'], {
      file: 'inventory.yaml',
      line: 7,
      column: 24,
      layer: 'device',
    })
    assert.equal(device?.origins.port, undefined)
  })

  it('does not let the end date of one SSH profile stand for another', () => {
    const { devices } = inventoryOfText(`
defaults: { ssh: { algorithms: museum, reason: old, until: 2020-01-01 } }
devices:
  a: { host: 10.0.0.1, ssh: { algorithms: modern } }
  b: { host: 10.0.0.2, ssh: { until: 2031-01-01 } }
`)
    assert.deepEqual(devices[0]?.ssh, { algorithms: 'modern' })
    assert.equal(devices[0]?.origins['ssh.until'], undefined)
    assert.deepEqual(devices[1]?.ssh, { algorithms: 'museum', reason: 'old', until: '2031-01-01' })
  })

  it('names every mistake at once, each with its place and what to do', () => {
    const { problems, devices } = inventoryOfText(`version: 1
hosts: {}
groups:
  a: { jumphost: bastion, groups: [b] }
  b: { groups: [a] }
devices:
  d1: { host: 10.0.0.1, platform: cisco_iso }
  d2: { host: 10.0.0.2, groups: [aa] }
  d3: { host: 10.0.0.3, realm: tacacs }
  d4: { host: 10.0.0.4, jump_host: bastio }
  d5: { host: 10.0.0.5/24 }
  d6: { platform: linux }
  d7: { host: 10.0.0.7, site: 01 }
  d8: { host: 10.0.0.8, status: activ }
  d9:
    host: 10.0.0.9
    ansible_password: hunter2
    vars: { snmp: { community: hunter2 } }
  d10: { host: 10.0.0.10, ssh: { until: 2026-02-30 } }
  d11: { host: 10.0.0.11, port: 70000, tags: core }
  d1: { host: 10.0.0.12 }
  -x: { host: 10.0.0.13 }
  d14: 10.0.0.14
  d15: { host: -oProxyCommand=x }
`)
    assert.deepEqual(problems.map(shown), [
      'inventory.yaml:2:1 unknown key "hosts". Known here: version, defaults, groups, devices.',
      'inventory.yaml:4:8 unknown key "jumphost" in group a. Did you mean jump_host?',
      'inventory.yaml:5:17 groups that build on each other: a > b > a. Remove one of these.',
      'inventory.yaml:7:35 unknown platform "cisco_iso". Did you mean cisco_ios?',
      'inventory.yaml:8:34 unknown group "aa". Did you mean a?',
      'inventory.yaml:9:32 unknown realm "tacacs". Did you mean tacacs-core?',
      'inventory.yaml:10:36 unknown jump host "bastio". Did you mean bastion?',
      'inventory.yaml:11:15 host of device d5 must be an address or a name. Write it without user, port, mask or scheme.',
      'inventory.yaml:12:3 device d6 has no host. Add host:.',
      'inventory.yaml:13:31 site of device d7 must be a text. Put it in quotes.',
      'inventory.yaml:14:33 unknown status "activ". Did you mean active?',
      'inventory.yaml:17:23 a password in the inventory (device d9). Move it: netlatch vault add <name> --from inventory.yaml:17',
      'inventory.yaml:18:5 unknown key "vars" in device d9. Known here: host, platform, port, transport, status, site, role, tags, realm, jump_host, credential, ssh, groups, expect.',
      'inventory.yaml:18:32 an SNMP community in the inventory (device d9). Take it out of the file.',
      'inventory.yaml:19:41 ssh.until of device d10 must be a date. Write it as 2027-06-30.',
      'inventory.yaml:20:33 port of device d11 must be a number from 1 to 65535. SSH is 22.',
      'inventory.yaml:20:46 tags of device d11 must be a list. Write it as [a, b].',
      'inventory.yaml:21:3 "d1" is also in inventory.yaml:7:3. Names must be unique.',
      'inventory.yaml:22:3 the name "-x" must be 1 to 255 visible characters, not starting with - or @. Choose another name.',
      'inventory.yaml:23:8 device d14 must be a mapping. Write it as key: value.',
      'inventory.yaml:24:16 host of device d15 must be an address or a name. Write it without user, port, mask or scheme.',
    ])
    assert.ok(problems.every(({ severity, code }) => severity === 'error' && /^[a-z-]+$/.test(code)))
    assert.ok(!JSON.stringify(problems).includes('hunter2'))
    assert.ok(devices.some(({ name }) => name === 'd1'))
    assert.ok(!devices.some(({ name }) => name === 'd6'))
  })

  it('finds a private key that was pasted as a value', () => {
    const { problems } = inventoryOfText(`devices:
  a:
    host: 10.0.0.1
    role: |
      -----BEGIN OPENSSH PRIVATE KEY-----
      b3Blbn
`)
    assert.ok(
      problems.some(({ code, message }) => code === 'secret-in-inventory' && message.startsWith('a private key')),
    )
    assert.ok(!JSON.stringify(problems).includes('b3Blbn'))
  })

  it('refuses a name twice across files, with both places, and a default that two files set', () => {
    const { problems, devices } = inventoryOfText({
      'a.yaml': 'defaults: { port: 22 }\ndevices:\n  sw: { host: 10.0.0.1 }\n',
      'b.yaml':
        'defaults: { port: 23 }\ngroups: { g: {} }\ndevices:\n  sw: { host: 10.0.0.2 }\n  x: { host: 10.0.0.3 }\n',
    })
    assert.deepEqual(problems.map(shown), [
      'b.yaml:1:19 defaults.port is also in a.yaml:1:19. Keep one of them.',
      'b.yaml:4:3 device sw is also in a.yaml:3:3. Names must be unique.',
    ])
    assert.deepEqual(
      devices.map(({ name, hosts }) => [name, hosts[0]]),
      [
        ['sw', '10.0.0.1'],
        ['x', '10.0.0.3'],
      ],
    )
  })

  it('takes an empty file, and empty sections, for no devices', () => {
    for (const text of ['', '# nothing\n', 'version: 1\ndevices:\ngroups:\n', 'devices: {}\n']) {
      const { devices, problems } = inventoryOfText(text)
      assert.deepEqual([devices, problems], [[], []])
    }
  })

  it('keeps devices whose names mean something to JavaScript apart from it', () => {
    const { byName } = inventoryOfText(
      'devices:\n  toString: { host: 10.0.0.1, groups: [valueOf] }\ngroups: { valueOf: { site: x } }\n',
    )
    assert.equal(byName.get('toString')?.site, 'x')
  })
})
