import type { Platform } from './platform.ts'

/**
 * The classic command line (`A:sr1#`); the model-driven one is recognised as a prompt. Sources: Nokia 7750 SR System Management
 * Guide and Basic System Configuration Guide (environment, admin display-config).
 */
export const nokiaSros = {
  name: 'nokia_sros',
  aliases: ['alcatel_sros'],
  title: 'Nokia SR OS',
  // A star marks unsaved changes and may come at any time; the context follows the name.
  prompt: '\\*?[A-D]:(?:[\\w.-]{1,64}@)?(?<host>[\\w.-]{1,64})(?:>[\\w>/:"$.-]{1,200})?[#$]',
  promptContext: '[!*(]?(?:\\([a-z]{2}\\))?\\[[^\\]]{0,400}\\]',
  privileges: [],
  onOpen: ['environment no more'],
  paging: [{ prompt: 'Press any key to continue \\(Q to quit\\)', answer: ' ' }],
  logout: 'logout',
  configurations: {
    running: {
      commands: ['admin display-config'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^# Finished ' },
      section: '^ {4}\\S',
      notSection: ['^ {4}(?:exit|echo)'],
    },
  },
  readOnly: [
    'show [^|]+',
    'admin display-config',
    'info(?: detail)?',
    '(?:ping|traceroute) [\\w.:-]+(?: count \\d{1,2})?(?: router [\\w-]+)?',
  ],
  filters: ['match [^|]+', 'count'],
  errors: ['^ {0,80}(?:Error: |MINOR: |MAJOR: )'],
  identity: ['^[ \\t]+name "(?<hostname>[^"]+)"$', '^ +Serial number +: (?<serial>\\S+)'],
  serial: { command: 'show chassis' },
  volatile: [{ name: 'time of the capture', pattern: '^# (?:Generated|Finished) .*$' }],
  secrets: [
    {
      name: 'password or key',
      pattern:
        '^[ \\t]+(?:password|secret|authentication-key|message-digest-key \\d+ md5|auth-key|key|community|hello-authentication-key|pre-shared-key|shared-secret|access-password|admin-password|ldp-authentication-key) "(?<secret>[^"\\n]+)"',
    },
    { name: 'encrypted value', pattern: '(?<secret>"[^"\\n]{1,400}") hash2?\\b' },
    { name: 'SNMP community', pattern: '^[ \\t]+community "?(?<secret>[^\\s"]+)' },
    { name: 'trap community', pattern: '^[ \\t]+trap-target .{1,200}? notify-community "?(?<secret>[^\\s"]+)' },
    { name: 'SNMPv3 authentication', pattern: '^[ \\t]+authentication (?:hash )?(?:md5|sha)\\S* (?<secret>\\S+)' },
    {
      name: 'SNMPv3 privacy',
      pattern: '^[ \\t]+authentication .{1,200}? privacy \\S+ (?<secret>\\S+)',
      except: '^none$',
    },
  ],
  detect: [{ command: 'show version', pattern: '^TiMOS-' }],
} as const satisfies Platform
