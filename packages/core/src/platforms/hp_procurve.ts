import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: HPE ArubaOS-Switch Management and Configuration Guide (no page, enable), Basic Operation Guide. Its configuration has
 * no end marker.
 */
export const hpProcurve = {
  name: 'hp_procurve',
  aliases: ['aruba_osswitch', 'aruba_procurve'],
  title: 'HPE ProCurve and ArubaOS-Switch',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['no page', 'terminal width 511'],
  // Keys typed before the banner's question was answered answer it.
  typeAhead: 'lost',
  paging: [{ prompt: '-- MORE --, next page: Space, next line: Enter, quit: Control-C', answer: ' ' }],
  onLogin: [{ prompt: '.{0,80}Press any key to continue', answer: ' ' }],
  enable: {
    command: 'enable',
    passwordPrompt: 'Password: ?',
    refused: '^(?:Invalid password|Unable to verify password|Access denied|Not authorized)',
  },
  logout: 'logout',
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^; \\S+ Configuration Editor' },
      section: '^[^;\\s]',
      witness: { command: 'show system', answer: '^ *(?:System Name|Serial Number) +: ' },
      preamble: ['^Running configuration:$'],
    },
    startup: {
      commands: ['show config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^; \\S+ Configuration Editor' },
      section: '^[^;\\s]',
      witness: { command: 'show system', answer: '^ *(?:System Name|Serial Number) +: ' },
      preamble: ['^Startup configuration: ?\\d*$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', '(?:ping|traceroute) [\\w.:-]+'],
  filters: ['(?:include|exclude|begin) [^|]+'],
  errors: ['^(?:Invalid|Ambiguous|Incomplete) (?:input|command)', '^Not authorized to run this command', '^Unable to '],
  identity: ['^hostname "?(?<hostname>[^"\\s]+)', '\\bSerial Number +: (?<serial>\\w+)'],
  volatile: [],
  secrets: [
    {
      name: 'switch password',
      pattern:
        '^password (?:manager|operator)(?: user-name "?[^"\\s]+"?)?(?: plaintext| sha1| sha256)? "?(?<secret>[^"\\s]+)',
    },
    { name: 'SNMP community', pattern: '^snmp-server community "?(?<secret>[^"\\s]+)' },
    { name: 'SNMP trap community', pattern: '^snmp-server host \\S+ community "?(?<secret>[^"\\s]+)' },
    {
      name: 'AAA server key',
      pattern: '^(?:radius|tacacs)-server (?:host \\S+ )?(?:encrypted-)?key "?(?<secret>[^"\\s]+)',
    },
    { name: 'SNMPv3 authentication', pattern: '^snmpv3 user .{0,120}? auth (?:md5 |sha )?"?(?<secret>[^"\\s]+)' },
    { name: 'SNMPv3 privacy', pattern: '^snmpv3 user .{0,240}? priv (?:des |aes )?"?(?<secret>[^"\\s]+)' },
    { name: 'key chain', pattern: '^key-chain .{0,120}? key-string "?(?<secret>[^"\\s]+)' },
    {
      name: 'secret in quotes',
      pattern: '\\b(?:community|key|auth|priv|key-string|plaintext|sha1|sha256|secret|key-value) "(?<secret>[^"\\n]+)"',
    },
    { name: 'SNMPv3 community', pattern: '^snmpv3 community index .{1,80}? name "?(?<secret>[^"\\s]+)' },
    { name: 'time server key', pattern: '^s?ntp authentication key-id .{1,80}? key-value "?(?<secret>[^"\\s]+)' },
    { name: 'VRRP authentication', pattern: '^ +authentication plain-text "?(?<secret>[^"\\s]+)' },
    { name: 'supplicant secret', pattern: '^aaa port-access supplicant .{1,120}? secret "?(?<secret>[^"\\s]+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^ ?Image stamp:' }],
  identification: '^SSH-2\\.0-Mocana SSH',
} as const satisfies Platform
