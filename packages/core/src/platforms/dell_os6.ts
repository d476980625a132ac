import { fastpathCapture, fastpathPaging, fastpathSecrets, fastpathSerial, fastpathVolatile } from './fastpath-style.ts'
import { pingAndTraceroute } from './ios-style-commands.ts'
import { enableWithPassword, iosStyleErrors, iosStylePrompt, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Dell EMC Networking N-Series CLI Reference Guide 6.6 (terminal length, show running-config, enable). */
export const dellOs6 = {
  name: 'dell_os6',
  title: 'Dell EMC Networking OS6 (N-Series)',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0'],
  typeAhead: 'lost',
  paging: fastpathPaging,
  enable: enableWithPassword,
  configurations: {
    running: { commands: ['show running-config'], ...fastpathCapture },
    startup: {
      commands: ['show startup-config'],
      ...fastpathCapture,
      whole: { by: 'first-line', pattern: '^! ?\\S' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|section) [^|]+'],
  errors: [...iosStyleErrors, '^Command not found'],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)', fastpathSerial],
  volatile: fastpathVolatile,
  secrets: fastpathSecrets,
  detect: [{ command: 'show version', pattern: '^Machine Description\\.{2,} ?Dell' }],
} as const satisfies Platform
