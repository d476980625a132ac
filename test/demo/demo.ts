import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { demoFleet, makeSecrets } from './demo-fleet.ts'

const netlatchBin = fileURLToPath(new URL('../../packages/cli/bin/netlatch.js', import.meta.url))

const secrets = makeSecrets()
const home = await mkdtemp(join(tmpdir(), 'netlatch-demo-'))
const folder = join(home, 'net')
const env = {
  ...process.env,
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  NETLATCH_WORKSPACE: folder,
  ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`DEMO_${name.toUpperCase()}`, value])),
}

await using fleet = await startFleetProcess(demoFleet(secrets))
let failed = false
try {
  await story()
} finally {
  await rm(home, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

async function story(): Promise<void> {
  say(
    `${fleet.places.length} simulated devices on loopback: IOS, EOS and Junos; one TACACS+ server that locks after 5 failures,`,
  )
  say('local accounts that lock after 3. Nothing leaves this machine.')

  await netlatch('init --yes')
  await fleetWorkspace(fleet, folder, {
    netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 5 } } },
    defaults: {},
  })
  say('Four credentials; the secrets go in by environment variable, never as an argument.')
  await netlatch(
    'vault add tacacs-netops --username netops --realm tacacs --tags backbone --priority 10 --hosts 127.0.0.0/8 --secret-env DEMO_NETOPS',
  )
  await netlatch(
    'vault add legacy-admin --username admin --realm on-device --tags legacy --hosts 127.0.0.0/8 --secret-env DEMO_ADMIN',
  )
  await netlatch('vault set legacy-admin --enable --secret-env DEMO_ENABLE')
  await netlatch(
    'vault add edge-backup --username backup --realm on-device --tags edge --hosts 127.0.0.0/8 --secret-env DEMO_JUNOS',
  )
  await netlatch('vault add lab --username lab --realm on-device --tags lab --hosts 127.0.0.0/8 --secret-env DEMO_LAB')

  say('One device shows another host key than it did: somebody replaced it, or somebody is in between.')
  await fleet.ask('changeHostKey', 'fra-core-03')

  await netlatch('creds discover all --yes --no-wait', [1])
  await netlatch('creds status')
  await netlatch('creds explain fra-acc-07')
  await netlatch('creds explain ber-old-06', [0, 1])
  await netlatch('run site:muc -- show version')
  await netlatch('backup all', [0, 1])

  say('Somebody changes one device; another one cuts its answer off in the middle.')
  const before = await fleet.ask('configuration', 'muc-leaf-02')
  await fleet.ask(
    'setConfiguration',
    'muc-leaf-02',
    before.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53'),
  )
  await fleet.ask('setFault', 'fra-acc-03', { truncatesAt: 0.6 })
  await netlatch('backup all', [0, 1])
  await netlatch('diff muc-leaf-02')
  await netlatch('backups held')
  say('The good backup of the device that was cut off stays. And who looks sees which devices would forget a change.')
  await netlatch('history fra-acc-03')
  await netlatch('backups status')
  await netlatch('diff --startup site:muc')
  await netlatch('backups search 192.0.2.53')

  const { lockedAccounts, attempts } = await fleet.ask('counters')
  const refused = attempts.filter(({ outcome }) => outcome !== 'accepted').length
  say(
    `The simulated devices counted ${attempts.length} login attempts, ${refused} of them refused, and ${lockedAccounts} locked accounts.`,
  )
  if (lockedAccounts > 0) failed = true
}

/** Runs the command line as a user would, and shows it. */
async function netlatch(line: string, expected: readonly number[] = [0]): Promise<void> {
  process.stdout.write(`\n${styleText(['bold', 'cyan'], `$ netlatch ${line}`)}\n`)
  const child = spawn(process.execPath, [netlatchBin, ...line.split(' ')], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (code !== null && expected.includes(code)) return
  failed = true
  process.stdout.write(`exit code ${code}, expected ${expected.join(' or ')}\n`)
}

function say(text: string): void {
  process.stdout.write(`\n${styleText('dim', text)}\n`)
}
