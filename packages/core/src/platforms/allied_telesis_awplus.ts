import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, iosStylePrompt, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Allied Telesis AlliedWare Plus Command Reference (terminal length, show running-config, show system
 * serialnumber).
 */
export const alliedTelesisAwplus = {
  name: 'allied_telesis_awplus',
  title: 'Allied Telesis AlliedWare Plus',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\^.)', close: '{delimiter}' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\^.)', close: '{delimiter}' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin) [^|]+'],
  errors: iosStyleErrors,
  identity: ['^hostname (?<hostname>\\S+)', '^(?<serial>[A-Z]\\d{3}\\w{8,14})$'],
  serial: { command: 'show system serialnumber' },
  volatile: [],
  secrets: iosStyleSecrets,
  detect: [{ command: 'show version', pattern: '^AlliedWare Plus' }],
} as const satisfies Platform
