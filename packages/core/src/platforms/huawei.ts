import { displayCommands, displayFilters, displaySecrets } from './display-style-commands.ts'
import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Huawei VRP Basic Configuration and Command Reference (screen-length 0 temporary, display current-
 * configuration).
 */
export const huawei = {
  name: 'huawei',
  aliases: ['huawei_vrp', 'huawei_vrpv8'],
  title: 'Huawei VRP',
  // VRP 8 marks uncommitted changes: `[~sw1]`, `[*sw1-GE1/0/1]`; a standby shows `HRP_M<fw1>`.
  prompt: '(?:HRP_[AMS])?[<\\[][~*]?(?<host>[^\\s<>\\[\\]~*]{1,128})[>\\]]',
  privileges: [],
  onOpen: ['screen-length 0 temporary'],
  paging: [{ prompt: '\\s*---- More ----', answer: ' ' }],
  onLogin: [
    // The password stays as it is: changing it is not for a backup to do.
    { prompt: '.{0,200}(?:Change now|change the (?:initial )?password)[^\\[]{0,60}\\[Y/N\\] ?:?', answer: 'N\n' },
  ],
  logout: 'quit',
  configurations: {
    running: {
      commands: ['display current-configuration'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^return$' },
      texts: [{ open: '^ ?header \\S+ information "', close: '"' }],
      section: '^[^#!\\s]',
      notSection: ['^return$'],
    },
    startup: {
      commands: ['display saved-configuration'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^return$' },
      texts: [{ open: '^ ?header \\S+ information "', close: '"' }],
      section: '^[^#!\\s]',
      notSection: ['^return$'],
    },
  },
  readOnly: displayCommands,
  filters: displayFilters,
  errors: [
    '^ ?(?:Error|% ?Error): ?',
    '^ ?% ?(?:Unrecognized|Incomplete|Ambiguous|Wrong|Too many)\\b',
    '^Unrecognized command',
  ],
  identity: ['^ ?sysname (?<hostname>\\S+)', '^(?:Equipment Serial Number|ESN of \\S{1,20}) *: *(?<serial>\\S+)'],
  serial: { command: 'display esn' },
  volatile: [{ name: 'time of the last change', pattern: '^!Last configuration was (?:updated|saved) at .*$' }],
  secrets: [
    {
      name: 'password',
      pattern: '^[ \\t]*(?:\\S+ ){0,6}?password (?:irreversible-cipher |cipher |simple )(?<secret>\\S+)',
    },
    {
      name: 'SNMP community',
      pattern: '^[ \\t]*snmp-agent community (?:(?:read|write) )?(?:cipher |simple )?(?<secret>\\S+)',
      except: '^complexity-check$',
    },
    {
      name: 'SNMP authentication key',
      pattern:
        '^[ \\t]*snmp-agent (?:remote-engineid \\S+ )?usm-user v3 .{0,200}?authentication-mode \\S+ (?:cipher |simple )?(?<secret>\\S+)',
    },
    {
      name: 'SNMP privacy key',
      pattern:
        '^[ \\t]*snmp-agent (?:remote-engineid \\S+ )?usm-user v3 .{0,300}?privacy-mode \\S+ (?:cipher |simple )?(?<secret>\\S+)',
    },
    {
      name: 'trap security name',
      pattern: '^[ \\t]*snmp-agent target-host .{0,300}? securityname (?:cipher )?(?<secret>\\S+)',
    },
    { name: 'encrypted value', pattern: '(?<secret>(?:%\\^%#|%@%@|%\\$%\\$|@%@%)[^\\s]{4,400})' },
    {
      name: 'key',
      pattern:
        '^[ \\t]*(?:\\S+ ){0,8}?(?:shared-key|pre-shared-key|authentication-key|key-string|key|md5|hmac-\\S+|auth-password)(?: (?:authentication|accounting|\\d{1,3}))? (?:cipher|simple|plain) (?<secret>\\S+)',
    },
    ...displaySecrets,
    {
      name: 'password of a backup server',
      pattern: '^[ \\t]*set save-configuration .{1,200}? password (?:cipher )?(?<secret>\\S+)',
    },
    {
      name: 'VRRP key',
      pattern: '^[ \\t]*vrrp .{1,80}? authentication-mode (?:md5|simple) (?:cipher |plain )?(?<secret>\\S+)',
    },
    {
      name: 'Wi-Fi key',
      pattern: '^[ \\t]*(?:security .{1,60}? psk pass-phrase|capwap dtls psk) (?:cipher )?(?<secret>\\S+)',
    },
    pemPrivateKey,
  ],
  detect: [{ command: 'display version', pattern: 'Huawei Versatile Routing Platform|VRP \\(R\\) [Ss]oftware' }],
  identification: '^SSH-\\d\\.\\d+-(?:HUAWEI|VRP)',
} as const satisfies Platform
