import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { N8nApi, owner } from '../n8n/support/n8n-api.ts'
import { openRealN8n } from '../n8n/support/real-n8n.ts'
import { setUpSample } from '../n8n/support/sample-workflows.ts'
import { writeBenchVault } from '../support/fleet-bench.ts'
import { startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { demoFleet, makeSecrets } from './demo-fleet.ts'

/** n8n with the packed nodes, the demo's fleet and the sample workflows, until it is interrupted. */
const secrets = makeSecrets()
await using n8n = await openRealN8n(say)
await using fleet = await startFleetProcess(demoFleet(secrets))
const folder = join(n8n.files, 'netlatch', 'provider')
await mkdir(folder, { recursive: true })
await fleetWorkspace(fleet, folder, { netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } } })
const identity = await writeBenchVault(folder, {
  'tacacs-netops': { username: 'netops', realm: 'tacacs', tags: ['backbone'], priority: 10, password: secrets.netops },
  'legacy-admin': {
    username: 'admin',
    realm: 'on-device',
    tags: ['legacy'],
    password: secrets.admin,
    enable: secrets.enable,
  },
  'edge-backup': { username: 'backup', realm: 'on-device', tags: ['edge'], password: secrets.junos },
})
await n8n.importCredentials([
  {
    id: 'netlatchws000001',
    name: 'Customers',
    type: 'netlatchWorkspaceApi',
    data: {
      folder: join(n8n.files, 'netlatch'),
      createIfMissing: true,
      unlock: 'identity',
      identity,
      unknownHostKeys: 'refuse',
    },
  },
])
const api = new N8nApi(await n8n.start({ N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' }))
await api.setUp()
const samples = fileURLToPath(new URL('../../packages/n8n-nodes/workflows', import.meta.url))
for (const file of (await readdir(samples)).toSorted())
  await api.makeWorkflow(await setUpSample(file, { workspace: 'provider' }))

say(`\n${fleet.places.length} simulated devices on loopback; nothing leaves this machine. Ctrl-C ends all of it.\n`)
say(`${styleText('bold', 'n8n')}    ${api.url}`)
say(`user   ${owner.email}\npassword   ${owner.password}`)
say('\nA good start: the workflow "Netlatch: discovery with approval", its first Netlatch node, Execute step.')
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
