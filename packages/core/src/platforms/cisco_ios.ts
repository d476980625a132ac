import { iosFilters, pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Cisco IOS Configuration Fundamentals Command Reference (terminal length, terminal width, show running-config,
 * enable); IOS XE 17 System Management.
 */
export const ciscoIos = {
  name: 'cisco_ios',
  aliases: ['cisco_xe'],
  title: 'Cisco IOS and IOS XE',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['terminal length 0', 'terminal width 511'],
  typeAhead: 'clean',
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  enable: {
    command: 'enable',
    passwordPrompt: 'Password: ?',
    refused: '^% ?(?:Bad (?:secrets|passwords)|Access denied|Error in authentication|Authentication failed)',
  },
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [
        { open: '^banner \\S+ (?<delimiter>\\^.|\\S)', close: '{delimiter}' },
        // A startup-config may name a file in NVRAM instead: one line, nothing to close.
        { open: '^ certificate [^\\s:][^:\\n]*$', close: '^[ \\t]+quit$' },
      ],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: [
        '^Building configuration\\.\\.\\.$',
        '^Current configuration : \\d+ bytes$',
        '^Load for five secs: ',
        '^Time source is ',
      ],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [
        { open: '^banner \\S+ (?<delimiter>\\^.|\\S)', close: '{delimiter}' },
        // A startup-config may name a file in NVRAM instead: one line, nothing to close.
        { open: '^ certificate [^\\s:][^:\\n]*$', close: '^[ \\t]+quit$' },
      ],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: [
        '^Using \\d+ out of \\d+ bytes',
        '^Uncompressed configuration from \\d+ bytes',
        '^Load for five secs: ',
        '^Time source is ',
      ],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'dir(?: [\\w:./-]+)?', pingAndTraceroute],
  filters: iosFilters,
  errors: [
    '^%\\s?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Unsupported|Permission denied|Access denied|Authorization failed|Error|Bad)\\b',
    '^Command authorization failed',
    '^Command rejected',
  ],
  identity: ['^hostname (?<hostname>\\S+)', '^license udi pid \\S+ sn (?<serial>\\S+)'],
  volatile: [
    { name: 'time of the last change', pattern: '^! (?:Last configuration change|NVRAM config last updated) at .*$' },
    { name: 'no change since the restart', pattern: '^! No configuration change since last restart.*$' },
    { name: 'clock drift', pattern: '^ntp clock-period \\d+$' },
  ],
  secrets: iosStyleSecrets,
  detect: [{ command: 'show version', pattern: 'Cisco IOS(?: XE)? Software|Cisco Internetwork Operating System' }],
} as const satisfies Platform
