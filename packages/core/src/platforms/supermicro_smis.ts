import { pingAndTraceroute } from './ios-style-commands.ts'
import { iosStyleSecrets } from './ios-style-secrets.ts'
import { iosStyleErrors, iosStylePrompt, lineFilters, userAndPrivileged } from './ios-style-shell.ts'
import type { Platform } from './platform.ts'

/**
 * Sources: Supermicro SSE switches CLI Reference Guide; the models of Netmiko and Oxidized (aricentiss). Its configuration
 * begins with a table of versions.
 */
export const supermicroSmis = {
  name: 'supermicro_smis',
  title: 'Supermicro SMIS',
  prompt: iosStylePrompt,
  privileges: userAndPrivileged,
  onOpen: ['set cli pagination off', 'no cli pagination'],
  paging: [{ prompt: '\\s*--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show running-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      preamble: ['^Building configuration\\.\\.\\.$'],
      witness: {
        command: 'show system information',
        answer: '^(?:Switch Name|Hardware Version|Firmware Version|System Name|Device Up Time) *:',
      },
    },
    startup: {
      commands: ['show startup-config'],
      privileged: true,
      whole: { by: 'first-line', pattern: '^\\S' },
      section: '^[^!\\s]',
      notSection: ['^end$'],
      knownEnd: '^end$',
      preamble: ['^Building configuration\\.\\.\\.$'],
      witness: {
        command: 'show system information',
        answer: '^(?:Switch Name|Hardware Version|Firmware Version|System Name|Device Up Time) *:',
      },
    },
  },
  readOnly: ['sh(?:ow?)? [^|]+', pingAndTraceroute],
  filters: lineFilters,
  errors: iosStyleErrors,
  identity: [
    '^(?:hostname|switchname|device name) "?(?<hostname>[^\\s"]+)',
    '^Switch Name *: *(?<hostname>\\S+)',
    '^(?:Hardware )?Serial Number *: *(?<serial>\\S+)',
  ],
  volatile: [],
  secrets: [
    { name: 'SNMP community', pattern: '^ *snmp community (?:index )?(?<secret>\\S.*)$' },
    { name: 'SNMP user', pattern: '^ *snmp user .{0,200}?\\b(?:md5|sha) (?<secret>\\S+)' },
    { name: 'SNMP privacy', pattern: '^ *snmp user .{0,300}? priv (?:DES|des|AES\\S*|aes\\S*) (?<secret>\\S+)' },
    ...iosStyleSecrets,
  ],
  detect: [
    {
      command: 'show system information',
      pattern: '^(?:Switch Name|Hardware Version) +: ?\\S*(?:SMIS|SSE-|SBM-|MBM-)',
    },
  ],
} as const satisfies Platform
