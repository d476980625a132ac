import { iosStyleSecrets } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** ASA's own shapes, also in the part of FTD that is ASA, and what both share with IOS. Cisco ASA Command Reference. */
export const asaStyleSecrets: Platform['secrets'] = [
  { name: 'login or enable password', pattern: '^(?:enable password|passwd)(?: level \\d+)? (?<secret>\\S+)' },
  {
    name: 'tunnel key',
    pattern: '^ +(?:ikev1 |ikev2 (?:remote|local)-authentication )?pre-shared-key (?:[078] )?(?<secret>\\S+)',
  },
  { name: 'AAA server key', pattern: '^ +key (?:[078] )?(?<secret>\\S+)$' },
  { name: 'LDAP password', pattern: '^ +ldap-login-password (?:[078] )?(?<secret>\\S+)' },
  { name: 'failover key', pattern: '^failover (?:ipsec pre-shared-key|key)(?: hex)?(?: [078])? (?<secret>\\S+)' },
  {
    name: 'SNMP community of a host',
    pattern: '^snmp-server host \\S+ \\S+ (?:trap |poll )?community (?:[078] )?(?<secret>\\S+)',
  },
  { name: 'EIGRP key', pattern: '^ +authentication key eigrp \\d+ (?<secret>\\S+)' },
  { name: 'password of RADIUS users', pattern: '^ +radius-common-pw (?:\\d )?(?<secret>\\S+)' },
  { name: 'SSO secret', pattern: '^ +policy-server-secret (?:\\d )?(?<secret>\\S+)' },
  // An interface comes before the host here.
  ...iosStyleSecrets.filter(({ name }) => name !== 'SNMP trap community'),
]
