import { fastpathPaging, fastpathSerial, fastpathVolatile } from './fastpath-style.ts'
import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, iosStylePrompt, userAndPrivileged } from './ios-style-shell.ts'
import { marvellCapture, marvellPaging, marvellSecrets } from './marvell-style.ts'
import type { Platform } from './platform.ts'

/** Sources: Dell PowerConnect 5500 and 6200 Series CLI Reference Guides. */
export const dellPowerconnect = {
  name: 'dell_powerconnect',
  title: 'Dell PowerConnect',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  // The first one is that of the 35xx and 55xx, the second that of the 62xx and 70xx.
  onOpen: ['terminal datadump', 'terminal length 0'],
  typeAhead: 'lost',
  paging: [...marvellPaging, ...fastpathPaging],
  enable: enableWithPassword,
  configurations: {
    running: { commands: ['show running-config'], ...marvellCapture },
    startup: { commands: ['show startup-config'], ...marvellCapture },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  errors: [...iosStyleErrors, '^% (?:missing|bad) '],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)', fastpathSerial, '^Service [Tt]ag ?: +(?<serial>\\w+)'],
  serial: { command: 'show system id' },
  volatile: fastpathVolatile,
  secrets: [...marvellSecrets, ...iosStyleSecrets],
} as const satisfies Platform
