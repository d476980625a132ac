import { pemPrivateKey } from './ios-style-secrets.ts'
import { userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Extreme Networks ExtremeXOS Command Reference (disable clipaging, show configuration, show version). */
export const extremeExos = {
  name: 'extreme_exos',
  title: 'Extreme ExtremeXOS',
  // `* Slot-1 sw1.23 #`: a star for unsaved changes, a counter of commands behind the name.
  prompt: '(?:[*!] ?){0,2}(?:\\([^()]{1,32}\\) )?(?:Slot-\\d{1,2} )?(?<host>[\\w-][\\w.-]{0,62}?)\\.\\d{1,6} [>#]',
  privileges: userAndPrivileged,
  onOpen: ['disable clipaging', 'disable cli prompting'],
  typeAhead: 'lost',
  paging: [{ prompt: '.{0,20}Press <SPACE> to continue or <Q> to quit: ?', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show configuration'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^#' },
      section: '^# Module \\S+ configuration\\.',
      witness: { command: 'show version', answer: '^(?:Switch|Image|Slot-\\d) +: ' },
    },
  },
  readOnly: ['show [^|]+', 'ping (?:vr \\S+ )?[\\w.:-]+', 'traceroute (?:vr \\S+ )?[\\w.:-]+'],
  filters: ['(?:include|exclude|begin|grep) [^|]+', 'count'],
  errors: ['^%% (?:Invalid|Unrecognized|Incomplete|Ambiguous|Permission)', '^Error: '],
  identity: ['^configure snmp sys[Nn]ame "?(?<hostname>[^\\s"]+)', '^(?:Switch|Slot-\\d) +: \\S+ (?<serial>\\S+) Rev'],
  volatile: [],
  secrets: [
    {
      name: 'encrypted value',
      pattern: '\\bencrypted "?(?<secret>[^\\s"]{3,})',
      except: '^(?:auth|privacy|name|des|aes|sha|md5)',
    },
    {
      name: 'account',
      pattern:
        '^(?:create|configure) account (?:admin |user |lawful-intercept )?\\S+ (?:encrypted )?"?(?<secret>[^\\s"]+)',
      except: '^encrypted',
    },
    { name: 'shared secret', pattern: '\\bshared-secret (?:encrypted )?"?(?<secret>[^\\s"]+)', except: '^encrypted' },
    {
      name: 'SNMP community',
      pattern: '^(?:create|configure) snmp(?:v3)? (?:add )?community (?:hex )?"?(?<secret>[^\\s"]+)',
    },
    {
      name: 'SNMP community by name',
      pattern: '^configure snmpv3 add community .{0,200}? (?:name|encrypted name) "?(?<secret>[^\\s"]+)',
    },
    {
      name: 'SNMPv3 user',
      pattern:
        '^configure snmpv3 add user .{0,200}? authentication \\S+ (?:localized-key |auth-encrypted localized-key )?"?(?<secret>[^\\s"]+)',
    },
    {
      name: 'SNMPv3 privacy',
      pattern:
        '^configure snmpv3 add user .{0,300}? privacy (?:\\S+ )?(?:\\d+ )?(?:localized-key |privacy-encrypted localized-key )?"?(?<secret>[^\\s"]{6,})',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show version', pattern: '^Image +: (?:ExtremeXOS|Extreme Networks Switch Engine) ' }],
} as const satisfies Platform
