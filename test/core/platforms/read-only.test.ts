import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { findPlatform, platforms } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { isReadOnly } from '../../../packages/core/src/platforms/read-only.ts'

const reads: Readonly<Record<string, readonly string[]>> = {
  cisco_ios: [
    'show version',
    'sh ip int brief',
    'show  running-config | include ^hostname|^interface',
    'show run | section router bgp',
    'SHOW VERSION',
    'ping vrf MGMT 192.0.2.1',
    'traceroute 192.0.2.1',
    'dir flash:',
  ],
  arista_eos: ['show version | json', 'show run | grep -i bgp | no-more', 'show interfaces status'],
  cisco_nxos: ['show run | section bgp | include neighbor', 'show version | json-pretty'],
  juniper_junos: ['show configuration | display set | match "host-name"', 'show interfaces terse | no-more'],
  linux: ['uname -a', 'ip -brief address show', 'ip route', 'cat /etc/os-release', 'df -h', 'ps aux', 'ss -tlnp'],
  fortinet: ['get system status', 'show | grep .', 'show full-configuration system interface'],
  mikrotik_routeros: ['/export', '/interface print detail', '/ip/address/print', 'system resource print'],
  vyos: ['show configuration | no-more', 'show interfaces | match eth0'],
  paloalto_panos: ['show system info', 'show config running | match hostname'],
  hp_comware: ['display version', 'dis cu | include sysname'],
}

const writes: Readonly<Record<string, readonly string[]>> = {
  cisco_ios: [
    'configure terminal',
    'show run | redirect flash:x',
    'show run | tee flash:x',
    'show run | append flash:x',
    'show run | include a | redirect flash:x',
    'show run | include a|redirect flash:x',
    'reload',
    'show version\nreload',
    'show version ; reload',
    'show ?',
    'show run > flash:x',
    'clear counters',
    'write memory',
    'copy running-config startup-config',
    'ping',
    'ping 192.0.2.1 repeat 1000000',
    'debug all',
    'show',
    'showtime',
    '',
  ],
  arista_eos: [
    'bash',
    'show run | tee x',
    'show run | sed -i s/a/b/ x',
    'show run > flash:x',
    'show run | grep a && reload',
  ],
  cisco_nxos: ['show version ; reload', 'show run > bootflash:x', 'show run | tee x', 'show run | vsh'],
  juniper_junos: [
    'show configuration | save x',
    'show log messages | append x',
    'request system reboot',
    'show version | tee x',
  ],
  linux: [
    'cat /etc/hosts; rm x',
    'cat $(rm x)',
    'cat `rm x`',
    'cat x > y',
    'cat x | tee y',
    'ip link set eth0 down',
    'ip addr add 192.0.2.1/24 dev eth0',
    'hostname new',
    'date -s tomorrow',
    'sysctl net.ipv4.ip_forward=1',
    'dmesg -c',
    'tail -f x',
    'ls & reboot',
    'find / -delete',
    'cat x || reboot',
    'sort -o x y',
    'journalctl --vacuum-size=1K',
    'echo $HOME',
    'cat !$',
  ],
  fortinet: ['config system console', 'execute reboot', 'execute ping', 'diagnose sys session clear'],
  mikrotik_routeros: [
    '/export file=x; /system reboot',
    '/system reboot',
    ':put [/system reboot]',
    '/interface print where [/system reboot]',
    '/interface set 0 disabled=yes',
    '/export {',
  ],
  vyos: ['show version; reboot', 'show $(reboot)', 'configure', 'show x | tee y', 'show x | sh'],
  paloalto_panos: ['configure', 'request restart system', 'set cli pager off'],
  hp_comware: ['display version > x', 'save', 'system-view', 'display version | redirect x'],
}

describe('reading commands', () => {
  for (const [name, commands] of Object.entries(reads))
    for (const command of commands)
      it(`${name} reads with ${command}`, () => assert.ok(isReadOnly(findPlatform(name) as Platform, command)))

  for (const [name, commands] of Object.entries(writes))
    for (const command of commands)
      it(`${name} does not only read with ${JSON.stringify(command)}`, () =>
        assert.ok(!isReadOnly(findPlatform(name) as Platform, command)))

  it('are all that a backup and a recognition send', () => {
    for (const platform of platforms) {
      const captures = Object.values(platform.configurations).flatMap(({ commands }) => commands)
      for (const command of captures) assert.ok(isReadOnly(platform, command), `${platform.name}: ${command}`)
      for (const { command } of platform.detect ?? [])
        assert.ok(isReadOnly(platform, command), `${platform.name}: ${command}`)
    }
  })

  it('hold nothing that makes a second command of a line', () => {
    const platform = fc.constantFrom(...platforms)
    const breaker = fc.constantFrom(
      '\n',
      '\r',
      '\t',
      '\x03',
      '\x1a',
      ';',
      '&',
      '`',
      '$(',
      '${',
      '<',
      '>',
      '?',
      '\u0085',
    )
    fc.assert(
      fc.property(platform, fc.string(), breaker, fc.string(), (where, before, mark, after) => {
        for (const command of [...where.configurations.running.commands, 'show version'])
          assert.ok(!isReadOnly(where, `${command} ${before}${mark}${after}`))
      }),
    )
  })

  it('do not take long to be refused', () => {
    for (const platform of platforms)
      for (const unit of ['show ', '| include a', '|a', 'a ', '-', '/', 'show a|'])
        assert.equal(typeof isReadOnly(platform, unit.repeat(300)), 'boolean')
  })
})
