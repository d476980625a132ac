import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Junos CLI User Guide (set cli screen-length, screen-width, complete-on-space; pipe filters), Junos User Access guide
 * ($9$ is reversible, $1$, $5$, $6$ are hashes).
 */
export const juniperJunos = {
  name: 'juniper_junos',
  aliases: ['juniper'],
  title: 'Juniper Junos OS',
  prompt: '[\\w.-]{1,64}@(?<host>[\\w.-]{1,64}(?::[\\w-]{1,32})?)[>#%]',
  promptContext: '(?:\\{[\\w:,./ -]{1,60}\\}(?:\\[edit[^\\]]{0,400}\\])?|\\[edit[^\\]]{0,400}\\])',
  // The login class decides what a user may do; the prompt does not show it.
  privileges: [],
  // Completion on blanks would turn an abbreviated command into another text than was sent.
  onOpen: ['set cli complete-on-space off', 'set cli screen-length 0', 'set cli screen-width 511'],
  paging: [{ prompt: '-{2,4}\\(more(?: \\d{1,3}%)?\\)-{2,4}', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show configuration'],
      privileged: false,
      whole: { by: 'balanced', open: '\\{$', close: '^[ \\t]*\\}', tail: '\\}\\n\\n$' },
      texts: [
        { open: '"', close: '(?<!\\\\)"' },
        { open: '/\\*', close: '\\*/' },
        { open: '#', close: '$' },
      ],
      section: '^[\\w<].*\\{$',
    },
  },
  readOnly: [
    'sh(?:ow?)? [^|]+',
    '(?:ping|traceroute) [\\w.:-]+(?: count \\d{1,2}| rapid| routing-instance [\\w.-]+){0,3}',
  ],
  // `save`, `append` and `tee` write.
  filters: [
    '(?:match|except|find) [^|]+',
    '(?:count|no-more|trim \\d+)',
    'last(?: \\d+)?',
    'display (?:set|xml|json|detail|inheritance|changed|commit-scripts|omit|translation-scripts)(?: (?:relative|no-comments|defaults|brief|terse|groups|no-export-path))*',
    'compare(?: rollback \\d{1,2})?',
  ],
  errors: [
    '^(?:error|warning: unknown): ',
    '^(?:unknown command|syntax error|missing argument|invalid (?:command|value|numeric value))\\b',
    "^'\\S+' is ambiguous",
  ],
  identity: ['^[ \\t]+host-name (?<hostname>[^\\s;]+);', '^Chassis +(?<serial>[A-Z0-9]{6,20}) '],
  serial: { command: 'show chassis hardware' },
  volatile: [{ name: 'time of the last commit', pattern: '^## Last (?:commit|changed): .*$' }],
  secrets: [
    {
      name: 'password or key in quotes',
      pattern:
        '^.{0,400}?\\b(?:encrypted-password|plain-text-password-value|secret|authentication-key|authentication-password|privacy-password|authentication-key-value|key|md5 \\d+ key|pre-shared-key (?:ascii-text|hexadecimal)|simple-password|chap-secret|pap-password|password|authentication-data|shared-secret|hello-authentication-key)(?: hexadecimal| ascii-text)? "(?<secret>[^"\\n]+)"',
    },
    { name: 'reversible secret', pattern: '(?<secret>\\$9\\$[^\\s";]{4,})' },
    {
      name: 'SNMP community',
      pattern: '^[ \\t]*(?:set snmp )?community "?(?<secret>[^\\s";{]+)"?(?: \\{|;| authorization| clients| view)',
    },
    { name: 'SNMPv3 key', pattern: '\\b(?:authentication|privacy)-key "?(?<secret>[^\\s";]+)', except: '^\\d{1,5}$' },
    { name: 'NTP key', pattern: '\\bauthentication-key \\d+ type \\S+ value "?(?<secret>[^\\s";]+)' },
    { name: 'SNMPv3 community', pattern: '\\bcommunity-name "?(?<secret>[^\\s";]+)' },
    { name: 'IKE key', pattern: '\\bpre-shared-key (?:ascii-text|hexadecimal) "?(?<secret>[^\\s";]+)' },
    pemPrivateKey,
  ],
  detect: [{ command: 'show version', pattern: '^(?:JUNOS |Junos: )|\\bJUNOS (?:OS|Software|Base)\\b' }],
} as const satisfies Platform
