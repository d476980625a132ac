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

/** Sources: Casa Systems C100G Software Configuration Guide (page-off, show running-config); Oxidized's model. */
export const casaCmts = {
  name: 'casa_cmts',
  title: 'Casa Systems CMTS',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['page-off'],
  logout: 'logout',
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
      witness: { command: 'show version', answer: '[Vv]ersion|[Rr]elease|^Running' },
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      witness: { command: 'show version', answer: '[Vv]ersion|[Rr]elease|^Running' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: iosStyleErrors,
  identity: ['^hostname "?(?<hostname>[^\\s"]+)'],
  volatile: [],
  secrets: [
    { name: 'SNMP community', pattern: '^ *snmp community (?<secret>\\S+)' },
    { name: 'SNMP community table', pattern: '^ *snmp comm-tbl (?<secret>\\S+ \\S+)' },
    { name: 'password', pattern: '^ *(?:console-)?password encrypted (?<secret>\\S+)' },
    { name: 'shared secret', pattern: '^ *(?:cable )?shared-secret(?: \\d)? (?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^Casa Systems|CASA-' }],
} as const satisfies Platform
