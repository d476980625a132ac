import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Users whose shell is tmsh. Sources: F5 Traffic Management Shell (tmsh) Reference Guide (show running-config, cli preference,
 * prompts). The pager can only be switched off by a change of the user's preferences, so it is answered.
 */
export const f5Tmsh = {
  name: 'f5_tmsh',
  aliases: ['f5_ltm'],
  title: 'F5 BIG-IP (tmsh)',
  prompt: '[\\w.-]{1,64}@\\((?<host>[\\w.-]{1,64})\\)(?:\\([^()]{1,80}\\)){0,6}\\(tmos[^()]{0,120}\\)#',
  privileges: [],
  onOpen: [],
  paging: [
    { prompt: '---\\(less(?: \\d{1,3}%)?\\)---', answer: ' ' },
    { prompt: '\\(END\\)', answer: 'q' },
    { prompt: 'Display all \\d{1,9} items\\? \\(y/n\\)', answer: 'y' },
  ],
  logout: 'quit',
  configurations: {
    running: {
      commands: ['show running-config recursive'],
      privileged: false,
      whole: { by: 'balanced', open: '\\{$', close: '^[ \\t]*\\}$' },
      section: '^\\S.*\\{',
      witness: { command: 'show sys version', answer: '^ +Product +\\S' },
    },
  },
  readOnly: ['(?:show|list) [^|]+', 'show running-config'],
  filters: ['grep(?: -[ivnc]+){0,5} [^|]+', '(?:wc|sort)'],
  errors: ['^(?:Syntax Error|Data Input Error|Unexpected Error|\\d{8}:\\d): ?'],
  identity: ['^[ \\t]+hostname (?<hostname>\\S+)$', '^[ \\t]+Chassis Serial +(?<serial>\\S+)'],
  serial: { command: 'show sys hardware' },
  volatile: [],
  secrets: [
    {
      name: 'password or key',
      pattern:
        '^[ \\t]+(?:encrypted-password|password|passphrase|secret|shared-secret|bind-pw|auth-password(?:-encrypted)?|privacy-password(?:-encrypted)?|community(?:-name)?|key|pre-?shared-key(?:-encrypted)?|psk(?:-encrypted)?|cookie-encryption-passphrase|private-key) "?(?<secret>[^\\s"{]+)',
      // A key of TLS is named by its file.
      except: '^(?:none$|/Common/)',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'show sys version', pattern: '^ +Product +BIG-IP$' }],
} as const satisfies Platform
