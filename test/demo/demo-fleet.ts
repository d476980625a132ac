import { randomBytes } from 'node:crypto'
import type { DeviceDescription, FleetDescription } from '../support/simulated-fleet/description.ts'

/** Passwords of one demo, made for it and gone with it. */
export interface DemoSecrets {
  readonly netops: string
  readonly admin: string
  readonly enable: string
  readonly lab: string
  readonly lab_new: string
  readonly junos: string
  readonly unknown: string
}

export function makeSecrets(): DemoSecrets {
  const secret = () => randomBytes(12).toString('base64url')
  return {
    netops: secret(),
    admin: secret(),
    enable: secret(),
    lab: secret(),
    lab_new: secret(),
    junos: secret(),
    unknown: secret(),
  }
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`)

/**
 * A small provider after two acquisitions: two sites behind one TACACS+ server, a site of old switches with local accounts
 * that lock after three failures, a few Junos routers, and a lab with a login server of its own.
 */
export function demoFleet(secrets: DemoSecrets): FleetDescription {
  const latencyMs = 15
  const tacacs = (site: string, tags: readonly string[]) => ({
    realm: 'tacacs',
    latencyMs,
    inventory: { site, tags, realm: 'tacacs' },
  })
  const fra = numbered('fra-core', 4)
    .concat(numbered('fra-acc', 12))
    .map(
      (name): DeviceDescription => ({
        name,
        platform: 'cisco_ios',
        // Nobody tagged this one: it is opened by what opens its neighbours.
        ...tacacs('fra', name === 'fra-acc-07' ? [] : ['backbone']),
        ...(name === 'fra-acc-05' && { faults: { dead: true } }),
        configuration: { bytes: 12_000, promptLikeLines: name === 'fra-core-02' },
      }),
    )
  const muc = numbered('muc-leaf', 8).map(
    (name): DeviceDescription => ({
      name,
      platform: 'arista_eos',
      ...tacacs('muc', ['backbone']),
      configuration: { bytes: 20_000 },
    }),
  )
  const ber = numbered('ber-old', 6).map(
    (name): DeviceDescription => ({
      name,
      platform: 'cisco_ios',
      latencyMs,
      accounts: [{ username: 'admin', password: name === 'ber-old-06' ? secrets.unknown : secrets.admin }],
      enableSecret: secrets.enable,
      lockout: { after: 3 },
      inventory: { site: 'ber', tags: ['legacy'], realm: 'on-device' },
    }),
  )
  const junos = numbered('fra-edge', 3).map(
    (name): DeviceDescription => ({
      name,
      platform: 'juniper_junos',
      latencyMs,
      accounts: [{ username: 'backup', password: secrets.junos, privileged: true }],
      inventory: { site: 'fra', tags: ['edge'], realm: 'on-device' },
    }),
  )
  const lab = numbered('lab', 6).map(
    (name): DeviceDescription => ({
      name,
      platform: 'cisco_ios',
      realm: 'radius',
      latencyMs,
      faults: { wrongPasswordHangs: true },
      inventory: { site: 'lab', tags: ['lab'], realm: 'radius' },
    }),
  )
  return {
    realms: {
      tacacs: {
        accounts: [{ username: 'netops', password: secrets.netops, privileged: true }],
        lockout: { after: 5 },
      },
      radius: {
        accounts: [{ username: 'labops', password: secrets.lab, privileged: true }],
        lockout: { after: 5 },
      },
    },
    devices: [...fra, ...muc, ...ber, ...junos, ...lab],
  }
}

/** An EOS configuration of which somebody has cleared every interface but the first two. */
export function shrunk(configuration: string): string {
  const sections = configuration.split(/^(?=interface )/m)
  const [head = '', ...interfaces] = sections
  const tail = interfaces.at(-1)?.replace(/^interface .*\n(?: .*\n)*/, '') ?? ''
  return [head, ...interfaces.slice(0, 2), tail].join('')
}
