import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Palo Alto Networks PAN-OS CLI Quick Start (set cli scripting-mode, pager, terminal width; show config running prints
 * XML), PAN-OS Administrator's Guide.
 */
export const paloaltoPanos = {
  name: 'paloalto_panos',
  title: 'Palo Alto Networks PAN-OS',
  prompt: '[\\w.-]{1,64}@(?<host>[\\w.-]{1,64})(?:\\([\\w-]{1,40}\\)){0,2}[>#]',
  promptContext: '\\[edit[^\\]]{0,400}\\]',
  privileges: [],
  // Scripting mode: no completion, no redrawing of the command line.
  onOpen: ['set cli scripting-mode on', 'set cli pager off', 'set cli terminal width 500'],
  paging: [{ prompt: 'lines \\d{1,9}-\\d{1,9}(?:/\\d{1,9})?(?: \\(END\\))?', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show config running'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^</config>$' },
      section: '^ {2,8}<[\\w-]+(?: [^>]*)?>$',
    },
  },
  readOnly: ['show [^|]+', '(?:ping|traceroute) (?:count \\d{1,2} )?host [\\w.:-]+'],
  filters: ['(?:match|except) [^|]+'],
  errors: ['^(?:Invalid syntax|Unknown command|Server error|Ambiguous command|Validation Error)'],
  identity: ['^[ \\t]*<hostname>(?<hostname>[^<\\s]+)</hostname>$', '^serial: (?<serial>\\S+)'],
  serial: { command: 'show system info' },
  volatile: [],
  secrets: [
    {
      name: 'secret element',
      pattern:
        '<(?:phash|key|community|snmp-community-string|secret-access-key|access-token|(?:[a-z0-9-]{1,40}-)?(?:password|passwd|secret|passphrase|token)|(?:[a-z0-9-]{1,40}-)?(?:private|pre-shared|api|auth|authentication|master)-key|(?:auth|priv)-?(?:password|pwd))>(?<secret>[^<\\n]+)</',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show system info', pattern: '^(?:sw-version|model): \\S|^family: ' }],
} as const satisfies Platform
