import { type ConfigurationFacts, fillUp, promptLikeBanner } from './configuration.ts'

const secretData = '; ## SECRET-DATA'

export function junosConfiguration({ hostname, bytes, promptLikeLines, random, secrets }: ConfigurationFacts): string {
  const net = random.integer(200) + 10
  const message = promptLikeLines ? promptLikeBanner(hostname).join('\\n') : 'Authorised access only'
  const head = [
    'version 21.4R3.15;',
    'system {',
    `    host-name ${hostname};`,
    '    root-authentication {',
    `        encrypted-password "${secrets.sha512('root')}"${secretData}`,
    '    }',
    '    login {',
    `        message "${message}";`,
    '        user netops {',
    '            uid 2000;',
    '            class super-user;',
    '            authentication {',
    `                encrypted-password "${secrets.sha512('netops')}"${secretData}`,
    '            }',
    '        }',
    '    }',
    '    services {',
    '        ssh {',
    '            protocol-version v2;',
    '        }',
    '    }',
    '    tacplus-server {',
    '        10.0.0.30 {',
    `            secret "${secrets.junos9('tacplus')}"${secretData}`,
    '        }',
    '    }',
    '    ntp {',
    `        authentication-key 1 type md5 value "${secrets.junos9('ntp')}"${secretData}`,
    '        server 10.0.0.40;',
    '    }',
    '}',
    'interfaces {',
  ]
  const port = (index: number): string[] => [
    `    ge-0/0/${index} {`,
    `        description "customer ${random.integer(9000) + 1000}";`,
    '        unit 0 {',
    '            family inet {',
    `                address 10.${net}.${index % 250}.${random.integer(100) * 2}/31;`,
    '            }',
    '        }',
    '    }',
  ]
  const tail = [
    '}',
    'snmp {',
    `    community "${secrets.plain('snmp-ro')}"${secretData}`,
    '}',
    'protocols {',
    '    bgp {',
    '        group transit {',
    `            authentication-key "${secrets.junos9('bgp')}"${secretData}`,
    `            neighbor 10.${net}.255.2;`,
    '            export [ own-routes customers ];',
    '        }',
    '    }',
    '}',
  ]
  return fillUp(head, port, tail, bytes)
}
