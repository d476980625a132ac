import type { Platform } from './platform.ts'
import { senseSecrets } from './sense-secrets.ts'
import { shellErrors, shellFilters, shellReads } from './unix-shell.ts'

/**
 * Netmiko has no name for it. Sources: Netgate pfSense documentation, "Console Menu Basics", "Configuration Backup"
 * (/conf/config.xml); Oxidized's model.
 */
export const pfsense = {
  name: 'pfsense',
  title: 'pfSense',
  prompt: '\\[[\\w.-]{1,40}\\]\\[[\\w.-]{1,32}@(?<host>[\\w.-]{1,64})\\][^$#%:\\s]{0,120}:|[$#%]',
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
      whole: { by: 'end-marker', pattern: '^</pfsense>$' },
      texts: [{ open: '<!\\[CDATA\\[', close: '\\]\\]>' }],
      section: '^\\t<[\\w-]+(?: [^>\\n]*)?>$',
    },
  },
  readOnly: shellReads,
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^\\t\\t<hostname>(?<hostname>[^<\\s]+)</hostname>$'],
  volatile: [{ name: "time of the rules' update", pattern: '^[ \\t]*<last_rule_upd_time>\\d*</last_rule_upd_time>$' }],
  secrets: senseSecrets,
} as const satisfies Platform
