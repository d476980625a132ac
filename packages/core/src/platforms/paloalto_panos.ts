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
        '<(?:phash|key|password|passwd|secret|bind-password|private-key|passphrase|community|snmp-community-string|auth-?password|auth-?pwd|priv-?pwd|authpwd|privpwd|pre-shared-key|shared-secret|api-key|auth-key|master-key)>(?<secret>[^<\\n]+)</',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show system info', pattern: '^(?:sw-version|model): \\S|^family: ' }],
} as const satisfies Platform
