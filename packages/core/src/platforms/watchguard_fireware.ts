import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: WatchGuard Fireware Command Line Interface Reference (export config to console, show sysinfo); Oxidized's
 * model.
 */
export const watchguardFireware = {
  name: 'watchguard_fireware',
  title: 'WatchGuard Fireware',
  // The name is not in it; a member of a cluster is.
  prompt: '(?:\\[\\w{1,20}\\])?WG(?:<\\w{1,20}>)?(?:\\([^()]{1,80}\\))?[>#]',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  paging: [{ prompt: '\\s*--[Mm]ore--', answer: ' ' }],
  onLogin: [{ prompt: '.{0,40}accept the Logon Disclaimer message\\. \\(yes or no\\)\\?', answer: 'yes\n' }],
  configurations: {
    running: {
      commands: ['export config to console'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^</profile>$' },
      texts: [{ open: '<!\\[CDATA\\[', close: '\\]\\]>' }],
      section: '^ {2,4}<[\\w-]+>$',
    },
  },
  readOnly: ['show [^|]+', 'export config to console', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  errors: ['^(?:%Error|Error|% ?Invalid|Invalid|Unrecognized|Incomplete)\\b'],
  identity: ['^ *<system-name>(?<hostname>[^<\\s]+)</system-name>$', '^ *[Ss]erial [Nn]umber *: *(?<serial>\\w+)'],
  serial: { command: 'show sysinfo' },
  volatile: [],
  secrets: [
    {
      name: 'secret element',
      pattern:
        '<(?:[\\w-]{0,30}(?:password|passwd|secret|shared-key|psk|passphrase|community(?:-string)?|auth-key|encrypt-key)|key|pre-shared)>(?<secret>[^<\\n]+)</',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show sysinfo', pattern: '^.{0,60}(?:Fireware|WatchGuard)' }],
} as const satisfies Platform
