import { type ConfigurationFacts, fillUp, promptLikeBanner } from './configuration.ts'

export function eosConfiguration({ hostname, bytes, promptLikeLines, random, secrets }: ConfigurationFacts): string {
  const net = random.integer(200) + 10
  const head = [
    'no aaa root',
    '!',
    `enable password sha512 ${secrets.sha512('enable')}`,
    '!',
    `username netops privilege 15 role network-admin secret sha512 ${secrets.sha512('netops')}`,
    `username helpdesk privilege 1 secret sha512 ${secrets.sha512('helpdesk')}`,
    '!',
    `tacacs-server host 10.0.0.30 key 7 ${secrets.type7('tacacs')}`,
    '!',
    'transceiver qsfp default-mode 4x10G',
    '!',
    'service routing protocols model multi-agent',
    '!',
    `hostname ${hostname}`,
    'ip name-server vrf default 10.0.0.53',
    '!',
    `ntp authentication-key 1 sha1 7 ${secrets.type7('ntp')}`,
    'ntp server 10.0.0.40 prefer key 1',
    '!',
    `snmp-server community ${secrets.plain('snmp-ro')} ro`,
    '!',
    'spanning-tree mode mstp',
    '!',
    'aaa authentication login default group tacacs+ local',
    '!',
  ]
  const port = (index: number): string[] => [
    `interface Ethernet${index + 1}`,
    `   description to leaf-${random.integer(400) + 1} Ethernet${random.integer(48) + 1}`,
    `   mtu ${random.pick([1500, 9214])}`,
    '   no switchport',
    `   ip address 10.${net}.${index % 250}.${random.integer(100) * 2}/31`,
    '!',
  ]
  const tail = [
    'interface Management1',
    `   ip address 10.255.${net}.${random.integer(200) + 10}/24`,
    '!',
    'ip routing',
    '!',
    `router bgp 65${random.integer(900) + 100}`,
    `   router-id 10.${net}.255.1`,
    '   neighbor spines peer group',
    `   neighbor spines password 7 ${secrets.type7('bgp')}`,
    '!',
    ...(promptLikeLines ? ['banner login', ...promptLikeBanner(hostname), 'EOF', '!'] : []),
    'management ssh',
    '   idle-timeout 30',
    '!',
    'end',
  ]
  return fillUp(head, port, tail, bytes)
}
