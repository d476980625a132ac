import type { Platform } from './platform.ts'

/** Sources: NetScaler (Citrix ADC) Command Reference (set cli mode, show ns runningConfig, show ns hardware). */
export const netscaler = {
  name: 'netscaler',
  title: 'NetScaler (Citrix ADC)',
  // `>` alone by default; `set cli prompt` may put the name in front.
  prompt: '(?:[\\w.-]{1,64}@)?(?<host>[\\w.-]{1,64})? ?(?:\\([^()]{1,40}\\))?>',
  privileges: [],
  onOpen: ['set cli mode -page OFF'],
  typeAhead: 'lost',
  paging: [{ prompt: '--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['show ns runningConfig'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^ *Done$' },
      section: '^[^#\\s]\\S* \\S+',
    },
    startup: {
      commands: ['show ns ns.conf'],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^ *Done$' },
      section: '^[^#\\s]\\S* \\S+',
    },
  },
  readOnly: ['(?:show|sh|stat) [^|]+', 'ping -c \\d{1,2} [\\w.:-]+'],
  filters: ['grep(?: -[cEivnw]+){0,5} [^|]+'],
  errors: ['^ *ERROR: '],
  identity: ['^set ns hostName "?(?<hostname>[^\\s"]+)', '^[ \\t]*Serial no: (?<serial>\\S+)'],
  serial: { command: 'show ns hardware' },
  volatile: [{ name: 'time of the last save', pattern: '^# Last modified (?:by|Time).*$' }],
  secrets: [
    { name: 'value of an encrypted option', pattern: '^.{0,600}? "?(?<secret>[^\\s"]{6,}) -encrypted\\b' },
    { name: 'value of an encrypted option in quotes', pattern: '^.{0,600}?"(?<secret>[^"\\n]{6,})" -encrypted\\b' },
    {
      name: 'option',
      pattern:
        ' -(?:password|passcrypt|secret|radKey|tacacsSecret|ldapBindDnPassword|passPhrase|psk|authPasswd|privPasswd|preSharedKey|customHeaders) "?(?<secret>[^\\s"]+)',
    },
    { name: 'system user', pattern: '^(?:add|set) (?:system|aaa) user \\S+ "?(?<secret>[^\\s"]+)', except: '^-' },
    { name: 'SNMP community', pattern: '^(?:add|set) snmp community "?(?<secret>[^\\s"]+)' },
    {
      name: 'NTP or key value',
      pattern: '^(?:add|set) .{0,200} -key(?:Value)? "?(?<secret>[^\\s"]+)',
      except: '\\.(?:pem|key|der|pfx)$',
    },
  ],
  detect: [{ command: 'show ns version', pattern: '^[ \\t]*NetScaler NS\\d' }],
} as const satisfies Platform
