import { displayCommands, displayFilters, displaySecrets } from './display-style-commands.ts'
import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: HPE FlexNetwork / H3C Comware 7 Fundamentals Command Reference (screen-length disable, display current-
 * configuration).
 */
export const hpComware = {
  name: 'hp_comware',
  title: 'HPE and H3C Comware',
  prompt: '[<\\[][~*]?(?<host>[^\\s<>\\[\\]~*]{1,128})[>\\]]',
  // User roles decide; angle brackets show the view, not the rights.
  privileges: [],
  onOpen: ['screen-length disable'],
  paging: [{ prompt: '\\s*---- More ----', answer: ' ' }],
  onLogin: [
    // Comware asks this before the first prompt, on some releases after a legal banner.
    { prompt: '.{0,80}Press Y or ENTER to continue.{0,80}', answer: 'Y' },
  ],
  logout: 'quit',
  configurations: {
    running: {
      commands: ['display current-configuration'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^return$' },
      texts: [{ open: '^ ?header \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^#\\s]',
      notSection: ['^return$'],
    },
    startup: {
      commands: ['display saved-configuration'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^return$' },
      texts: [{ open: '^ ?header \\S+ (?<delimiter>\\S)', close: '{delimiter}' }],
      section: '^[^#\\s]',
      notSection: ['^return$'],
    },
  },
  readOnly: displayCommands,
  filters: displayFilters,
  errors: ['^ ?% ?(?:Unrecognized|Incomplete|Ambiguous|Wrong|Too many|Permission)\\b', '^Permission denied'],
  identity: ['^ ?sysname (?<hostname>\\S+)', '^ ?DEVICE_SERIAL_NUMBER *: *(?<serial>\\S+)'],
  serial: { command: 'display device manuinfo' },
  volatile: [],
  secrets: [
    {
      name: 'password',
      pattern:
        '^[ \\t]*(?:set authentication |super |local-user \\S+ )?password (?:role \\S+ |level \\d )?(?:hash |cipher |simple )(?<secret>\\S+)',
    },
    {
      name: 'SNMP community',
      pattern: '^[ \\t]*snmp-agent community (?:(?:read|write) )?(?:cipher |simple )?(?<secret>[^\\s"]+)',
    },
    {
      name: 'SNMP authentication key',
      pattern: '^[ \\t]*snmp-agent usm-user v3 .{0,200}?authentication-mode (?:md5|sha\\S*) (?<secret>\\S+)',
    },
    { name: 'SNMP privacy key', pattern: '^[ \\t]*snmp-agent usm-user v3 .{0,300}?privacy-mode \\S+ (?<secret>\\S+)' },
    {
      name: 'trap security name',
      pattern: '^[ \\t]*snmp-agent target-host .{0,200}? securityname (?:cipher |simple )?(?<secret>\\S+)',
    },
    {
      name: 'key',
      pattern:
        '^[ \\t]*(?:\\S+ ){0,8}?(?:key|pre-shared-key|authentication-key|auth-key|key-string|md5|hmac-\\S+|passphrase)(?: (?:authentication|accounting|authorization|pass-phrase|\\d{1,3}))? (?:cipher|simple|plain) (?<secret>\\S+)',
    },
    ...displaySecrets,
    pemPrivateKey,
  ],
  detect: [{ command: 'display version', pattern: 'Comware (?:Platform )?Software' }],
  identification: '^SSH-\\d\\.\\d+-(?:Comware|H3C)',
} as const satisfies Platform
