import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** Sources: VyOS user guide, "Command Line Interface" (operational mode, pipes, show configuration, set terminal). */
export const vyos = {
  name: 'vyos',
  aliases: ['vyatta_vyos'],
  title: 'VyOS',
  prompt: '[\\w.-]{1,64}@(?<host>[\\w.-]{1,64})(?::[^$#]{1,80})?[$#]',
  promptContext: '\\[edit[^\\]]{0,400}\\]',
  privileges: [],
  onOpen: ['set terminal length 0', 'set terminal width 512'],
  paging: [
    { prompt: ':', answer: ' ' },
    { prompt: '\\(END\\)|lines \\d{1,9}-\\d{1,9}/\\d{1,9} \\(END\\)', answer: 'q' },
  ],
  configurations: {
    running: {
      commands: ['show configuration | no-more'],
      privileged: false,
      whole: { by: 'balanced', open: '\\{$', close: '^[ \\t]*\\}$' },
      texts: [
        { open: '"', close: '(?<!\\\\)"' },
        { open: '/\\*', close: '\\*/' },
      ],
      section: '^\\w.*\\{$',
    },
  },
  // A Unix shell reads the line: only plain words.
  readOnly: ['show(?: [\\w./:@-]+){0,20}', 'ping [\\w.:-]+ count \\d{1,2}', 'traceroute [\\w.:-]+'],
  filters: [
    '(?:match|grep|no-match|egrep) (?:"[\\w .,:/@-]+"|[\\w.,:/@-]+)',
    '(?:no-more|count|commands|strip-private|json)',
  ],
  errors: [
    '^[ \\t]*(?:Invalid command|Incomplete command|Ambiguous command|Configuration path: .* is not valid)',
    '^-?v?bash: .{1,200}: command not found$',
  ],
  identity: ['^[ \\t]+host-name "?(?<hostname>[^\\s"]+)'],
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '^[ \\t]*(?:encrypted-password|plaintext-password|pre-shared-secret|password|key|secret|private-key|passphrase|preshared-key|md5-key|shared-secret-key|encrypted-key) "?(?!\\{)(?<secret>[^\\s"{]+)',
    },
    { name: 'OSPF key', pattern: '^[ \\t]*md5-key "?(?<secret>[^\\s"]+)' },
    { name: 'SNMP community', pattern: '^[ \\t]*community "?(?<secret>[^\\s"{]+)"? \\{' },
    pemPrivateKey,
  ],
  detect: [{ command: 'show version', pattern: '^(?:Version: +VyOS|Vyatta)' }],
} as const satisfies Platform
