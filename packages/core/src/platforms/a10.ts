import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: A10 Networks ACOS Command Line Interface Reference (terminal length, show running-config, enable). */
export const a10 = {
  name: 'a10',
  title: 'A10 Networks ACOS',
  // The name is followed by the state of the pair, which may change: `ax1-Active-vMaster[1/1](config)#`.
  prompt:
    '(?<host>[A-Za-z0-9_][\\w.-]{0,62}?)(?:-(?:Active|Standby|ForcedStandby))?(?:-v(?:Master|Blade))?(?:\\[[^\\]]{1,32}\\])?(?:\\([^()]{1,80}\\))?(?:[>#])',
  privileges: userAndPrivileged,
  onOpen: ['terminal length 0', 'terminal width 0'],
  typeAhead: 'lost',
  paging: [{ prompt: '\\s*--MORE--', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      // A comment on the commit point follows the end, and is volatile.
      whole: { by: 'end-marker', pattern: '^(?:end|!Current config commit point .*)$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^(?:end|!Current config commit point .*)$' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: ['(?:include|exclude|begin|inc|sec|section) [^|]+'],
  errors: [...iosStyleErrors, '^(?:Invalid input|Incomplete command|Ambiguous command)'],
  identity: ['^hostname (?<hostname>\\S+)', '^ +Serial Number: (?<serial>\\S+)'],
  serial: { command: 'show version' },
  volatile: [
    { name: 'size', pattern: '^!Current configuration: \\d+ bytes$' },
    { name: 'time of the last change', pattern: '^!Configuration last (?:updated|saved|synchronized) at .*$' },
    { name: 'commit point', pattern: '^!Current config commit point .*$' },
  ],
  secrets: [
    {
      name: 'encrypted value',
      pattern: '\\b(?:encrypted|secret-string|pass-encrypted|secret-encrypted) (?<secret>\\S{4,})',
      except: '^(?:secret|[a-z-]+-encrypted)',
    },
    { name: 'password hash', pattern: '^ *admin \\S+ password (?:hashed )?(?<secret>\\S+)$' },
    { name: 'community', pattern: '^ *(?:snmp-server )?community (?:read )?(?:encrypted )?(?<secret>\\S+)' },
    ...iosStyleSecrets.filter(({ name }) => name !== 'SNMP community'),
  ],
  detect: [{ command: 'show version', pattern: 'Advanced Core OS \\(ACOS\\)|^ *(?:Thunder|AX) Series' }],
} as const satisfies Platform
