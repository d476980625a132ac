import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, iosStylePrompt, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: IP Infusion OcNOS Command Reference (terminal length, show running-config). */
export const ipinfusionOcnos = {
  name: 'ipinfusion_ocnos',
  title: 'IP Infusion OcNOS',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0', 'terminal width 511'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:include|exclude|begin) [^|]+', '(?:count|last \\d+)'],
  errors: iosStyleErrors,
  identity: ['^hostname (?<hostname>\\S+)', '^ *Serial Number *: *(?<serial>\\S+)'],
  serial: { command: 'show system-information board-info' },
  volatile: [{ name: 'time of the last change', pattern: '^! ?Last configuration change at .*$' }],
  secrets: iosStyleSecrets,
  detect: [
    {
      command: 'show version',
      pattern: '^ *(?:Software )?(?:Product|version).{0,30}OcNOS|^ ?Software version: \\S*OcNOS|OcNOS-',
    },
  ],
} as const satisfies Platform
