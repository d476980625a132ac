import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Cisco IOS XR System Management Command Reference (terminal length, show running-config), IOS XR 7 release
 * notes.
 */
export const ciscoXr = {
  name: 'cisco_xr',
  title: 'Cisco IOS XR',
  prompt: '(?:RP/\\d{1,3}/\\w{1,6}/CPU\\d{1,2}:)?(?<host>[A-Za-z0-9_][^\\s()<>#$%:]{0,79})(?:\\([^()\\s]{1,80}\\))?#',
  // Task groups decide what a user may do; the prompt does not show them.
  privileges: [],
  onOpen: ['terminal length 0', 'terminal width 511'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^\\w{3} \\w{3} +\\d{1,2} [\\d:.]+ \\S+$', '^Building configuration\\.\\.\\.$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'dir(?: [\\w:./-]+)?', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|section) [^|]+', '(?:utility )?(?:egrep|wc|head|tail)(?: [^|]+)?'],
  errors: ['^% ?(?:Invalid|Incomplete|Ambiguous|This command is not authorized|Bad)\\b', '^% Failed'],
  identity: ['^hostname (?<hostname>\\S+)', ', SN: (?<serial>\\w+)'],
  serial: { command: 'show inventory chassis' },
  volatile: [
    { name: 'time of the last change', pattern: '^!! Last configuration change at .*$' },
    { name: 'time of the capture', pattern: '^\\w{3} \\w{3} +\\d{1,2} [\\d:.]+ \\S+$' },
  ],
  secrets: [
    ...iosStyleSecrets,
    {
      name: 'IS-IS password',
      pattern: '^ *(?:lsp|hello)-password (?:accept )?(?:(?:hmac-md5|text) )?(?:(?:clear|encrypted) )?(?<secret>\\S+)',
      except: '^keychain$',
    },
    { name: 'VRRP authentication', pattern: '^ *text-authentication (?<secret>\\S+)' },
    {
      name: 'HSRP authentication',
      pattern: '^ {4,20}authentication (?<secret>\\S+)$',
      except: '^(?:message-digest|null|keychain)$',
    },
  ],
  detect: [{ command: 'show version', pattern: 'Cisco IOS XR Software' }],
} as const satisfies Platform
