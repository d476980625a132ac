import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, lineFilters, userAndPrivileged } from './ios-style-shell.ts'
import { ironwarePaging, ironwarePrompt, ironwareSecrets } from './ironware-style.ts'
import type { Platform } from './platform.ts'

/** Sources: Ruckus FastIron Command Reference (skip-page-display, show running-config, enable); the models of Netmiko and Oxidized. */
export const ruckusFastiron = {
  name: 'ruckus_fastiron',
  aliases: ['brocade_fastiron'],
  title: 'Ruckus (Brocade) FastIron, ICX',
  prompt: ironwarePrompt,
  privileges: userAndPrivileged,
  onOpen: ['skip-page-display', 'terminal length 0'],
  paging: ironwarePaging,
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\^.|\\S)', close: '{delimiter}' }],
      section: '^(?!!|end$)\\S',
      preamble: ['^Current configuration:$', '^Startup-config data location is .*$', '^!$'],
    },
    startup: {
      commands: ['show configuration'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\^.|\\S)', close: '{delimiter}' }],
      section: '^(?!!|end$)\\S',
      preamble: ['^Current configuration:$', '^Startup-config data location is .*$', '^!$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [
    ...iosStyleErrors,
    '^(?:Invalid input|Incomplete command|Ambiguous input|Unrecognized command|Not authorized)',
  ],
  identity: ['^hostname (?<hostname>\\S+)', '^ *Serial +#: ?(?<serial>\\w+)'],
  serial: { command: 'show version' },
  volatile: [],
  secrets: [...ironwareSecrets, ...iosStyleSecrets],
  detect: [
    { command: 'show version', pattern: '^ +Copyright \\(c\\) .*(?:Brocade|Ruckus|Foundry).*|^ +HW: Stackable ICX' },
  ],
} as const satisfies Platform
