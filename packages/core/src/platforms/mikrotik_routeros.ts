import type { Platform } from './platform.ts'

/**
 * Sources: MikroTik documentation, "Command Line Interface", "Configuration Management" (export; secrets are shown only on
 * request since version 7). RouterOS redraws its line after Enter; the export has no end marker. SwOS has no
 * command line; a switch that offers one over SSH runs RouterOS.
 */
export const mikrotikRouteros = {
  name: 'mikrotik_routeros',
  aliases: ['mikrotik_switchos'],
  title: 'MikroTik RouterOS',
  prompt: '\\[[^\\s@\\]]{1,64}@(?<host>[^\\]]{1,64})\\] (?:/?[\\w /-]{0,80})?>',
  // The user's group decides; the prompt does not show it.
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  enter: '\r',
  paging: [{ prompt: '-- \\[[^\\]]{1,60}\\]', answer: ' ' }],
  onLogin: [{ prompt: '.{0,80}Do you want to see the software license\\? \\[Y/n\\]:?', answer: 'n' }],
  logout: '/quit',
  configurations: {
    running: {
      commands: ['/export'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^# .* by RouterOS ' },
      section: '^/',
      witness: { command: '/system identity print', answer: '^[ \\t]*name: ' },
    },
  },
  // Brackets, braces and semicolons would run further commands inside a reading one.
  readOnly: [
    '/?(?:[a-z0-9-]+[ /]){0,8}(?:print|export)(?: [\\w.:/=,"-]+){0,20}',
    '/?(?:tool )?ping (?:address=)?[\\w.:-]+ count=\\d{1,2}',
  ],
  errors: [
    '^(?:bad command name|syntax error|expected |input does not match|no such item|failure: |invalid value|not enough permissions)',
    // What could not be read is left out of the export, with a comment in its place.
    '^#error exporting ',
  ],
  identity: [
    '^[ \\t]*name: "?(?<hostname>[^"\\s]+)',
    '^/system identity\\nset name="?(?<hostname>[^"\\s]+)"?$',
    '^# serial number = (?<serial>\\S+)$',
  ],
  volatile: [
    {
      name: 'time of the export',
      pattern: '^# (?:\\w{3}/\\d{2}/\\d{4}|\\d{4}-\\d{2}-\\d{2}) \\d{2}:\\d{2}:\\d{2} by RouterOS .*$',
    },
  ],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '(?<![\\w-])(?:(?:[a-z0-9-]{1,40}-)?(?:password|secret|passphrase|pre-shared-key|preshared-key|private-key|auth-key|authentication-key|md5-key)|static-key-\\d|trap-community|cak|key)=(?<secret>[^\\s"\\\\;]+)',
    },
    {
      name: 'secret value in quotes',
      pattern:
        '(?<![\\w-])(?:(?:[a-z0-9-]{1,40}-)?(?:password|secret|passphrase|pre-shared-key|preshared-key|private-key|auth-key|authentication-key|md5-key)|static-key-\\d|trap-community|cak|key)="(?<secret>(?:[^"\\\\]|\\\\[\\s\\S])+)"',
    },
    { name: 'SNMP community', pattern: '^(?:add|set) .{0,200}?\\bcommunity="?(?<secret>[^\\s"]+)' },
    {
      name: 'name of an SNMP community',
      pattern: '^(?:add|set) (?:.{0,300} )?name="?(?<secret>[^\\s"]+)(?<=^/snmp community\\n(?:[^/\\n].*\\n){0,200}.*)',
    },
  ],
  detect: [{ command: '/system resource print', pattern: '^[ \\t]*platform: MikroTik' }],
  identification: '^SSH-2\\.0-ROSSSH',
} as const satisfies Platform
