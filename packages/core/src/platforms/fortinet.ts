import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Fortinet FortiOS Administration Guide, "Using the CLI" (prompts, grep), CLI Reference (config, get, show). The pager can
 * only be switched off by a change of the configuration (`config system console`); output through grep is not paged.
 */
export const fortinet = {
  name: 'fortinet',
  title: 'Fortinet FortiOS',
  prompt: '(?<host>[A-Za-z0-9_][\\w.-]{0,62})(?: \\([^()]{1,80}\\))? [#$]',
  privileges: [],
  onOpen: [],
  paging: [{ prompt: '--More--', answer: ' ' }],
  onLogin: [{ prompt: ".{0,80}Press 'a' to accept.{0,40}", answer: 'a' }],
  configurations: {
    running: {
      commands: ['show | grep .'],
      privileged: false,
      whole: { by: 'balanced', open: '^[ \\t]*(?:config|edit) \\S', close: '^[ \\t]*(?:end|next)$' },
      texts: [{ open: '"', close: '(?<!\\\\)"' }],
      section: '^config ',
      // -c prints the number of lines instead of the lines: FortiOS CLI reference, "pipe options for displaying content".
      witness: { command: 'show | grep -c .', answer: { counts: '^[ \\t]{0,20}(?<lines>\\d{1,9})[ \\t]{0,20}$' } },
    },
  },
  readOnly: [
    '(?:get|show)(?: [^|]+)?',
    'diag(?:nose)? (?:sys (?:ha|session|top-summary) (?:status|stat)|hardware (?:deviceinfo|sysinfo) [^|]+)',
    'exec(?:ute)? (?:ping|traceroute) [\\w.:-]+',
  ],
  filters: ['grep(?: -[ivnfcAB]+(?: \\d+)?){0,5} [^|]+'],
  errors: [
    '^(?:Unknown action|Command fail|command parse error|entry not found|ambiguous command|incomplete command)',
    '^-?\\d+: Unknown',
  ],
  identity: ['^[ \\t]+set hostname "?(?<hostname>[^"\\s]+)', '^Serial-Number: (?<serial>\\S+)'],
  serial: { command: 'get system status' },
  volatile: [{ name: 'version counter of the file', pattern: '^#conf_file_ver=.*$' }],
  secrets: [
    // FortiOS encrypts stored secrets with a new initialisation vector each time it shows them.
    { name: 'encrypted value', pattern: '\\bENC (?<secret>[^\\s"]+)', salted: true },
    {
      name: 'clear value',
      pattern:
        '^[ \\t]*set (?:password|passwd|psksecret|secret|key|auth-pwd|priv-pwd|passphrase|private-key|community|radius-secret|sharedsecret|ppk-secret) "?(?<secret>[^\\s"]+)',
      except: '^(?:ENC$|-----)',
    },
    {
      name: 'SNMP community',
      pattern:
        '^ +set name "(?<secret>[^"\\n]+)"(?<=^ *config system snmp community\\n(?: .*\\n){0,200} +set name ".*)',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'get system status', pattern: '^Version: Forti' }],
} as const satisfies Platform
