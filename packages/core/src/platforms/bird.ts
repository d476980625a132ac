import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'
import {
  afterFiles,
  countOfLines,
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
 * A Unix shell on a host that runs BIRD: its own command line does not show the configuration. Netmiko has no name for it.
 * Sources: BIRD User's Guide; Debian's package (/etc/bird/bird.conf). What the file includes is not in it.
 */
export const bird = {
  name: 'bird',
  title: 'BIRD Internet Routing Daemon',
  prompt: shellPrompt,
  privileges: shellPrivileges,
  typeAhead: 'lost',
  onOpen: shellOnOpen,
  paging: shellPaging,
  configurations: {
    running: {
      commands: ['cat /etc/bird/bird.conf', endOfFiles],
      privileged: false,
      whole: afterFiles,
      witness: {
        command: 'wc -l /etc/bird/bird.conf',
        answer: { counts: countOfLines, of: 'cat /etc/bird/bird.conf' },
      },
      section: '^(?:protocol|template|filter|function|router|table|define)\\b',
    },
  },
  readOnly: [...shellReads, 'birdc?6? (?:-r )?show(?: [\\w./:-]+){1,10}'],
  filters: shellFilters,
  errors: shellErrors,
  identity: [],
  volatile: [],
  secrets: [{ name: 'password', pattern: '\\bpassword +"(?<secret>[^"\\n]+)"' }, pemPrivateKey],
} as const satisfies Platform
