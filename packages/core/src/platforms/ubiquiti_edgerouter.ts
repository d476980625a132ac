import type { Platform } from './platform.ts'
import { vyattaErrors, vyattaPaging, vyattaPrompt, vyattaReads, vyattaSecrets } from './vyatta-style.ts'

/** EdgeOS. Sources: Ubiquiti EdgeOS User Guide and EdgeRouter CLI articles. */
export const ubiquitiEdgerouter = {
  name: 'ubiquiti_edgerouter',
  title: 'Ubiquiti EdgeRouter (EdgeOS)',
  prompt: vyattaPrompt,
  promptContext: '\\[edit[^\\]]{0,400}\\]',
  privileges: [],
  onOpen: ['terminal length 0', 'terminal width 512'],
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
  filters: ['(?:match|grep|no-match|egrep) (?:"[\\w .,:/@-]+"|[\\w.,:/@-]+)', '(?:no-more|count)'],
  errors: vyattaErrors,
  identity: ['^[ \\t]+host-name "?(?<hostname>[^\\s"]+)', '^HW S/N: +(?<serial>\\w+)'],
  serial: { command: 'show version' },
  volatile: [],
  secrets: vyattaSecrets,
  detect: [{ command: 'show version', pattern: '^HW model: +(?:EdgeRouter|UniFi|ER)|^Copyright: .*Ubiquiti' }],
} as const satisfies Platform
