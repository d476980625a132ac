import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'
import {
  endOfFiles,
  shellErrors,
  shellFilters,
  shellOnOpen,
  shellPaging,
  shellPrivileges,
  shellPrompt,
  shellReads,
} from './unix-shell.ts'

/** One object, whose brace is the only one in the first column: Python's json.dump with an indent. */
const jsonThenEnd = {
  by: 'balanced',
  open: '\\{$',
  close: '^[ \\t]*\\},?$',
  tail: '\\n\\}\\n# end of configuration',
} as const

/**
 * The shell of SONiC. Netmiko has no name of its own for the community's. Sources: SONiC Command Reference (show
 * runningconfiguration all); Configuration Database manual (config_db.json).
 */
export const sonic = {
  name: 'sonic',
  title: 'SONiC (community)',
  prompt: shellPrompt,
  privileges: shellPrivileges,
  typeAhead: 'lost',
  onOpen: shellOnOpen,
  paging: shellPaging,
  configurations: {
    running: {
      commands: ['show runningconfiguration all', endOfFiles],
      privileged: false,
      whole: jsonThenEnd,
      section: '^ {4}"[A-Z]',
    },
    startup: {
      commands: ['cat /etc/sonic/config_db.json', endOfFiles],
      privileged: false,
      whole: jsonThenEnd,
      section: '^ {4}"[A-Z]',
    },
  },
  serial: { command: 'show platform syseeprom' },
  readOnly: [...shellReads, 'show(?: [\\w./:-]+){1,20}'],
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^ {4,12}"hostname": "(?<hostname>[^"]+)"', '^Serial Number +0x23 +\\d+ +(?<serial>\\S+)'],
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '"(?:passkey|password|secret|SNMP_USER_(?:AUTH|ENCRYPTION)_PASSWORD|auth_password|auth_key|key_string|md5_key|auth_token|private_key|value_secret|psk)": "(?<secret>[^"\\n]+)"',
    },
    { name: 'SNMP community', pattern: '^ +"(?<secret>[^"\\n]+)": \\{\\n +"TYPE": "R[OW]"' },
    { name: 'NTP key', pattern: '"type": "(?:md5|sha)[^"]{0,8}",\\n +"value": "(?<secret>[^"\\n]+)"' },
    pemPrivateKey,
  ],
  detect: [{ command: 'show version', pattern: '^SONiC Software Version: SONiC' }],
} as const satisfies Platform
