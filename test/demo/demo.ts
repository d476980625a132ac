import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { demoFleet, makeSecrets, shrunk } from './demo-fleet.ts'

const netlatchBin = fileURLToPath(new URL('../../packages/cli/bin/netlatch.js', import.meta.url))

const secrets = makeSecrets()
const home = await mkdtemp(join(tmpdir(), 'netlatch-demo-'))
const folder = join(home, 'net')
const env = {
  ...process.env,
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  NETLATCH_WORKSPACE: folder,
  // The sources are read once, not by each of the commands.
  NODE_COMPILE_CACHE: join(home, '.cache'),
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
    `${fleet.places.length} simulated devices on loopback: IOS, EOS and Junos. Two login servers that lock after 5 failures,`,
    'local accounts that lock after 3. Nothing leaves this machine.',
  )
  await workspace()
  await discovery()
  await whatToDo()
  await changedPassword()
  await backups()

  const { lockedAccounts, attempts } = await fleet.ask('counters')
  const refused = attempts.filter(({ outcome }) => outcome !== 'accepted').length
  say(
    `The simulated devices counted ${attempts.length} login attempts, ${refused} of them refused, and ${lockedAccounts} locked accounts.`,
  )
  if (lockedAccounts > 0) failed = true
}

async function workspace(): Promise<void> {
  await netlatch('init --yes')
  await fleetWorkspace(fleet, folder, {
    netlatch: {
      realms: {
        tacacs: { kind: 'server', lockout_threshold: 5 },
        radius: { kind: 'server', lockout_threshold: 5, max_in_flight: 1 },
      },
    },
    defaults: {},
  })
  say('Four credentials; the secrets go in by environment variable, never as an argument.')
  const add = (words: string) => netlatch(`vault add ${words} --hosts 127.0.0.0/8`)
  await add('tacacs-netops --username netops --realm tacacs --tags backbone --secret-env DEMO_NETOPS')
  await add('legacy-admin --username admin --realm on-device --tags legacy --secret-env DEMO_ADMIN')
  await netlatch('vault set legacy-admin --enable --secret-env DEMO_ENABLE')
  await add('edge-backup --username backup --realm on-device --tags edge --secret-env DEMO_JUNOS')
  await add('lab --username labops --realm radius --tags lab --secret-env DEMO_LAB')
}

async function discovery(): Promise<void> {
  say('One device shows another host key than it did: somebody replaced it, or somebody is in between. One is dead.')
  await fleet.ask('changeHostKey', 'fra-core-03')
  await netlatch('creds discover all --yes --no-wait', [1])
  await netlatch('creds status')
  say('Nobody tagged this one: it is opened by what opens its neighbours.')
  await netlatch('creds explain fra-acc-07')
}

async function whatToDo(): Promise<void> {
  say('The replaced device shows on its console the key that came. Then it may be trusted.')
  await netlatch('trust fra-core-03 --yes')
  say('On the dead one somebody switches SSH on. The third has a password that nobody here knows, and is left alone.')
  await fleet.ask('setFaults', 'fra-acc-05', {})
  await netlatch('creds explain ber-old-06', [1])
  await netlatch('creds discover @failed --yes --no-wait', [1])
  say('Equal answers are shown once.')
  await netlatch('run site:muc -- show clock')
}

async function changedPassword(): Promise<void> {
  say(
    'Somebody changes the password of labops on its server, and these old boxes answer a wrong one with silence.',
    'One login fails, one more on another device proves it, and the credential is tried no more: 2 failures of 5.',
  )
  await fleet.ask('changePassword', 'radius', 'labops', secrets.lab_new)
  await netlatch('run tag:lab --timeout 4 -- show clock', [1])
  await netlatch('creds health', [1])
  say('The new password, and somebody who vouches for it. The two devices that were asked rest for 150 seconds.')
  await netlatch('vault set lab --secret-env DEMO_LAB_NEW')
  await netlatch('creds release lab')
  await netlatch('run tag:lab --no-wait -- show clock', [1])
}

async function backups(): Promise<void> {
  await netlatch('backup not tag:lab', [1])
  say(
    'Somebody changes one device, somebody clears half of another, and a third one cuts its answer off in the middle.',
  )
  const leaf = await fleet.ask('configuration', 'muc-leaf-02')
  const serverLine = '$1\n!\nip name-server 192.0.2.53'
  await fleet.ask('setConfiguration', 'muc-leaf-02', leaf.replace(/^(hostname .*)$/m, serverLine))
  await fleet.ask('setConfiguration', 'muc-leaf-05', shrunk(await fleet.ask('configuration', 'muc-leaf-05')))
  await fleet.ask('setFault', 'fra-acc-03', { truncatesAt: 0.6 })
  await netlatch('backup not tag:lab', [1])
  await netlatch('diff muc-leaf-02')
  await netlatch('backups held')
  say(
    'The cut one is worth nothing, and its good backup is still there. The cleared one is right: it replaces the last.',
  )
  await netlatch('backups drop fra-acc-03')
  await netlatch('history fra-acc-03')
  await netlatch('backups accept muc-leaf-05')
  say('Which devices would forget a change when they restart, and where a name server is used.')
  await netlatch('backups status')
  await netlatch('diff --startup site:muc')
  await netlatch('backups search 192.0.2.53')
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

function say(...lines: readonly string[]): void {
  process.stdout.write(`\n${styleText('dim', lines.join('\n'))}\n`)
}
