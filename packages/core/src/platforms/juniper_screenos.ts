import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * Source: Juniper ScreenOS CLI Reference Guide: IPv4 Command Descriptions (console, get config, get system). `set console page 0`
 * is a change of the configuration, so the pager is answered.
 */
export const juniperScreenos = {
  name: 'juniper_screenos',
  title: 'Juniper ScreenOS',
  prompt: '(?<host>[\\w.-]{1,64}?)(?:\\([^()]{1,64}\\)){0,3}->',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  paging: [{ prompt: '--- more ---', answer: ' ' }],
  configurations: {
    running: {
      commands: ['get config'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^(?:set|unset) ' },
      section: '^(?:set|unset) \\S+',
      preamble: ['^Total Config size \\d+:$'],
      witness: { command: 'get system', answer: '^(?:Product Name|Serial Number): ' },
    },
    startup: {
      commands: ['get config saved'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^(?:set|unset) ' },
      section: '^(?:set|unset) \\S+',
      preamble: ['^Total Config size \\d+:$'],
      witness: { command: 'get system', answer: '^(?:Product Name|Serial Number): ' },
    },
  },
  readOnly: ['get [^|]+', 'ping [\\w.:-]+'],
  filters: ['(?:include|exclude) [^|]+'],
  errors: ['^ *\\^-+', '^(?:unknown keyword|command not completed|ambiguous command)'],
  identity: ['^set hostname (?<hostname>\\S+)', '^Serial Number: (?<serial>[^\\s,]+)'],
  volatile: [],
  secrets: [
    {
      name: 'password',
      pattern: '^set (?:admin|user|auth-server|ppp|pppoe|l2tp) .{0,200}?\\b(?:hash-)?password "?(?<secret>[^\\s"]+)',
    },
    {
      name: 'secret',
      pattern:
        '^set .{0,200}?\\b(?:secret|passphrase|preshare|seed-preshare|auth-key|manual-key) "?(?<secret>[^\\s"]+)',
    },
    { name: 'SNMP community', pattern: '^set snmp community "?(?<secret>[^\\s"]+)' },
    { name: 'SNMP host', pattern: '^set snmp host "?(?<secret>[^\\s"]+)' },
    {
      name: 'routing authentication',
      pattern: '^set .{0,200}?\\b(?:md5(?:-authentication)?|password) "?(?<secret>[^\\s"]+)',
    },
    { name: 'tunnel key', pattern: '^set vpn .{0,200}? (?:auth|esp) .{0,60}? key (?<secret>\\S+)' },
    pemPrivateKey,
  ],
  detect: [{ command: 'get system', pattern: '^Product Name: (?:NetScreen|SSG|NS|ISG)' }],
} as const satisfies Platform
