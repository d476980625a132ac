import { iosStyleSecrets } from './ios-style-secrets.ts'
import { enableWithPassword, iosStyleErrors, lineFilters, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/** Sources: Aruba Networks ArubaOS 6 and 8 CLI Reference Guides (no paging, enable, show inventory); Oxidized's model. */
export const arubaOs = {
  name: 'aruba_os',
  title: 'HPE Aruba ArubaOS (controllers)',
  prompt: '\\((?<host>[^()]{1,64})\\) [*^]{0,2}(?:\\[[^\\]]{1,80}\\] ?)?(?:\\([^()]{1,80}\\) ?){0,2}[>#]',
  privileges: userAndPrivileged,
  onOpen: ['no paging'],
  paging: [{ prompt: '\\s*--More-- \\(q\\) quit.{0,80}', answer: ' ' }],
  enable: enableWithPassword,
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^version \\S' },
      texts: [{ open: '^banner \\S+ (?:"|(?<delimiter>\\S))', close: '(?:"|{delimiter})' }],
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      preamble: ['^Building [Cc]onfiguration\\.\\.\\.$'],
      witness: { command: 'show hostname', answer: '^Hostname is ' },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', 'ping [\\w.:-]+', 'traceroute [\\w.:-]+'],
  filters: lineFilters,
  errors: [...iosStyleErrors, '^(?:Module .* is busy|Error: )'],
  identity: ['^hostname "?(?<hostname>[^\\s"]+)', '^Hostname is (?<hostname>\\S+)', '^SC +Serial# +: (?<serial>\\w+)'],
  serial: { command: 'show inventory' },
  volatile: [],
  secrets: [
    { name: 'management user', pattern: '^ *mgmt-user \\S+ \\S+ (?<secret>\\S+)$' },
    { name: 'Wi-Fi key', pattern: '^ *(?:wpa-passphrase|wpa-hexkey|wep-?key\\d?|rap-gre-mtu-key) (?<secret>\\S+)' },
    {
      name: 'key or password in a block',
      pattern: '^ +(?:admin-passwd|host-?key|bkup-passwords|ap-console-password|passwd|psk|auth-psk) (?<secret>\\S+)',
    },
    {
      name: 'shared key of controllers',
      pattern:
        '^ *(?:localip|masterip|conductorip|masterlocal|crypto-local) .{0,120}?\\b(?:ipsec|key|psk|pre-share) (?<secret>\\S+)',
    },
    ...iosStyleSecrets,
  ],
  detect: [
    {
      command: 'show version',
      pattern: '^ArubaOS \\((?:[^C-]|-[^C]|C[^X])|^Aruba Operating System (?:Software|\\()',
    },
  ],
} as const satisfies Platform
