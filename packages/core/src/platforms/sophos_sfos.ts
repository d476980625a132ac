import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * The device console behind the menu, which shows the settings that belong to it; the rest is exported by the web console only.
 * Sources: Sophos Firewall Command Line Guide (show, system diagnostics show); Netmiko's driver (menu item 4).
 */
export const sophosSfos = {
  name: 'sophos_sfos',
  title: 'Sophos Firewall (SFOS, device console)',
  prompt: 'console>',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  onLogin: [{ prompt: '\\s*Select Menu Number \\[0-7\\]:', answer: '4\n', menu: true }],
  paging: [{ prompt: '\\s*--[Mm]ore--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show advanced-firewall', 'show ips-settings', 'show network interfaces'],
      privileged: false,
      whole: { by: 'first-line', pattern: '\\S' },
      section: '^\\S.*',
      witness: {
        command: 'system diagnostics show version-info',
        answer: '^(?:Serial Number|Hot Fix version|Appliance Model|SF\\w+).{0,40}:',
      },
    },
  },
  readOnly: ['show [^|]+', 'system diagnostics show [\\w-]+', 'ping (?:count \\d{1,2} )?[\\w.:-]+'],
  errors: ['^%? ?(?:Error|Unknown|Invalid|Incomplete|Ambiguous)\\b', '^.{0,80}(?:command not found|Unknown Parameter)'],
  identity: ['^Serial Number ?: *(?<serial>\\S+)'],
  volatile: [
    { name: 'counters of an interface', pattern: '^ +(?:RX|TX) (?:packets|bytes)[ :].*$' },
    { name: 'counter of collisions', pattern: '^ +collisions:.*$' },
  ],
  secrets: [
    {
      name: 'password or key',
      pattern: '^[ \\t]*(?:password|secret|psk|preshared key|key)[ \\t]*[:=][ \\t]*(?<secret>\\S+)',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'system diagnostics show version-info', pattern: '^(?:Appliance Model|Hot Fix version)' }],
} as const satisfies Platform
