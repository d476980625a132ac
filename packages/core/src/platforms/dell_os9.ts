import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, iosStylePrompt, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Dell Configuration Guide for OS 9.14 (terminal length, show running-config, enable). */
export const dellOs9 = {
  name: 'dell_os9',
  aliases: ['dell_force10'],
  title: 'Dell EMC Networking OS9 (Force10)',
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
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Current Configuration \\.\\.\\.$', '^! Version \\S+$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Current Configuration \\.\\.\\.$', '^! Version \\S+$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: ['(?:grep|except|find|include|exclude|begin) [^|]+', '(?:no-more|display)'],
  errors: iosStyleErrors,
  identity: [
    '^hostname (?<hostname>\\S+)',
    '^ *Service Tag *: *(?<serial>\\w+)',
    '^ *\\* +\\d+ +\\S+ +(?<serial>[A-Z0-9]{8,}) ',
  ],
  serial: { command: 'show inventory' },
  volatile: [
    { name: 'time of the last change', pattern: '^! (?:Last configuration change|Startup-config last updated) at .*$' },
  ],
  secrets: iosStyleSecrets,
  detect: [
    {
      command: 'show version',
      pattern:
        '^Dell (?:EMC )?(?:Networking OS\\b|Application Software Version|Force10 Networks)|^Dell Networking Real Time',
    },
  ],
} as const satisfies Platform
