import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'
import {
  afterFiles,
  endOfFiles,
  shellErrors,
  shellFilters,
  shellOnOpen,
  shellPaging,
  shellPrivileges,
  shellPrompt,
  shellReads,
} from './unix-shell.ts'

/**
 * Console servers. Netmiko has no name for them. Sources: Opengear User Manual, "Command line configuration" (config -g);
 * Oxidized's model.
 */
export const opengear = {
  name: 'opengear',
  title: 'Opengear',
  prompt: shellPrompt,
  privileges: shellPrivileges,
  typeAhead: 'lost',
  onOpen: shellOnOpen,
  paging: shellPaging,
  configurations: {
    running: {
      commands: ['cat /etc/version', 'config -g config', endOfFiles],
      privileged: false,
      whole: afterFiles,
      section: '^config\\.\\w+\\.',
    },
  },
  readOnly: [...shellReads, 'config -g [\\w.]+'],
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^config\\.system\\.name (?<hostname>\\S+)'],
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '^config\\.[\\w.]{0,160}(?:password|secret|community|psk|passphrase|authpass|privpass|sharedkey|key) (?<secret>\\S.*)$',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'cat /etc/version', pattern: '^OpenGear/' }],
} as const satisfies Platform
