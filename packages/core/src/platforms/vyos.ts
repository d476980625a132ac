import type { Platform } from './platform.ts'
import { vyattaErrors, vyattaPaging, vyattaPrompt, vyattaReads, vyattaSecrets } from './vyatta-style.ts'

/** Sources: VyOS user guide, "Command Line Interface" (operational mode, pipes, show configuration, set terminal). */
export const vyos = {
  name: 'vyos',
  aliases: ['vyatta_vyos'],
  title: 'VyOS',
  prompt: vyattaPrompt,
  promptContext: '\\[edit[^\\]]{0,400}\\]',
  privileges: [],
  onOpen: ['set terminal length 0', 'set terminal width 512'],
  paging: vyattaPaging,
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
      witness: { command: 'show configuration | count', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
  },
  readOnly: vyattaReads,
  filters: [
    '(?:match|grep|no-match|egrep) (?:"[\\w .,:/@-]+"|[\\w.,:/@-]+)',
    '(?:no-more|count|commands|strip-private|json)',
  ],
  errors: vyattaErrors,
  identity: ['^[ \\t]+host-name "?(?<hostname>[^\\s"]+)', '^Hardware S/N: +(?<serial>\\S+)'],
  serial: { command: 'show version' },
  volatile: [],
  secrets: vyattaSecrets,
  detect: [{ command: 'show version', pattern: '^(?:Version: +VyOS|Vyatta)' }],
} as const satisfies Platform
