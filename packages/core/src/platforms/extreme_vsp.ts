import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * VOSS, now Fabric Engine. Sources: Extreme VOSS CLI Commands Reference (terminal more, show running-config, show sys-
 * info); Oxidized's model.
 */
export const extremeVsp = {
  name: 'extreme_vsp',
  title: 'Extreme VSP (VOSS)',
  prompt: '(?<host>[\\w.-]{1,64})(?::\\d)?(?:\\([^()]{1,80}\\))?[>#]',
  privileges: userAndPrivileged,
  onOpen: ['terminal more disable'],
  typeAhead: 'lost',
  paging: [{ prompt: '--More-- \\(q = quit\\)|--More--', answer: ' ' }],
  // Only a system in enhanced secure mode asks for a password.
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^(?:#|config terminal)' },
      knownEnd: '^end$',
      section: '^#$',
      preamble: ['^Preparing to Display Configuration\\.\\.\\.$'],
      witness: { command: 'show sys-info', answer: '^[ \\t]*SysName +: ' },
    },
  },
  readOnly: ['show [^|]+', 'more config\\.cfg', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: ['(?:include|exclude|begin|count|head|tail|no-more)(?: [^|]+)?'],
  errors: [...iosStyleErrors, '^Error ?: '],
  identity: [
    '^[ \\t]*SysName +: (?<hostname>\\S+)',
    '^(?:prompt|snmp-server name|sys name) "?(?<hostname>[^\\s"]+)',
    '^[ \\t]*Serial# +: (?<serial>\\S+)',
  ],
  volatile: [{ name: 'time of the capture', pattern: '^# \\w{3} \\w{3} +\\d{1,2} [\\d:]+ \\d{4} \\S*$' }],
  secrets: [
    { name: 'server key', pattern: '^ *(?:radius|tacacs) .{0,200}?\\b(?:key|secret) "?(?<secret>[^\\s"]+)' },
    { name: 'SNMP community', pattern: '^ *snmp-server community "?(?<secret>[^\\s"]+)' },
    {
      name: 'password or key',
      pattern:
        '^ *(?:\\S+ ){0,8}?(?:password|hello-auth type \\S+ key|auth-key|authentication-key|md5-key|simple|hmac-md5|secondary-auth-key) "?(?<secret>[^\\s"]+)',
    },
    ...iosStyleSecrets,
  ],
  detect: [{ command: 'show sys-info', pattern: '^[ \\t]*SysDescr +: \\S*(?:VSP|XA|Fabric|5520|5420|7520)' }],
} as const satisfies Platform
