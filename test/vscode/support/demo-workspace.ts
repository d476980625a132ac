import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addCredential, createVault, createWorkspace, ensureIdentityFile, Secret } from '@netlatch/core'
import { demoFleet, makeSecrets } from '../../demo/demo-fleet.ts'
import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../../support/simulated-fleet/workspace.ts'
import { oneLinePerList } from './test-workspace.ts'

export interface DemoWorkspace extends AsyncDisposable {
  readonly folder: string
  readonly identityFile: string
  readonly fleet: Awaited<ReturnType<typeof startFleetProcess>>
}

/** The small provider of `npm run demo` as a workspace with its vault: nothing tested yet. */
export async function makeDemoWorkspace(home: string): Promise<DemoWorkspace> {
  const secrets = makeSecrets()
  const folder = join(home, 'net')
  const fleet = await startFleetProcess(demoFleet(secrets))
  await createWorkspace(folder)
  await fleetWorkspace(fleet, folder, {
    netlatch: {
      realms: {
        tacacs: { kind: 'server', lockout_threshold: 5 },
        radius: { kind: 'server', lockout_threshold: 5, max_in_flight: 1 },
      },
    },
    groups: { edge: { role: 'edge' } },
    defaults: {},
  })
  const path = join(folder, 'inventory.yaml')
  await oneLinePerList(path)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace(/^( {2}fra-edge-\d+:\n)/gm, '$1    groups: [edge]\n'))
  const identityFile = join(home, 'identity', 'identity.txt')
  const { recipient } = await ensureIdentityFile(identityFile)
  const hosts = ['127.0.0.0/8']
  const credentials = [
    [
      'tacacs-netops',
      { username: 'netops', realm: 'tacacs', priority: 10, tags: ['backbone'], hosts },
      { password: secrets.netops },
    ],
    [
      'legacy-admin',
      { username: 'admin', realm: 'on-device', tags: ['legacy'], hosts },
      { password: secrets.admin, enable: secrets.enable },
    ],
    ['edge-backup', { username: 'backup', realm: 'on-device', tags: ['edge'], hosts }, { password: secrets.junos }],
    ['lab', { username: 'labops', realm: 'radius', tags: ['lab'], hosts }, { password: secrets.lab }],
  ] as const
  let vault = await createVault(join(folder, 'credentials.yaml'), [{ name: 'demo', age: recipient }])
  for (const [name, fields, parts] of credentials) {
    const secret = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, new Secret(value)]))
    const next = await addCredential(vault, name, { ...fields, tags: [...fields.tags] }, { secret })
    vault.close()
    vault = next
  }
  vault.close()
  return { folder, identityFile, fleet, [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose]() }
}
