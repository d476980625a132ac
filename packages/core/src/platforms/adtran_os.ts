import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import {
  enableWithPassword,
  iosStyleErrors,
  iosStylePrompt,
  lineFilters,
  userAndPrivileged,
} from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: ADTRAN AOS Command Reference Guide (terminal length, show running-config, enable). */
export const adtranOs = {
  name: 'adtran_os',
  title: 'Adtran AOS',
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
      texts: [{ open: '^banner \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Building configuration\\.\\.\\.$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^end$' },
      texts: [{ open: '^banner \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      preamble: ['^Building configuration\\.\\.\\.$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: [...iosStyleErrors, '^%(?:Unrecognized|Invalid|Ambiguous|Incomplete)'],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)', '^! Serial number (?<serial>\\S+)'],
  volatile: [],
  secrets: [
    {
      name: 'password in quotes',
      pattern: '\\b(?:password|secret|key)(?: (?:encrypted|md5|\\d))? "(?<secret>[^"\\n]+)"',
    },
    { name: 'encrypted value', pattern: '\\bencrypted "?(?<secret>[^\\s"]{6,})' },
    { name: 'IKE key', pattern: '\\bpreshared-key "?(?<secret>[^\\s"]+)' },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show version', pattern: '^ADTRAN, Inc\\. OS|^! ?ADTRAN' }],
} as const satisfies Platform
