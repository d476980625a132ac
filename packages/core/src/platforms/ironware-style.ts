import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, lineFilters, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * Foundry's IronWare, later Brocade's: an SSH session shows `SSH@` in front of the name. Brocade FastIron and NetIron
 * guides.
 */
const ironwarePrompt = '(?:(?:SSH|telnet)@)?(?<host>[A-Za-z0-9_][^\\s()<>#$%@]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]'

const ironwarePaging = [
  { prompt: '--More--, next page: Space, next line: Return key, quit: Control-c', answer: ' ' },
] as const

const ironwareSecrets: Platform['secrets'] = [
  {
    name: 'enable password',
    pattern: '^enable (?:super-user|port-config|read-only|telnet)[- ]password (?:\\d )?(?<secret>\\S+)',
  },
  { name: 'SNMP community', pattern: '^snmp-server community (?:\\d )?(?<secret>\\S+)' },
  { name: 'trap community', pattern: '^snmp-server host \\S+ version v\\S+ (?:\\d )?(?<secret>\\S+)' },
  { name: 'AAA server key', pattern: '^(?:radius|tacacs)-server .{0,200}?\\bkey (?:\\d )?(?<secret>\\S+)' },
  {
    name: 'routing authentication',
    pattern: '^ +ip (?:ospf|vrrp|isis) (?:\\S+ ){0,3}?(?:authentication-key|md5-key|key) (?:\\d )?(?<secret>\\S+)',
  },
]

const ironwareCapture = {
  privileged: true,
  whole: { by: 'end-marker', pattern: '^end$' },
  texts: [{ open: '^banner \\S+ (?<delimiter>\\^.|\\S)', close: '{delimiter}' }],
  section: '^[^!\\s]',
  notSection: ['^end$'],
  preamble: ['^Current configuration:$', '^Startup-config data location is .*$', '^!$'],
} as const

/** All that FastIron and NetIron have in common: everything but their names. */
export const ironwareStyle = {
  prompt: ironwarePrompt,
  privileges: userAndPrivileged,
  onOpen: ['skip-page-display', 'terminal length 0'],
  paging: ironwarePaging,
  enable: enableWithPassword,
  configurations: {
    running: { commands: ['show running-config'], ...ironwareCapture },
    startup: { commands: ['show configuration'], ...ironwareCapture },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [
    ...iosStyleErrors,
    '^(?:Invalid input|Incomplete command|Ambiguous input|Unrecognized command|Not authorized)',
  ],
  identity: ['^hostname (?<hostname>\\S+)', '^ *Serial +#: ?(?<serial>\\w+)'],
  serial: { command: 'show version' },
  volatile: [],
  secrets: [...ironwareSecrets, ...iosStyleSecrets],
} as const
