import { asaStyleSecrets } from './asa-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * The CLISH of Firepower Threat Defense, which shows the configuration of its ASA part. Sources: Cisco Secure Firewall Threat
 * Defense Command Reference (show running-config, show version); the prompt does not say who it is.
 */
export const ciscoFtd = {
  name: 'cisco_ftd',
  title: 'Cisco Secure Firewall Threat Defense (FTD)',
  prompt: '>',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  paging: [
    { prompt: '<--- More --->', answer: ' ' },
    { prompt: '--More--', answer: ' ' },
  ],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^: end$' },
      section: '^[^!:\\s]',
      preamble: ['^: Saved$', '^:$'],
    },
  },
  readOnly: ['show [^|]+', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: ['(?:include|exclude|begin|grep(?: -v)?) [^|]+'],
  errors: ['^ERROR: ', '^Syntax error: ', '^%? ?(?:Invalid|Incomplete|Ambiguous) '],
  identity: ['^hostname (?<hostname>\\S+)', '^: Serial Number: (?<serial>\\S+)'],
  volatile: [
    { name: 'checksum over everything', pattern: '^Cryptochecksum:.*$' },
    { name: 'time of the last write', pattern: '^: Written by .* at .*$' },
  ],
  secrets: asaStyleSecrets,
  detect: [{ command: 'show version', pattern: '^Model +: Cisco .{0,60}Threat Defense' }],
} as const satisfies Platform
