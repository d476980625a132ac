import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Broadcom FASTPATH, sold by many names: its configuration begins with comments about the switch, and ends with the `exit` of
 * its last block. Dell EMC Networking N-Series CLI Reference; EdgeSwitch CLI Command Reference.
 */
export const fastpathCapture = {
  privileged: true,
  whole: { by: 'first-line', pattern: '^!Current Configuration:' },
  section: '^[^!\\s]',
  notSection: ['^exit$', '^configure$'],
  witness: { command: 'show version', answer: '^(?:Serial Number|System Description|Machine Description)\\.{2,} ?\\S' },
} as const

export const fastpathSerial = '^Serial Number\\.{2,} ?(?<serial>\\S+)'

export const fastpathVolatile = [
  { name: 'time since the start', pattern: '^!System Up Time .*$' },
  { name: 'clock', pattern: '^!Current (?:SNTP|System) (?:Synchronized )?Time.*$' },
] as const

export const fastpathPaging = [{ prompt: '--More-- or \\(q\\)uit', answer: ' ' }] as const

export const fastpathSecrets: Platform['secrets'] = [
  {
    name: 'encrypted after the value',
    pattern: '\\b(?:password|secret|key) "?(?<secret>[^\\s"]{8,})"? encrypted$',
  },
  {
    name: 'AAA server key',
    pattern:
      '^(?:radius|tacacs)[ -]server (?:\\S+ ){0,4}?key (?:(?:auth|acct) \\S+ )?(?:encrypted |\\d )?"?(?<secret>[^\\s"]+)',
  },
  // The lines of a block are not indented.
  { name: 'AAA server key in a block', pattern: '^key (?:encrypted |\\d )?"?(?<secret>[^\\s"]+)"?$' },
  {
    name: 'SNMPv3 authentication',
    pattern: '^snmp-server user .{0,200}? auth-(?:md5|sha)(?:-key)? "?(?<secret>[^\\s"]+)',
  },
  {
    name: 'SNMPv3 privacy',
    pattern: '^snmp-server user .{0,300}? priv-(?:des|3des|aes\\d{0,3})(?:-key)? "?(?<secret>[^\\s"]+)',
  },
  {
    name: 'SNMP community',
    pattern: '^snmp-server community "?(?<secret>[^\\n"]+?)"?(?: (?:ro|rw|su|mode|ipaddr|view)\\b.*)?$',
  },
  ...iosStyleSecrets,
]
