import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../../../packages/core/src/secret.ts'
import { generateIdentity } from '../../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../../packages/core/src/vault/create-vault.ts'
import { addCredential } from '../../../packages/core/src/vault/edit-credentials.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'
import { type FleetProcess, startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../../support/simulated-fleet/workspace.ts'

export const customerNames = ['acme', 'globex', 'initech'] as const

/** Three customers of an integrator, each with a workspace of its own in one folder, and one identity that opens all vaults. */
export interface Customers extends AsyncDisposable {
  readonly fleet: FleetProcess
  readonly folder: string
  readonly identity: string
  /** Every secret there is, those in the configurations too, for the canary: none of them may be found in n8n. */
  readonly secrets: readonly string[]
  readonly password: string
}

/** Secrets that are searched for afterwards: long enough to stand for nothing else. */
export function canary(): string {
  return `canary${randomBytes(15).toString('hex')}`
}

export async function openCustomers(folder: string): Promise<Customers> {
  const password = canary()
  const oldPassword = canary()
  const enable = canary()
  const { identity, recipient } = await generateIdentity()
  const device = (customer: string, name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
    name: `${customer}-${name}`,
    platform: 'cisco_ios',
    accounts: [{ username: 'netops', password, privileged: true }],
    enableSecret: enable,
    configuration: { bytes: 3_000 },
    ...more,
    inventory: {
      site: name.startsWith('core') ? 'hq' : 'branch',
      tags: ['net'],
      realm: 'on-device',
      ...more.inventory,
    },
  })
  const fleet = await startFleetProcess({
    devices: customerNames.flatMap((customer) => [
      device(customer, 'core-1'),
      device(customer, 'core-2', { platform: 'arista_eos' }),
      // Nobody wrote its password down.
      device(customer, 'acc-1', { accounts: [{ username: 'netops', password: canary() }] }),
    ]),
  })
  for (const customer of customerNames) {
    const own = fleet.places.filter(({ name }) => name.startsWith(`${customer}-`))
    const workspace = join(folder, customer)
    await mkdir(workspace, { recursive: true })
    await fleetWorkspace({ description: fleet.description, places: own }, workspace)
    const fields = { username: 'netops', priority: 10, tags: ['net'], hosts: ['127.0.0.0/8'], realm: 'on-device' }
    let vault = await createVault(join(workspace, 'credentials.yaml'), [{ name: 'n8n-test', age: recipient }])
    vault = await addCredential(vault, 'netops', fields, {
      secret: { password: new Secret(password), enable: new Secret(enable) },
    })
    vault = await addCredential(
      vault,
      'retired',
      { ...fields, tags: ['nowhere'] },
      { secret: { password: new Secret(oldPassword) } },
    )
    vault.close()
  }
  const planted = await Promise.all(fleet.places.map(({ name }) => fleet.ask('plantedSecrets', name)))
  const secrets = [password, oldPassword, enable, identity, ...planted.flat()]
  return { fleet, folder, identity, secrets, password, [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose]() }
}

/** The credential as n8n imports it. */
export function workspaceCredential(folder: string, identity: string, data: object = {}) {
  return {
    id: 'netlatchws000001',
    name: 'Customers',
    type: 'netlatchWorkspaceApi',
    data: {
      folder,
      createIfMissing: true,
      unlock: 'identity',
      identity,
      passphrase: '',
      unknownHostKeys: 'refuse',
      vaultFingerprint: '',
      state: '',
      ...data,
    },
  }
}
