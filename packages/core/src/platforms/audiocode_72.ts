import { pemPrivateKey } from './ios-style-secrets.ts'
import { enableWithPassword, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * Mediant gateways and session border controllers, version 7.2. Sources: AudioCodes CLI Reference Guide (show running-config,
 * window-height, pipes: count); the models of Netmiko and Oxidized. Switching its pager off is a change of the configuration, so it is answered.
 */
export const audiocode72 = {
  name: 'audiocode_72',
  title: 'AudioCodes (7.2)',
  // A star marks unsaved changes.
  prompt: '(?<host>[A-Za-z0-9_][\\w. -]{0,63}?)(?:\\([^()\\s]{1,80}\\))?\\*?[>#]',
  privileges: userAndPrivileged,
  onOpen: [],
  typeAhead: 'lost',
  enter: '\r',
  paging: [{ prompt: '\\s*--MORE--', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^#' },
      section: '^ ?[^#\\s]',
      notSection: ['^ ?exit'],
      witness: { command: 'show running-config | count', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
    startup: {
      commands: ['show startup-script'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^#' },
      section: '^ ?[^#\\s]',
      notSection: ['^ ?exit'],
      witness: { command: 'show startup-script | count', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: ['(?:grep|egrep|begin|between|first|last|count)(?: [^|]+)?'],
  errors: ['^(?:Invalid command|Incomplete command|Ambiguous command)', '^Access denied'],
  identity: ['^ *hostname "?(?<hostname>[^\\n"]+?)"?$', '^;?Serial Number ?: ?(?<serial>\\w+)'],
  serial: { command: 'show system version' },
  volatile: [],
  secrets: [
    { name: 'obscured value', pattern: '(?<![^\\s"])"?(?<secret>[^\\s"]{1,400})"? (?:obscured|encrypted|hash)$' },
    {
      name: 'password or key',
      pattern:
        '^ *(?:activate )?(?:password|privacy-key|auth-key|authentication-key|shared-secret|radius-secret|secret|key|ike-key|community-string) "?(?<secret>[^\\s"]+)',
    },
    { name: 'SNMP community', pattern: '^ *(?:ro|rw)-community-string "?(?<secret>[^\\s"]+)' },
    pemPrivateKey,
  ],
  detect: [{ command: 'show system version', pattern: '^;Board(?: Type)?: ' }],
} as const satisfies Platform
