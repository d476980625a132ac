import { fastpathCapture, fastpathPaging, fastpathSecrets, fastpathSerial, fastpathVolatile } from './fastpath-style.ts'
import { pingAndTraceroute } from './ios-style-commands.ts'
import { enableWithPassword, iosStyleErrors, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Ubiquiti EdgeSwitch CLI Command Reference (terminal length, enable, show running-config). */
export const ubiquitiEdgeswitch = {
  name: 'ubiquiti_edgeswitch',
  title: 'Ubiquiti EdgeSwitch',
  prompt: '\\((?<host>[^()]{1,64})\\) (?:\\([^()]{1,80}\\){1,3})?[>#]',
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0'],
  typeAhead: 'lost',
  paging: fastpathPaging,
  enable: enableWithPassword,
  logout: 'quit',
  configurations: {
    running: { commands: ['show running-config'], ...fastpathCapture },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin|section) [^|]+'],
  errors: [...iosStyleErrors, '^Command not found'],
  identity: ['^hostname "?(?<hostname>[^"\\n]+)', fastpathSerial],
  volatile: fastpathVolatile,
  secrets: fastpathSecrets,
  detect: [{ command: 'show version', pattern: '^System Description\\.{2,} ?(?:EdgeSwitch|UBNT|USW|ES-)' }],
} as const satisfies Platform
