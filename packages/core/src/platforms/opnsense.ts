import type { Platform } from './platform.ts'
import { senseSecrets } from './sense-secrets.ts'
import { shellErrors, shellFilters, shellPrompt, shellReads } from './unix-shell.ts'

/** Netmiko has no name for it. Sources: OPNsense documentation, "Console", "Backups" (/conf/config.xml). */
export const opnsense = {
  name: 'opnsense',
  title: 'OPNsense',
  prompt: shellPrompt,
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  onLogin: [
    // The menu of the console: 8 is the shell. What reads it stands above the question, so only a known platform is answered.
    { prompt: 'Enter an option:', answer: '8\n', menu: true },
  ],
  configurations: {
    running: {
      commands: ['cat /conf/config.xml'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^</opnsense>$' },
      texts: [{ open: '<!\\[CDATA\\[', close: '\\]\\]>' }],
      section: '^ {2}<[\\w-]+(?: [^>\\n]*)?>$',
    },
  },
  readOnly: shellReads,
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^ {2} {2}<hostname>(?<hostname>[^<\\s]+)</hostname>$'],
  volatile: [{ name: "time of the rules' update", pattern: '^[ \\t]*<last_rule_upd_time>\\d*</last_rule_upd_time>$' }],
  secrets: senseSecrets,
} as const satisfies Platform
