import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** Sources: Dell SmartFabric OS10 User Guide, "CLI basics" (terminal length, show running-configuration). No end marker. */
export const dellOs10 = {
  name: 'dell_os10',
  title: 'Dell SmartFabric OS10',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  // Roles decide; every prompt ends with `#`.
  privileges: [],
  onOpen: ['terminal length 0'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-configuration'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^! Version ' },
      section: '^[^!\\s]',
      witness: { command: 'show version', answer: '^(?:OS Version|Build Version): ' },
    },
    startup: {
      commands: ['show startup-configuration'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^! Version ' },
      section: '^[^!\\s]',
      witness: { command: 'show version', answer: '^(?:OS Version|Build Version): ' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:grep|except|find|begin|include|exclude) [^|]+', '(?:no-more|display-xml|wc)'],
  errors: ['^% ?Error: ', '^% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized)\\b'],
  identity: ['^hostname (?<hostname>\\S+)'],
  volatile: [{ name: 'time of the last change', pattern: '^! Last configuration change at .*$' }],
  secrets: [
    { name: 'system user password', pattern: '^system-user \\S+ password (?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: 'SmartFabric OS10|^OS Version: 10\\.|Dell EMC Networking OS10' }],
} as const satisfies Platform
