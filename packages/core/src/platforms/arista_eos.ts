import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** Sources: Arista EOS User Manual, "Command-Line Interface" (prompts, paging, pipes) and "Session Management". */
export const aristaEos = {
  name: 'arista_eos',
  title: 'Arista EOS',
  // A supervisor shows its role behind the name, `sw1(s1)(config)#`.
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\)){0,3}[>#]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '>$' },
  ],
  onOpen: ['terminal length 0', 'terminal width 32767'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  enable: {
    command: 'enable',
    passwordPrompt: 'Password: ?',
    refused: '^% ?(?:Bad secret|Access denied|Authentication failed|Error)',
  },
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [
        { open: '^banner (?:login|motd)$', close: '^EOF$' },
        { open: '^ +(?:code unit .* )?source code .*$', close: '^ *EOF$' },
      ],
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner (?:login|motd)$', close: '^EOF$' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'dir(?: [\\w:./-]+)?', pingAndTraceroute],
  // The other filters of EOS are Unix commands (sed, awk …), and some of those write.
  filters: [
    '(?:i|inc|include|exclude|begin|section|grep(?: -[cEivnw]+){0,5}) [^|]+',
    '(?:json|no-more|nz|count|wc(?: -[lwc])?)',
    '(?:head|tail)(?: -?(?:n )?\\d+)?',
  ],
  errors: [
    '^% ?(?:Invalid input|Incomplete|Ambiguous|Unavailable|Authorization denied|Error|Unrecognized|Incomplete token)',
  ],
  identity: ['^hostname (?<hostname>\\S+)', '^Serial number: +(?<serial>\\S+)'],
  serial: { command: 'show version' },
  volatile: [
    {
      name: 'time of the last change',
      pattern: '^! (?:Startup-config|Last configuration) .*(?:last modified|change).* at .*$',
    },
  ],
  secrets: [
    ...iosStyleSecrets,
    { name: 'password of root', pattern: '^aaa root secret (?:(?:[05]|sha512) )?(?<secret>\\S+)' },
    {
      name: 'VRRP authentication',
      pattern: '^ *vrrp \\d+ peer authentication (?:(?:text|ietf-md5 key-string) )?(?:7 )?(?<secret>\\S+)',
    },
    {
      name: 'IS-IS key',
      pattern:
        '^ *(?:isis )?authentication (?:key-id \\d+ algorithm \\S+ (?:rfc-\\d+ )?)?key (?:(?:[07]|8a) )?(?<secret>\\S+)',
    },
    { name: 'MACsec key', pattern: '^ *key [0-9A-Fa-f]+ (?:0|7|8a) (?<secret>\\S+)' },
    { name: 'key of the streaming agent', pattern: '-cvauth=(?:key|token-secure|token),(?<secret>[^\\s,/][^\\s,]*)' },
  ],
  detect: [{ command: 'show version', pattern: '^ ?Arista |Arista Networks EOS' }],
} as const satisfies Platform
