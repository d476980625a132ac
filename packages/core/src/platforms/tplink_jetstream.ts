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

/**
 * Sources: TP-Link JetStream CLI Reference Guide (enable, show running-config); Netmiko's driver (it wants both characters
 * for Enter).
 */
export const tplinkJetstream = {
  name: 'tplink_jetstream',
  title: 'TP-Link JetStream',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0'],
  typeAhead: 'lost',
  enter: '\r\n',
  paging: [{ prompt: 'Press any key to continue \\(Q to quit\\)', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!#\\s]',
      notSection: ['^end$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!#\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [...iosStyleErrors, '^Error: ?(?:Invalid|Bad|Incomplete|Ambiguous)'],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)', '^ *Serial Number +- (?<serial>\\S+)'],
  serial: { command: 'show system-info' },
  volatile: [],
  secrets: [
    { name: 'SNMP community', pattern: '^snmp-server community "?(?<secret>[^\\s"]+)' },
    { name: 'user', pattern: '^user name .{0,160}?\\b(?:password|secret) (?:\\d )?"?(?<secret>[^\\s"]+)' },
    { name: 'SNMPv3 password', pattern: '^snmp-server user .{0,200}? cpwd "?(?<secret>[^\\s"]+)' },
    { name: 'SNMPv3 privacy', pattern: '^snmp-server user .{0,300}? epwd "?(?<secret>[^\\s"]+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show system-info', pattern: '^ *System Description +- .*(?:JetStream|TP-?L[Ii][Nn][Kk])' }],
} as const satisfies Platform
