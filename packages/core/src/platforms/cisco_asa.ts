import { asaStyleSecrets } from './asa-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Cisco Secure Firewall ASA Series Command Reference (terminal pager, show running-config, enable), CLI guide 1.
 */
export const ciscoAsa = {
  name: 'cisco_asa',
  title: 'Cisco ASA',
  // `prompt hostname context state` shows `fw1/admin/act#`.
  prompt: '(?<host>[A-Za-z0-9_][\\w.-]{0,62})(?:/[\\w.-]{1,64}){0,4}(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['terminal pager 0'],
  paging: [{ prompt: '<--- More --->', answer: ' ' }],
  enable: {
    command: 'enable',
    passwordPrompt: 'Password: ?',
    refused: '^(?:Invalid password|Access denied|%? ?Authentication failed|ERROR: )',
  },
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^: end$' },
      section: '^[^!:\\s]',
      preamble: ['^: Saved$', '^:$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^: end$' },
      section: '^[^!:\\s]',
      preamble: ['^: Saved$', '^:$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'dir(?: [\\w:./-]+)?', 'ping (?:[\\w.-]+ )?[\\w.:-]+', 'traceroute [\\w.:-]+'],
  // `| redirect`, `| append` and `| tftp` write.
  filters: ['(?:i|inc|include|exclude|begin|grep(?: -v)?) [^|]+'],
  errors: ['^ERROR: ', '^Command authorization failed', '^%? ?(?:Invalid|Incomplete|Ambiguous) '],
  identity: ['^hostname (?<hostname>\\S+)', '^: Serial Number: (?<serial>\\S+)'],
  volatile: [
    { name: 'checksum over everything', pattern: '^Cryptochecksum:.*$' },
    { name: 'time of the last write', pattern: '^: Written by .* at .*$' },
  ],
  secrets: asaStyleSecrets,
  detect: [{ command: 'show version', pattern: 'Cisco Adaptive Security Appliance' }],
} as const satisfies Platform
