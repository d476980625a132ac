import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** Sources: Nokia SR Linux CLI guide (environment, info from running, prompt, output through wc). */
export const nokiaSrl = {
  name: 'nokia_srl',
  title: 'Nokia SR Linux',
  prompt: '[A-Z]:(?:[\\w.-]{1,64}@)?(?<host>[\\w.-]{1,64})#',
  // `--{ + candidate shared default }--[ interface ethernet-1/1 ]--`
  promptContext: '--\\{[^}]{0,200}\\}--\\[[^\\]]{0,400}\\]--',
  privileges: [],
  onOpen: ['environment cli-engine type basic', 'environment complete-on-space false'],
  typeAhead: 'lost',
  paging: [
    { prompt: ':', answer: ' ' },
    { prompt: '\\(END\\)', answer: 'q' },
  ],
  logout: 'quit',
  configurations: {
    running: {
      commands: ['info from running'],
      privileged: false,
      whole: { by: 'balanced', open: '\\{$', close: '^[ \\t]*\\}$' },
      texts: [{ open: '"', close: '(?<!\\\\)"' }],
      section: '^ {4}\\S.*\\{$',
      witness: { command: 'info from running | wc -l', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
    startup: {
      commands: ['info from startup'],
      privileged: false,
      whole: { by: 'balanced', open: '\\{$', close: '^[ \\t]*\\}$' },
      texts: [{ open: '"', close: '(?<!\\\\)"' }],
      section: '^ {4}\\S.*\\{$',
      witness: { command: 'info from startup | wc -l', answer: { counts: '(?<lines>\\d{1,9})' } },
    },
  },
  readOnly: ['show [^|]+', 'info(?: [^|]+)?', 'ping [\\w.:-]+ (?:network-instance [\\w-]+ )?-c \\d{1,2}'],
  filters: ['as (?:json|table|yaml|text)', 'grep(?: -[cEivnw]+){0,5} [^|]+', '(?:head|tail|wc)(?: -[lcn]? ?\\d*)?'],
  errors: ['^(?:Parsing error|Error|Operation failed): '],
  identity: [
    '^Hostname +: (?<hostname>\\S+)',
    '^ +host-name "?(?<hostname>[^\\s"]+)',
    '^Serial Number +: (?<serial>\\S.*?) *$',
  ],
  serial: { command: 'show version' },
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '^ *(?:password|secret-key|authentication-key|auth-password|key|private-key|pre-shared-key|community|hashed-password|authentication-password|privacy-password|cak) "?(?<secret>[^\\s"{]+)',
      // `key 1 {` begins a key of a key chain.
      except: '^\\d{1,5}$',
    },
    { name: 'SNMP community', pattern: '^ *community-entry \\S+ \\{\\n *community "?(?<secret>[^\\s"]+)' },
    { name: 'encrypted value', pattern: '(?<secret>\\$aes\\d?\\$[^\\s";]{4,})' },
    pemPrivateKey,
  ],
  detect: [{ command: 'show version', pattern: '^Chassis Type +: 7\\d{3}' }],
} as const satisfies Platform
