import type { Platform } from './platform.ts'

/** PEM private keys, wherever a configuration carries them: the base64 between the markers (RFC 7468). */
export const pemPrivateKey = {
  name: 'private key',
  pattern: '-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?<secret>[^-]+(?:-\\w[^-]*){0,8})-----END',
} as const

/**
 * Secrets of configurations written like IOS (IOS, EOS, NX-OS, FRR, OS10 …). An optional digit in front of a secret is its
 * type (0 clear, 5 and 9 hashes, 7 reversible …) and stays. Shapes after Cisco's IOS command references (Security, Routing,
 * Network Management) and Arista's EOS manual.
 */
export const iosStyleSecrets: Platform['secrets'] = [
  {
    name: 'enable secret',
    pattern:
      '^enable (?:algorithm-type \\S+ )?(?:secret|password)(?: level \\d+)?(?: md5)?(?: (?:\\d+|sha512|pbkdf2|encrypted|cipher))? (?<secret>\\S+)',
  },
  {
    name: 'user password',
    pattern: '^ *username \\S+(?: \\S+){0,8}? (?:secret|password)(?: (?:\\d+|sha512|encrypted))? (?<secret>\\S+)',
  },
  { name: 'password in a block', pattern: '^ *(?:password|secret)(?: (?:\\d+|encrypted|clear))? (?<secret>\\S+)$' },
  { name: 'SNMP community', pattern: '^ *snmp-server community (?:(?:[0278]|8a|clear|encrypted) )?(?<secret>\\S+)' },
  {
    name: 'SNMP trap community',
    pattern:
      '^ *snmp-server host \\S+(?: (?:vrf|use-vrf) \\S+)?(?: (?:traps|informs|trap))?(?: version (?:1|2c?))?(?: (?:[078]|8a|clear|encrypted))? (?<secret>\\S+)',
    // `version 3` names a user; the others begin what follows a host.
    except: '^(?:version|community|udp-port|vrf|use-vrf|filter-vrf|source-interface)$',
  },
  {
    name: 'SNMP authentication password',
    pattern:
      '^ *snmp-server user \\S.{0,200}? auth (?:md5|sha\\S*) (?:\\d{3} )?(?:(?:clear|encrypted) )?(?:0x)?(?<secret>\\S+)',
    except: '^auth-password$',
  },
  {
    name: 'SNMP privacy password',
    pattern:
      '^ *snmp-server user \\S.{0,200}? priv (?:(?:des(?:56)?|DES|3des|3DES|aes|AES)(?:[ -]?\\d{3})? )?(?:(?:clear|encrypted) )?(?<secret>\\S+)',
    except: '^priv-password$',
  },
  {
    name: 'AAA server key',
    pattern: '^ *(?:tacacs|radius)-server .{0,200}?\\bkey(?: (?:\\d+|8a|encrypted))? "?(?<secret>[^\\s"]+)',
  },
  {
    name: 'AAA server key in a block',
    pattern: '^ +(?:server-private .{0,200} )?(?:pac )?key \\d+ "?(?<secret>[^\\s"]+)"?$',
  },
  {
    name: 'AAA server key without its type',
    pattern: '^ +(?:server-private .{0,200} )?(?:pac )?key "?(?<secret>[^\\s"]+)"?$',
    // `key 10` begins a key of a key chain.
    except: '^\\d+$',
  },
  { name: 'key chain', pattern: '^ *key-(?:octet-)?string (?:\\d+ )?(?<secret>\\S.*)$' },
  {
    name: 'neighbor password',
    pattern: '^ *(?:neighbor|peer) \\S.{0,200}? password (?:(?:\\d+|encrypted) )?(?<secret>\\S+)',
    except: '^shared-secret$',
  },
  {
    name: 'routing authentication',
    pattern:
      '^ *(?:ip |ipv6 )?(?:ospf|ospfv3|rip|isis|eigrp|nhrp|pim) (?:\\S+ ){0,4}?(?:authentication-key|authentication string|authentication key|authentication|password|md5)(?: (?:\\d+|md5|text|string)){0,3} (?<secret>[^\\s]+)(?: level-[12](?:-only)?)?$',
    except: '^(?:mode|key-chain|null|message-digest|keychain)$',
  },
  {
    name: 'OSPF message digest',
    pattern: 'message-digest-key \\d+ (?:md5|hmac-sha\\S*|sha\\S*)(?: (?:\\d+|clear|encrypted))? (?<secret>\\S+)',
  },
  { name: 'IS-IS password', pattern: '^ *(?:area|domain|isis)[- ]password (?:clear |md5 |\\d+ )?(?<secret>\\S+)' },
  {
    name: 'first-hop redundancy authentication in a block',
    pattern: '^ +authentication (?:md5 key-string|text) (?:\\d+ )?(?<secret>\\S+)',
  },
  {
    name: 'first-hop redundancy authentication',
    pattern: '^ *(?:standby|vrrp|glbp)(?: \\d+)? authentication (?:md5 key-string |text )?(?:\\d+ )?(?<secret>\\S+)',
    except: '^md5$',
  },
  {
    name: 'pre-shared key',
    pattern: '^ *pre-shared-key(?: (?:local|remote|hex|ascii-text)){0,3}(?: \\d+)? (?<secret>\\S+)',
    except: '^(?:address|hostname)$',
  },
  {
    name: 'pre-shared key of an address',
    pattern: '^ *pre-shared-key (?:address|hostname) .{1,160}? key (?:\\d )?(?<secret>\\S+)',
  },
  { name: 'IKE key', pattern: '^ *crypto isakmp key(?: address \\S+)?(?: \\d+)? (?<secret>\\S+)' },
  {
    name: 'key of an IKEv2 profile',
    pattern: '^ *authentication (?:local|remote) pre-share key (?:\\d )?(?<secret>\\S+)',
  },
  {
    name: 'manual IPsec key',
    pattern: '^ *set session-key (?:inbound|outbound) (?:ah|esp) \\d+ (?:cipher |authenticator )?(?<secret>\\S+)',
  },
  { name: 'manual IPsec authenticator', pattern: '^ *set session-key .{1,200}? authenticator (?<secret>\\S+)' },
  {
    name: 'OSPFv3 authentication key',
    pattern: '\\bipsec spi \\d+ .{0,200}?\\b(?:md5|sha1) (?:passphrase )?(?:\\d )?(?<secret>\\S+)',
  },
  {
    name: 'OSPFv3 encryption key',
    pattern: '\\bipsec spi \\d+ esp (?:des|3des|aes(?:-cbc)? \\d{3}) (?:passphrase )?(?:\\d )?(?<secret>\\S+)',
  },
  {
    name: 'secret behind its type',
    pattern:
      '\\b(?:password|secret|passphrase|shared-key|server-key) (?:\\d{1,2} )?(?:\\d{1,2}|8a|clear|encrypted) (?<secret>\\S+)',
  },
  { name: 'key of dynamic authorisation', pattern: '^ *(?:client \\S.{0,80} )?server-key (?:\\d )?(?<secret>\\S+)$' },
  {
    name: 'password of an account elsewhere',
    pattern:
      '^ *(?:vpdn|automate-tester|http-proxy|authentication|credentials|ap dot1x|bind authenticate|radius-server|cts credentials) .{0,200}?\\bpassword (?:\\d{1,2} )?(?<secret>\\S+)',
  },
  {
    name: 'password of a protocol',
    pattern:
      '^ *(?:vtp|dot1x|l2tp tunnel|fcsp dhchap|ftp client) password (?:(?:\\d{1,2}|clear|encrypted) )?(?<secret>\\S+)',
  },
  {
    name: 'password of MPLS or MSDP',
    pattern: '^ *(?:mpls ldp password (?:option .{1,120}|fallback)|ip msdp password peer \\S+) \\d (?<secret>\\S+)$',
  },
  {
    name: 'authentication key',
    pattern: '\\bauthentication-key (?:\\d+ \\S*(?:md5|sha|cmac)\\S* )?(?:(?:\\d|8a|clear|encrypted) )?(?<secret>\\S+)',
    except: '^(?:keychain|key-chain|\\d{1,5})$',
  },
  { name: 'EIGRP key', pattern: '^ *authentication mode hmac-sha-256 (?:\\d )?(?<secret>\\S+)' },
  {
    name: 'key of Wi-Fi or TrustSec',
    pattern: '^ *(?:sap pmk|(?:security wpa .{0,40}?set-key|key) (?:ascii|hex)(?: \\d)?) (?<secret>\\S+)',
  },
  { name: 'community of a context', pattern: '^ *snmp mib community-map (?<secret>\\S+)' },
  { name: 'PPP password', pattern: '^ *ppp .{0,200}? password (?:(?:\\d+|encrypted) )?(?<secret>\\S+)' },
  { name: 'client password', pattern: '^ *ip (?:ftp|http client|ssh \\S+) password (?:\\d+ )?(?<secret>\\S+)' },
  { name: 'NTP key', pattern: '^ *ntp authentication-key \\d+ (?:md5|sha1|sha2|\\S+) (?:[078] )?(?<secret>\\S+)' },
  { name: 'Wi-Fi key', pattern: '^ *(?:wpa-psk|security wpa psk set-key) (?:ascii|hex) (?:\\d+ )?(?<secret>\\S+)' },
  pemPrivateKey,
]
