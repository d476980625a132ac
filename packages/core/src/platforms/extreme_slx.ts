import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { iosStyleErrors, iosStylePrompt } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Extreme SLX-OS Command Reference (terminal length, show running-config, output modifiers: count); Oxidized's model. */
export const extremeSlx = {
  name: 'extreme_slx',
  title: 'Extreme SLX-OS',
  prompt: iosStylePrompt,
  privileges: [],
  onOpen: ['terminal length 0'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      witness: { command: 'show running-config | count', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
    startup: {
      commands: ['show startup-config'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      witness: { command: 'show startup-config | count', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|until) [^|]+', '(?:nomore|count)'],
  errors: [...iosStyleErrors, '^syntax error: '],
  identity: [
    '^switch-attributes host-name (?<hostname>\\S+)',
    '^ host-name (?<hostname>\\S+)',
    '^Factory Serial Num: +(?<serial>\\S+)',
  ],
  serial: { command: 'show chassis' },
  volatile: [],
  secrets: [
    { name: 'user password', pattern: '^ *username \\S+ password "?(?<secret>[^\\s"]+)' },
    { name: 'community', pattern: '^snmp-server community "?(?<secret>[^\\s"]+)' },
    { name: 'encrypted value', pattern: '\\b(?:key|password|community) "(?<secret>[^"\\n]+)" encryption-level' },
    { name: 'SNMPv3 password', pattern: '\\b(?:auth|priv)-password "?(?<secret>[^\\s"]+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^SLX-OS Operating System' }],
} as const satisfies Platform
