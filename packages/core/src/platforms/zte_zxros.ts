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
 * Sources: ZTE ZXR10 configuration guides (terminal length, show running-config); Netmiko's driver. Nothing ends its
 * configuration.
 */
export const zteZxros = {
  name: 'zte_zxros',
  title: 'ZTE ZXROS',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0'],
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
      preamble: ['^Building configuration\\.\\.\\.$', '^Current configuration ?:.*$'],
      witness: { command: 'show version', answer: 'ZXR10|ZTE|ZXROS' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [...iosStyleErrors, '^%Error \\d+: ', '^%Code \\d+: '],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)'],
  volatile: [],
  secrets: [
    { name: 'encrypted value', pattern: '\\b(?:encrypted|cipher) (?<secret>[^\\s]{6,})', except: '^password$' },
    { name: 'community', pattern: '^ *snmp-server community (?:encrypted )?(?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^ZTE ZX|^ZXR10 |ZTE ZXR10' }],
} as const satisfies Platform
