import type { Platform } from './platform.ts'

/** Foundry's IronWare, later Brocade's: an SSH session shows `SSH@` in front of the name. Brocade FastIron and NetIron guides. */
export const ironwarePrompt =
  '(?:(?:SSH|telnet)@)?(?<host>[A-Za-z0-9_][^\\s()<>#$%@]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]'

export const ironwarePaging = [
  { prompt: '--More--, next page: Space, next line: Return key, quit: Control-c', answer: ' ' },
] as const

export const ironwareSecrets: Platform['secrets'] = [
  {
    name: 'enable password',
    pattern: '^enable (?:super-user|port-config|read-only|telnet|aaa)-?(?:password)? (?:\\d )?(?<secret>\\S+)',
  },
  { name: 'SNMP community', pattern: '^snmp-server community (?:\\d )?(?<secret>\\S+)' },
  { name: 'trap community', pattern: '^snmp-server host \\S+ version v\\S+ (?:\\d )?(?<secret>\\S+)' },
  { name: 'AAA server key', pattern: '^(?:radius|tacacs)-server .{0,200}?\\bkey (?:\\d )?(?<secret>\\S+)' },
  {
    name: 'routing authentication',
    pattern: '^ +ip (?:ospf|vrrp|isis) (?:\\S+ ){0,3}?(?:authentication-key|md5-key|key) (?:\\d )?(?<secret>\\S+)',
  },
]
