import type { Platform } from './platform.ts'

/**
 * SAOS 6 and 8. Sources: Ciena SAOS Software Management guide (configuration show, system shell session); Oxidized's
 * model.
 */
export const cienaSaos = {
  name: 'ciena_saos',
  title: 'Ciena SAOS',
  // A star marks unsaved changes.
  prompt: '(?<host>[\\w.-]{1,64})\\*?[>#]',
  privileges: [],
  onOpen: ['system shell session set more off'],
  typeAhead: 'lost',
  paging: [{ prompt: '--More-- .{0,40}|--More--', answer: ' ' }],
  configurations: {
    running: {
      commands: ['configuration show'],
      privileged: false,
      whole: { by: 'first-line', pattern: '^!' },
      section: '^[^!\\s]\\S* \\S+',
      witness: { command: 'software show', answer: '\\b(?:[Pp]ackage|Bank|Release|[Vv]ersion)\\b' },
    },
  },
  // The verb comes behind the object, so that only objects that are listed count.
  readOnly: [
    '(?:configuration|software|chassis|port|port xcvr|vlan|system|interface|aggregation|lldp|log|mcast-filtering|flow|ntp(?: client)?|snmp|radius|tacacs|user|virtual-switch|virtual-circuit|traffic-profiling|ring-protection(?: virtual-ring| logical-ring)?|alarm|cfm|rstp|mstp) show(?: [\\w,./:-]+){0,10}',
    'ping [\\w.:-]+',
  ],
  filters: ['grep [^|]+'],
  errors: ['^(?:SHELL PARSER FAILURE|PARSER FAILURE|ERROR: )', '^Error: '],
  identity: ['^system set host-name (?<hostname>\\S+)', '^\\| Serial Number +\\| (?<serial>\\w+)'],
  serial: { command: 'chassis show' },
  volatile: [{ name: 'time of the capture', pattern: '^! (?:Created|Generated|Date): .*$' }],
  secrets: [
    {
      name: 'secret',
      pattern: '\\b(?:secret|password|echoless-password|auth-key|priv-key|key) (?<secret>\\S+)',
    },
    { name: 'SNMP community', pattern: '^snmp .{0,200}?\\bcommunity(?:-name)? (?<secret>\\S+)' },
  ],
  detect: [{ command: 'software show', pattern: 'saos-|SAOS' }],
} as const satisfies Platform
