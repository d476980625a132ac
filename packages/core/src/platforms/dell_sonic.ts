import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Dell's SONiC, whose own command line is started from the shell: both show the same name. Sources: Enterprise SONiC User Guide
 * (sonic-cli, show running-configuration); the models of Netmiko and Oxidized.
 */
export const dellSonic = {
  name: 'dell_sonic',
  title: 'Dell Enterprise SONiC',
  prompt: '(?:[\\w.-]{1,32}@)?(?<host>[\\w.-]{1,64})(?::[^$#%>]{1,80})?(?:\\([^()]{1,80}\\))?[$#]',
  privileges: [],
  // A user whose shell is sonic-cli already is told that there is no such command.
  onOpen: ['sonic-cli', 'terminal length 0'],
  typeAhead: 'lost',
  paging: [{ prompt: '\\s*--more--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-configuration'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^(?:!|\\w)' },
      section: '^[^!\\s]',
      notSection: ['^exit$'],
      witness: { command: 'show version', answer: '^(?:Software|Product|SONiC|Distribution)\\b.{0,30}:' },
    },
  },
  readOnly: ['show [^|]+', pingAndTraceroute],
  filters: ['(?:grep|except|find) [^|]+', 'no-more'],
  errors: ['^%? ?(?:Error|Invalid|Incomplete|Ambiguous)\\b', '^Syntax error'],
  identity: ['^hostname (?<hostname>\\S+)', '^Serial Number +0x23 +\\d+ +(?<serial>\\S+)'],
  serial: { command: 'show platform syseeprom' },
  volatile: [],
  secrets: [
    {
      name: 'encrypted after the value',
      pattern: '\\b(?:key|password|auth-password|priv-password|secret) "?(?<secret>[^\\s"]{4,})"? encrypted\\b',
    },
    ...iosStyleSecrets,
  ],
  detect: [
    {
      command: 'show version',
      pattern: '^(?:Software Version|SONiC Software Version) *: *\\S*(?:-Enterprise|Dell|Edge-Standard)',
    },
  ],
} as const satisfies Platform
