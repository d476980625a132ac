import { type ConfigurationFacts, fillUp } from './configuration.ts'

export function acmeConfiguration({ hostname, bytes, random, secrets }: ConfigurationFacts): string {
  const head = [
    `system name ${hostname}`,
    `account netops code sealed ${secrets.plain('netops')}`,
    'account guest code none',
    `snmp community ${secrets.plain('snmp-ro')}`,
    ';',
  ]
  const port = (index: number): string[] => [
    `port ${index + 1}`,
    `  label to leaf-${random.integer(400) + 1}`,
    `  address 10.9.${index % 250}.${random.integer(250) + 1}/31`,
    ';',
  ]
  return fillUp(head, port, ['; end of configuration'], bytes)
}
