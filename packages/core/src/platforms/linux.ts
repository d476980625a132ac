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
 * A Unix login shell. What is saved is what every user may read: release, hosts, addresses, routes; its last line is written by
 * the shell, so that a cut shows. Sources: iproute2's ip(8), os-release(5), proc(5).
 */
export const linux = {
  name: 'linux',
  title: 'Linux shell',
  prompt: shellPrompt,
  privileges: shellPrivileges,
  // A shell without a line editor (dash, ash) never repeats what was typed ahead behind its prompt.
  typeAhead: 'lost',
  onOpen: shellOnOpen,
  paging: shellPaging,
  configurations: {
    running: {
      commands: [
        'uname -sn',
        'cat /etc/os-release',
        'cat /etc/hosts',
        'ip -brief address show',
        'ip route show',
        endOfFiles,
      ],
      privileged: false,
      whole: afterFiles,
      section: '^[^#\\s]',
    },
  },
  readOnly: shellReads,
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^Linux (?<hostname>\\S+)$'],
  volatile: [],
  secrets: [
    {
      name: 'password in a file',
      pattern: '^[ \\t#;]*(?:password|passwd|psk|secret|token|api[_-]?key)[ \\t]*[=:][ \\t]*"?(?<secret>[^\\s"]+)',
    },
    { name: 'password hash', pattern: '^[\\w.-]+:(?<secret>\\$[^:\\s]+):\\d*:' },
    pemPrivateKey,
  ],
  detect: [{ command: 'uname -sn', pattern: '^Linux \\S+$' }],
} as const satisfies Platform
