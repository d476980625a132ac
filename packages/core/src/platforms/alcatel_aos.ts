import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Alcatel-Lucent OmniSwitch AOS Release 6 and 8 CLI Reference Guides (show configuration snapshot, show system);
 * Oxidized's model.
 */
export const alcatelAos = {
  name: 'alcatel_aos',
  title: 'Alcatel-Lucent OmniSwitch (AOS)',
  // `->` unless `session prompt` says otherwise: then a name may stand in front.
  prompt: '(?:(?<host>[\\w.@-]{0,63}[\\w.@]) ?)?(?:->|[#>])',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  paging: [{ prompt: 'More\\? \\[.{10,120}\\]', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show configuration snapshot'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^!' },
      section: '^! ?\\S.*:$',
      witness: { command: 'show system', answer: '^ +(?:Description|Name): ' },
    },
  },
  readOnly: ['show [^|]+', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: ['(?:grep|egrep) [^|]+'],
  errors: ['^ERROR: '],
  identity: [
    '^system name "?(?<hostname>[^\\s"]+)',
    '^ +Name: +(?<hostname>[^\\s,]+)',
    '^ +Serial Number: +(?<serial>[^\\s,]+)',
  ],
  serial: { command: 'show chassis' },
  volatile: [],
  secrets: [
    {
      name: 'hashed key',
      pattern:
        '\\b(?:hash-key|key|password|shared-secret|secret|prompt-key|encrypt-key|auth-key|md5-key) "?(?<secret>[^\\s"]+)',
    },
    { name: 'SNMP community', pattern: '^snmp community[- ]map "?(?<secret>[^\\s"]+)', except: '^mode$' },
    {
      name: 'SNMP station',
      pattern: '^snmp station .{0,80}? (?:v1|v2) "?(?<secret>[^\\s"]+)',
      except: '^(?:enable|disable)$',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show system', pattern: '^ +Description: +Alcatel-Lucent' }],
} as const satisfies Platform
