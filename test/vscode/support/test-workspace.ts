import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addCredential, createVault, ensureIdentityFile, Secret } from '@netlatch/core'
import type { DeviceDescription, FleetDescription } from '../../support/simulated-fleet/description.ts'
import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../../support/simulated-fleet/workspace.ts'

export interface TestSecrets {
  readonly netops: string
  readonly admin: string
  readonly enable: string
  readonly unknown: string
  /** What a test changes a password to. */
  readonly next: string
}

export function testSecrets(): TestSecrets {
  const secret = () => randomBytes(15).toString('base64url')
  return { netops: secret(), admin: secret(), enable: secret(), unknown: secret(), next: secret() }
}

/** A small network with one device of each kind of trouble. */
export function testFleet(secrets: TestSecrets): FleetDescription {
  const tacacs = (name: string, platform: DeviceDescription['platform'], more: Partial<DeviceDescription> = {}) => ({
    name,
    platform,
    realm: 'tacacs',
    inventory: { site: name.slice(0, 3), tags: ['backbone'], realm: 'tacacs', groups: ['core'] },
    ...more,
  })
  const old = (name: string, password: string): DeviceDescription => ({
    name,
    platform: 'cisco_ios',
    accounts: [{ username: 'admin', password }],
    enableSecret: secrets.enable,
    lockout: { after: 3 },
    inventory: { site: 'ber', tags: ['legacy'], realm: 'on-device' },
  })
  return {
    realms: {
      tacacs: {
        accounts: [{ username: 'netops', password: secrets.netops, privileged: true }],
        lockout: { after: 5 },
      },
    },
    devices: [
      tacacs('fra-core-1', 'cisco_ios'),
      tacacs('fra-core-2', 'cisco_ios'),
      tacacs('muc-leaf-1', 'arista_eos'),
      tacacs('fra-dead-1', 'cisco_ios', { faults: { dead: true } }),
      tacacs('fra-algo-1', 'cisco_ios', { algorithms: 'legacy-sha1', hostKeyTypes: ['rsa'] }),
      tacacs('fra-algo-2', 'cisco_ios', {
        algorithms: 'legacy-sha1',
        hostKeyTypes: ['rsa'],
        inventory: { site: 'fra', tags: ['backbone'], realm: 'tacacs' },
      }),
      tacacs('fra-key-1', 'cisco_ios'),
      old('ber-old-1', secrets.admin),
      old('ber-old-2', secrets.unknown),
      {
        name: 'fra-notag-1',
        platform: 'cisco_ios',
        realm: 'tacacs',
        inventory: { site: 'fra', realm: 'tacacs' },
      },
    ],
  }
}

export interface TestWorkspace extends AsyncDisposable {
  readonly folder: string
  readonly identityFile: string
  readonly secrets: TestSecrets
  readonly fleet: Awaited<ReturnType<typeof startFleetProcess>>
}

/** A workspace of the fleet with a vault: `netops` for the login server, `legacy-admin` for the old switches. */
export async function makeTestWorkspace(home: string, secrets = testSecrets()): Promise<TestWorkspace> {
  const folder = join(home, 'net')
  const fleet = await startFleetProcess(testFleet(secrets))
  await fleetWorkspace(fleet, folder, {
    netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
    groups: { core: { role: 'core' } },
    defaults: {},
  })
  await oneLinePerList(join(folder, 'inventory.yaml'))
  const identityFile = join(home, 'identity', 'identity.txt')
  await mkdir(join(home, 'identity'), { recursive: true })
  const { recipient } = await ensureIdentityFile(identityFile)
  const empty = await createVault(join(folder, 'credentials.yaml'), [{ name: 'tester', age: recipient }])
  const hosts = ['127.0.0.0/8']
  const one = await addCredential(
    empty,
    'tacacs-netops',
    { username: 'netops', realm: 'tacacs', priority: 10, tags: ['backbone'], hosts },
    { secret: { password: new Secret(secrets.netops) } },
  )
  const two = await addCredential(
    one,
    'legacy-admin',
    { username: 'admin', realm: 'on-device', tags: ['legacy'], hosts },
    { secret: { password: new Secret(secrets.admin), enable: new Secret(secrets.enable) } },
  )
  for (const vault of [empty, one, two]) vault.close()
  return {
    folder,
    identityFile,
    secrets,
    fleet,
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  }
}

/** As people write them: `tags: [backbone]`. */
export async function oneLinePerList(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(
    path,
    text.replace(/^( *)(tags|groups):\n((?:\1 *- \S+\n)+)/gm, (_, indent: string, key: string, items: string) => {
      const names = items.split('\n').flatMap((line) => line.replace(/^ *- /, '') || [])
      return `${indent}${key}: [${names.join(', ')}]\n`
    }),
  )
}
