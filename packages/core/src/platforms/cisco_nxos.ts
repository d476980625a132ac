import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Cisco Nexus 9000 Series NX-OS Fundamentals Configuration Guide ("Understanding the Command-Line Interface": pipes,
 * `;` between commands, terminal length). Its configuration has no end
 * marker: its last lines are asked for once more.
 */
export const ciscoNxos = {
  name: 'cisco_nxos',
  title: 'Cisco NX-OS',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  // User roles decide; every prompt ends with `#`.
  privileges: [],
  onOpen: ['terminal length 0', 'terminal width 511'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^(?:!Command: show running-config|version \\S)' },
      witness: { command: 'show running-config | last 5', answer: { repeats: 'last-lines' } },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^!\\s]',
    },
    startup: {
      commands: ['show startup-config'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^(?:!Command: show startup-config|version \\S)' },
      witness: { command: 'show startup-config | last 5', answer: { repeats: 'last-lines' } },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^!\\s]',
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'dir(?: [\\w:./-]+)?', pingAndTraceroute],
  filters: [
    '(?:i|inc|incl|include|e|exc|exclude|b|beg|begin|sec|section|grep|egrep) [^|]+',
    '(?:count|no-more|json|json-pretty|xml|sort)',
    '(?:head|last|wc)(?: (?:lines )?\\d+)?',
  ],
  errors: [
    '^% ?(?:Invalid|Incomplete|Ambiguous|Permission denied|Authorization)\\b',
    '^Error: ',
    '^Syntax error while parsing',
  ],
  identity: ['^(?:hostname|switchname) (?<hostname>\\S+)', '^ +Processor Board ID (?<serial>\\S+)'],
  serial: { command: 'show version' },
  volatile: [
    { name: 'time of the capture', pattern: '^!Time: .*$' },
    {
      name: 'time of the last change',
      pattern: '^!(?:Running configuration last done|Startup config saved|NVRAM config last updated) at: .*$',
    },
  ],
  secrets: [...iosStyleSecrets, { name: 'IKE key', pattern: '^ +key (?<secret>\\S+) (?:address|hostname) ' }],
  detect: [{ command: 'show version', pattern: 'Cisco Nexus Operating System|NX-OS' }],
} as const satisfies Platform
