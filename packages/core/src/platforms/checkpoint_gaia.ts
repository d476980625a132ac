import type { Platform } from './platform.ts'

/** clish. Sources: Check Point Gaia Administration Guide (show configuration, set clienv rows, show asset). */
export const checkpointGaia = {
  name: 'checkpoint_gaia',
  title: 'Check Point Gaia',
  prompt: '(?:\\[Global\\] )?(?<host>[\\w.-]{1,64})(?::[\\w.-]{1,32})?>',
  privileges: [],
  onOpen: ['set clienv rows 0'],
  typeAhead: 'lost',
  paging: [{ prompt: '-- More --|--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show configuration'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^#' },
      section: '^(?:set|add) \\S+',
      witness: { command: 'show version all', answer: '^(?:Product version|OS build) ' },
    },
  },
  readOnly: ['show [^|]+', 'ping -c \\d{1,2} [\\w.:-]+'],
  // CLINFR0771: somebody else holds the configuration lock, which a reader does not need.
  errors: ['^CLINFR(?:[1-9]\\d{3}|0[0-689]\\d{2}|07[0-689]\\d|077[02-9])', '^(?:Invalid|Incomplete|Ambiguous) command'],
  identity: ['^set hostname (?<hostname>\\S+)', '^Serial Number: (?<serial>\\w+)'],
  serial: { command: 'show asset system' },
  volatile: [{ name: 'time of the capture', pattern: '^# Exported by .* on .*$' }],
  secrets: [
    {
      name: 'password hash',
      pattern: '^set .{0,120}?\\b(?:password-hash|expert-password-hash|grub2-password-hash) (?<secret>\\S+)',
    },
    { name: 'SNMP community', pattern: '^(?:set|add) snmp community (?<secret>\\S+)' },
    { name: 'trap community', pattern: '^(?:set|add) snmp traps receiver \\S+ version \\S+ community (?<secret>\\S+)' },
    {
      name: 'SNMPv3 user',
      pattern:
        '^(?:set|add) snmp usm user .{0,200}?\\b(?:auth-pass-phrase|auth-pass-phrase-hashed|privacy-pass-phrase|privacy-pass-phrase-hashed) (?<secret>\\S+)',
    },
    {
      name: 'SNMPv3 privacy',
      pattern: '^(?:set|add) snmp usm user .{0,300}?\\bprivacy-pass-phrase(?:-hashed)? (?<secret>\\S+)',
    },
    {
      name: 'secret',
      pattern:
        '^(?:set|add) .{0,200}?\\b(?:secret|authkey|shared-secret|simple password|authtype simple|password|md5 key \\d+ secret|key) (?<secret>\\S+)',
      except: '^password$',
    },
  ],
  detect: [{ command: 'show version all', pattern: '^Product version Check Point Gaia' }],
} as const satisfies Platform
