import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * vtysh as the login shell. Netmiko has no name of its own for it. Sources: FRRouting user guide, "VTY shell" and "Basic
 * commands"; vtysh on Debian 12 (8.4).
 */
export const frr = {
  name: 'frr',
  title: 'FRRouting (vtysh)',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['terminal length 0', 'no terminal paginate'],
  // The pager is more(1) or less(1), as VTYSH_PAGER says.
  paging: [
    { prompt: '--More--(?:\\(\\d{1,3}%\\))?|:', answer: ' ' },
    { prompt: '\\(END\\)', answer: 'q' },
  ],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Building configuration\\.\\.\\.$', '^Current configuration:$', '^!$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^(?:!|frr |hostname |log )' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', '(?:ping|traceroute)(?: ip| ipv6)? [\\w.:-]+'],
  filters: ['include [^|]+'],
  errors: [
    "^% ?(?:Unknown command|Command incomplete|Ambiguous command|There is no matched command|Can't)",
    '^.{0,80} is not running$',
  ],
  identity: ['^hostname (?<hostname>\\S+)'],
  volatile: [],
  secrets: iosStyleSecrets,
  detect: [{ command: 'show version', pattern: '^FRRouting \\d' }],
} as const satisfies Platform
