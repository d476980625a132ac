import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import {
  enableWithPassword,
  iosStyleErrors,
  iosStylePrompt,
  lineFilters,
  userAndPrivileged,
} from './ios-style-shell.ts'
import { marvellCapture, marvellPaging, marvellSecrets, marvellSerial } from './marvell-style.ts'
import type { Platform } from './platform.ts'

/** Eltex MES switches. Sources: Eltex MES23xx operation manual (CLI), Oxidized's model. */
export const eltex = {
  name: 'eltex',
  title: 'Eltex MES',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  // The second one is MES 2424's.
  onOpen: ['terminal datadump', 'set cli pagination off'],
  typeAhead: 'lost',
  paging: marvellPaging,
  enable: enableWithPassword,
  configurations: {
    running: { commands: ['show running-config'], ...marvellCapture },
    startup: { commands: ['show startup-config'], ...marvellCapture },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: iosStyleErrors,
  identity: ['^hostname (?<hostname>\\S+)', marvellSerial],
  serial: { command: 'show system id' },
  volatile: [],
  secrets: [...marvellSecrets, ...iosStyleSecrets],
  detect: [{ command: 'show system', pattern: '^System Description: +(?:MES|Eltex)' }],
} as const satisfies Platform
