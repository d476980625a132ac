import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: HPE Aruba Networking AOS-CX Fundamentals Guide (page, show running-config, user roles); its "Pipe (|) command": `count`
 * without a pattern says how many lines the output has. No end marker.
 */
export const arubaAoscx = {
  name: 'aruba_aoscx',
  title: 'HPE Aruba AOS-CX',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['no page'],
  paging: [{ prompt: '-- MORE --, next page: Space, next line: Enter, quit: q', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^!Version (?:ArubaOS-CX|AOS-CX)' },
      section: '^[^!\\s]',
      witness: { command: 'show running-config | count', answer: { counts: '(?<lines>\\d{1,9})' } },
      preamble: ['^Current configuration:$', '^!$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^!Version (?:ArubaOS-CX|AOS-CX)' },
      section: '^[^!\\s]',
      witness: { command: 'show startup-config | count', answer: { counts: '(?<lines>\\d{1,9})' } },
      preamble: ['^Startup configuration:$', '^!$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|count)(?: [^|]+)?'],
  errors: ['^(?:Invalid input|% ?Command incomplete|% ?Ambiguous command|% ?Unknown command|Cannot execute command)'],
  identity: ['^hostname (?<hostname>\\S+)', '^Chassis Serial Nbr +: (?<serial>\\S+)'],
  serial: { command: 'show system' },
  volatile: [],
  secrets: [
    { name: 'user password', pattern: '^user \\S+ group \\S+ password (?:ciphertext|plaintext) (?<secret>\\S+)' },
    { name: 'encrypted value', pattern: '\\b(?:ciphertext|plaintext) (?<secret>\\S+)' },
    {
      name: 'SNMPv3 authentication',
      pattern: '^snmpv3 user .{0,120}? auth-pass (?:ciphertext |plaintext )?(?<secret>\\S+)',
    },
    { name: 'SNMPv3 privacy', pattern: '^snmpv3 user .{0,300}? priv-pass (?:ciphertext |plaintext )?(?<secret>\\S+)' },
    { name: 'trap community', pattern: '^snmp-server host .{1,120}? community (?<secret>\\S+)' },
    // What is encrypted stands behind a word that says so.
    ...iosStyleSecrets.map((one) => ({ ...one, except: `${one.except ?? '^$'}|^(?:ciphertext|plaintext)$` })),
  ],
  detect: [{ command: 'show version', pattern: '^(?:ArubaOS-CX|AOS-CX)\\b' }],
} as const satisfies Platform
