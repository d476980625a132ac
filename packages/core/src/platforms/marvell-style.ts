import type { Platform } from './platform.ts'

/**
 * Switches on Marvell's reference software: Cisco Small Business, Dell PowerConnect 35xx and 55xx, Eltex MES. Cisco 300 Series
 * CLI Guide (terminal datadump, encrypted …, show system id); the models of Oxidized for the three.
 */
export const marvellPaging = [
  { prompt: 'More: <space>, {1,2}Quit: q(?: or CTRL\\+Z)?, One line: <return>', answer: ' ' },
] as const

export const marvellCapture = {
  privileged: true,
  whole: { by: 'first-line', pattern: '^\\S' },
  section: '^[^!\\s]',
  notSection: ['^exit$'],
  witness: { command: 'show version', answer: '(?:[Vv]ersion|VERSION)\\b.{0,20}\\d' },
} as const

export const marvellSerial = '^ *(?:\\d+ +)?[Ss]erial [Nn]umber ?:? +(?<serial>[\\w-]+)'

export const marvellSecrets: Platform['secrets'] = [
  {
    name: 'value of an encrypted command',
    pattern:
      '^encrypted (?:radius-server|tacacs-server|sntp|ip|key|snmp-server|username|aaa) .{0,200}?\\b(?:key(?: \\d{1,5} (?:md5|sha1?))?|md5|password|auth|key-string)(?: md5| sha)? (?<secret>\\S+)',
  },
  { name: 'encrypted value', pattern: '\\bencrypted (?<secret>[^\\s]{4,})', except: '^(?:radius|tacacs|sntp|snmp)' },
]
