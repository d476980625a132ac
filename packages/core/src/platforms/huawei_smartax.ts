import { displayCommands, displayFilters } from './display-style-commands.ts'
import { pemPrivateKey } from './ios-style-secrets.ts'
import { userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * OLTs. Sources: Huawei SmartAX MA5600T/MA5800 Command Reference (scroll, smart, display current-configuration); Netmiko's
 * driver.
 */
export const huaweiSmartax = {
  name: 'huawei_smartax',
  aliases: ['huawei_olt'],
  title: 'Huawei SmartAX',
  prompt: '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]',
  privileges: userAndPrivileged,
  // `undo smart` first: until then a command waits for another Enter behind `{ <cr>|… }:`.
  onOpen: ['undo smart', 'scroll'],
  typeAhead: 'lost',
  paging: [{ prompt: "\\s*---- More \\( Press 'Q' to break \\) ----", answer: ' ' }],
  // Without a password; a device that asks for one gets the enable secret.
  enable: {
    command: 'enable',
    passwordPrompt: '[Pp]assword ?: ?',
    refused: '^ *(?:Error|Authentication fail|Wrong password)',
  },
  logout: 'quit',
  configurations: {
    running: {
      commands: ['display current-configuration'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^ *return$' },
      section: '^ *\\[[\\w-]+\\]$',
    },
    startup: {
      commands: ['display saved-configuration'],
      privileged: true,
      whole: { by: 'end-marker', pattern: '^ *return$' },
      section: '^ *\\[[\\w-]+\\]$',
    },
  },
  readOnly: displayCommands,
  filters: displayFilters,
  errors: ['^ *% ?(?:Unknown|Incomplete|Ambiguous|Parameter|Too many)\\b', '^ *(?:Failure|Error): '],
  identity: ['^ *sysname (?<hostname>\\S+)'],
  volatile: [{ name: 'time of the capture', pattern: '^ *!Last configuration .* at .*$' }],
  secrets: [
    { name: 'user', pattern: '^ *terminal user name .{0,120}? (?<secret>[*%$!]\\S{8,})' },
    {
      name: 'password',
      pattern: '^ *(?:\\S+ ){0,8}?password(?: (?:cipher|simple|irreversible-cipher))? "?(?<secret>[^\\s"]+)',
    },
    {
      name: 'SNMP community',
      pattern: '^ *snmp-agent community (?:(?:read|write) )?(?:cipher )?"?(?<secret>[^\\s"]+)',
    },
    {
      name: 'trap security name',
      pattern: '^ *snmp-agent target-host .{0,300}? securityname (?:cipher )?"?(?<secret>[^\\s"]+)',
    },
    {
      name: 'server key',
      pattern: '^ *(?:radius-server|hwtacacs-server) shared-key (?:cipher |simple )?"?(?<secret>[^\\s"]+)',
    },
    { name: 'ONT authentication', pattern: '\\b(?:password-auth|loid-auth) "?(?<secret>[^\\s"]+)' },
    pemPrivateKey,
  ],
  detect: [{ command: 'display version', pattern: '^ *VERSION : MA5\\w+' }],
} as const satisfies Platform
