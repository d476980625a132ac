import { randomBytes } from 'node:crypto'

export interface RouterConfiguration {
  readonly text: string
  /** As they stand in the text. */
  readonly secrets: readonly string[]
}

function newSecret(): string {
  return randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')
}

/** A border router: prefix lists, route maps, and neighbours with passwords. */
export function frrConfiguration(hostname: string): RouterConfiguration {
  const secrets = [newSecret(), newSecret()]
  const prefixes = Array.from(
    { length: 40 },
    (_, index) => `ip prefix-list CUSTOMERS seq ${(index + 1) * 5} permit 10.20.${index}.0/24`,
  )
  const text = `frr defaults traditional
hostname ${hostname}
log syslog informational
service integrated-vtysh-config
!
ip route 10.20.0.0/16 blackhole
!
${prefixes.join('\n')}
!
route-map TO-TRANSIT permit 10
 match ip address prefix-list CUSTOMERS
exit
!
router bgp 64512
 bgp router-id 10.255.0.1
 neighbor 10.255.0.2 remote-as 64513
 neighbor 10.255.0.2 description transit-a
 neighbor 10.255.0.2 password ${secrets[0]}
 neighbor 10.255.0.6 remote-as 64514
 neighbor 10.255.0.6 description transit-b
 neighbor 10.255.0.6 password ${secrets[1]}
 !
 address-family ipv4 unicast
  network 10.20.0.0/16
  neighbor 10.255.0.2 route-map TO-TRANSIT out
  neighbor 10.255.0.6 route-map TO-TRANSIT out
 exit-address-family
exit
!
line vty
!
`
  return { text, secrets }
}

export function birdConfiguration(): RouterConfiguration {
  const secrets = [newSecret()]
  const text = `router id 10.255.0.9;
protocol device { }
protocol static customers {
  ipv4;
  route 10.30.0.0/16 blackhole;
}
protocol bgp transit {
  local 10.255.0.9 as 64515;
  neighbor 10.255.0.10 as 64516;
  password "${secrets[0]}";
  ipv4 { import none; export all; };
}
`
  return { text, secrets }
}
