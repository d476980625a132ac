import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import {
  enableWithPassword,
  iosStyleErrors,
  iosStylePrompt,
  lineFilters,
  userAndPrivileged,
} from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Raisecom ISCOM series Configuration Guide (terminal page-break, show running-config); Oxidized's model. */
export const raisecomRoap = {
  name: 'raisecom_roap',
  title: 'Raisecom ROAP',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal page-break disable'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      witness: { command: 'show version', answer: '[Vv]ersion' },
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      witness: { command: 'show version', answer: '[Vv]ersion' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [...iosStyleErrors, '^Error input in the position marked', '^Unknown command'],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)'],
  volatile: [{ name: 'time of the capture', pattern: '^!(?:current|Current) time.*$' }],
  secrets: [
    {
      name: 'AAA key',
      pattern: '^ *(?:radius|tacacs)[ -](?:encrypt-key|server key|authentication-key|key) (?<secret>\\S+)',
    },
    { name: 'user', pattern: '^ *user (?:name )?\\S+ password (?:cipher |simple )?(?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [
    { command: 'show version', pattern: '^(?:Product Name|Raisecom|ROAP|ROS Version).{0,40}(?:ISCOM|Raisecom|ROAP)' },
  ],
} as const satisfies Platform
