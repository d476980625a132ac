import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStylePrompt, lineFilters, userAndPrivileged } from './ios-style-shell.ts'
import { marvellCapture, marvellPaging, marvellSecrets, marvellSerial } from './marvell-style.ts'
import type { Platform } from './platform.ts'

/** Cisco Small Business 300, 500, CBS. Source: Cisco 300 Series Managed Switches CLI Guide; Oxidized's model. */
export const ciscoS300 = {
  name: 'cisco_s300',
  title: 'Cisco Small Business (300, 500, CBS)',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal datadump', 'terminal width 511'],
  typeAhead: 'lost',
  paging: marvellPaging,
  enable: enableWithPassword,
  configurations: {
    running: { commands: ['show running-config'], ...marvellCapture },
    startup: {
      commands: ['show startup-config'],
      ...marvellCapture,
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: ['^ {0,4}% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized|Wrong|bad|Bad|missing)\\b', '^bad parameter value'],
  identity: ['^hostname (?<hostname>\\S+)', marvellSerial],
  serial: { command: 'show system id' },
  volatile: [{ name: 'clock drift', pattern: '^ntp clock-period \\d+$' }],
  secrets: [...marvellSecrets, ...iosStyleSecrets],
} as const satisfies Platform
