import type { Platform } from './platform.ts'

/**
 * AireOS. Sources: Cisco Wireless Controller Command Reference 8.10 (config paging, show run-config, show sysinfo); the models of
 * Netmiko and Oxidized. A controller that asks for the user name once more inside the session cannot be logged into.
 */
export const ciscoWlc = {
  name: 'cisco_wlc',
  title: 'Cisco AireOS (wireless LAN controllers)',
  prompt: '\\((?<host>[^()]{1,64})\\) (?:[\\w-]{1,40})?>',
  privileges: [],
  // Counts for this session only.
  onOpen: ['config paging disable'],
  typeAhead: 'lost',
  paging: [
    { prompt: '--More-- or \\(q\\)uit', answer: ' ' },
    { prompt: 'Press Enter to continue(?: or <ctrl-z> to abort)?(?:\\.{3})?', answer: '\n' },
  ],
  logout: 'logout',
  configurations: {
    running: {
      commands: ['show run-config commands'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^\\S' },
      knownEnd: '^# WLC Config End ',
      section: '^ *[^#\\s]\\S* \\S+',
      witness: { command: 'show sysinfo', answer: '^System Name\\.{2,}' },
    },
    startup: {
      commands: ['show run-config startup-commands'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^# WLC Config End ' },
      section: '^ *[^#\\s]\\S* \\S+',
    },
  },
  readOnly: ['show [^|]+', 'ping [\\w.:-]+'],
  filters: ['(?:include|exclude|begin|grep) [^|]+'],
  errors: ['^(?:Incorrect usage|Incorrect input)', '^(?:HELP:|Error ?:)'],
  identity: ['^System Name\\.{2,} ?(?<hostname>\\S+)', '^ *sysname (?<hostname>\\S+)', '\\bSN: (?<serial>\\w+)'],
  serial: { command: 'show udi' },
  volatile: [
    { name: 'time of the capture', pattern: '^# WLC Config (?:Begin|End) .*$' },
    { name: 'rogue that was seen', pattern: '^ *rogue (?:adhoc|client|ap) .*(?:alert|[Uu]nknown) [\\da-f]{2}:.*$' },
  ],
  secrets: [
    {
      name: 'management user',
      pattern:
        '^ *(?:config )?mgmtuser (?:add|password) (?:encrypt )?\\S+ (?<secret>[^\\n]+?)(?: (?:read-write|read-only|lobby-admin))?$',
    },
    { name: 'local user', pattern: '^ *(?:config )?netuser (?:add|password) \\S+ (?<secret>\\S+)' },
    {
      name: 'AAA server',
      pattern:
        '^ *(?:config )?(?:radius|tacacs) (?:auth|acct|athr|dns) (?:add )?(?:encrypt )?(?:\\d+ )?(?:\\S+ )?(?:\\d+ )?(?:password|ascii|hex|secret) (?<secret>\\S.*)$',
    },
    {
      name: 'SNMP community',
      pattern:
        '^ *(?:config )?snmp community (?:create|delete|accessmode \\S+|mode \\S+|ipaddr \\S+ \\S+) (?<secret>\\S+)',
    },
    {
      name: 'SNMPv3 user',
      pattern: '^ *(?:config )?snmp v3user create \\S+ \\S+ \\S+ \\S+ (?:encrypt )?(?<secret>\\S.*)$',
    },
    { name: 'pre-shared key', pattern: '\\bset-key (?:ascii|hex|encrypt) (?<secret>\\S.*?)(?: \\d+)?$' },
    {
      name: 'access point users',
      pattern: '^ *(?:config )?ap (?:mgmtuser|dot1xuser) add .{0,120}?\\b(?:password|secret) (?<secret>\\S.*)$',
    },
  ],
  detect: [{ command: 'show sysinfo', pattern: '^Product Name\\.{2,} ?Cisco Controller' }],
} as const satisfies Platform
