import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Ericsson IPOS / SmartEdge OS Command List (terminal length, show configuration). */
export const ericssonIpos = {
  name: 'ericsson_ipos',
  title: 'Ericsson IPOS (Redback SmartEdge)',
  prompt: '\\[[\\w.-]{1,64}\\](?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0', 'terminal width 512'],
  paging: [{ prompt: '---\\(more\\)---', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show configuration'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Building configuration\\.\\.\\.$', '^Current configuration:$', '^!$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|grep) [^|]+', 'count'],
  errors: iosStyleErrors,
  identity: ['^ *system hostname (?<hostname>\\S+)'],
  volatile: [{ name: 'time of the last change', pattern: '^! Configuration last changed by .*$' }],
  secrets: [
    { name: 'encrypted value', pattern: '\\bencrypted(?:-key)? (?:\\d )?(?<secret>\\S+)' },
    { name: 'SNMP community', pattern: '^ *snmp community (?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^(?:Redback Networks|Ericsson) (?:SmartEdge|IPOS)|^Ericsson IPOS' }],
} as const satisfies Platform
