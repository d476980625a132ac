import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { describe, it } from 'mocha'
import { backupStatus } from '../../../packages/core/src/operations/backup-status.ts'
import { coverageReport } from '../../../packages/core/src/operations/coverage-report.ts'
import { diffSnapshots, showSnapshot } from '../../../packages/core/src/operations/diff-snapshots.ts'
import { explainCandidates } from '../../../packages/core/src/operations/explain-candidates.ts'
import { heldCaptures } from '../../../packages/core/src/operations/held-captures.ts'
import { checkJobs, jobHistory, listJobs } from '../../../packages/core/src/operations/list-jobs.ts'
import type { Netlatch } from '../../../packages/core/src/operations/netlatch.ts'
import { planDiscovery } from '../../../packages/core/src/operations/plan-discovery.ts'
import { runCommands } from '../../../packages/core/src/operations/run-commands.ts'
import { searchBackups } from '../../../packages/core/src/operations/search-backups.ts'
import { startupDiffs } from '../../../packages/core/src/operations/startup-diffs.ts'
import { loginHistory } from '../../../packages/core/src/operations/test-credential.ts'
import { ask, backup, discover } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import { runJobOf, writeBelow } from '../../support/job-workspace.ts'
import type { DeviceDescription, Faults } from '../../support/simulated-fleet/description.ts'

const execute = promisify(execFile)
/** A secret that can stand nowhere by chance. */
const canary = (what: string) => `canary-${what}-${randomBytes(12).toString('hex')}`

const secrets = {
  password: canary('password'),
  enable: canary('enable'),
  wrong: canary('wrong'),
  other: canary('other'),
}

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password: secrets.password }],
  enableSecret: secrets.enable,
  ...more,
  inventory: { realm: 'lab', ...more.inventory },
})
const faulty = (name: string, faults: Faults) => device(name, { faults })

/** Good, bad and hostile devices, one of each kind. */
const devices: readonly DeviceDescription[] = [
  device('ios-good', { configuration: { bytes: 4_000, promptLikeLines: true } }),
  // Shows its whole configuration to commands as well, which raise no privilege.
  device('ios-privileged', { accounts: [{ username: 'netops', password: secrets.password, privileged: true }] }),
  device('eos-good', { platform: 'arista_eos' }),
  device('junos-good', { platform: 'juniper_junos' }),
  device('wrong-password', { inventory: { tags: ['wrong'] } }),
  // The device's banner repeats the secret, as a misconfigured or hostile one may.
  device('tells-secret', { motd: `your password is ${secrets.password} and ${secrets.enable}` }),
  // Its configuration repeats them where no pattern looks for a secret.
  device('writes-secret', {
    accounts: [{ username: 'netops', password: secrets.password, privileged: true }],
    configuration: {
      text: `hostname writes-secret\nsnmp-server location ${secrets.password}\nsnmp-server contact ${secrets.enable}\nend\n`,
    },
  }),
  // And its prompt is not what the inventory promises: what it shows last comes into the result.
  device('tells-and-stops', {
    motd: `your password is ${secrets.password} and ${secrets.enable}`,
    inventory: { platform: 'juniper_junos' },
  }),
  faulty('stalls', { stallsAt: 0.5 }),
  faulty('hangs', { wrongPasswordHangs: true }),
  faulty('resets', { resetsAfterPassword: true }),
  device('asks-more', { methods: ['keyboard-interactive'], faults: { extraPrompt: 'next-round' } }),
  device('asks-for-ever', { methods: ['keyboard-interactive'], faults: { endlessRounds: 'prompts' } }),
  faulty('expired', { passwordExpired: true }),
  faulty('second-factor', { secondFactor: true }),
  faulty('no-prompt', { noPrompt: true }),
  faulty('truncates', { truncatesAt: 0.6 }),
  faulty('drops', { dropsAt: 0.5 }),
]

function hostileBench(): Promise<FleetBench> {
  return openBench({
    fleet: { devices },
    credentials: {
      core: {
        username: 'netops',
        realm: 'lab',
        match: 'not tag:wrong',
        password: secrets.password,
        enable: secrets.enable,
      },
      wrong: { username: 'netops', realm: 'lab', tags: ['wrong'], password: secrets.wrong, enable: secrets.other },
      lab: { username: 'other', realm: 'lab', match: 'name:hangs', password: secrets.other },
    },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
  })
}

/** Everything a person or a program can get out of a workspace after runs of all kinds. */
async function everythingSaid(bench: FleetBench): Promise<readonly (readonly [where: string, text: string])[]> {
  const said: [string, string][] = []
  const note = (where: string, value: unknown) =>
    said.push([where, `${JSON.stringify(value)}\n${inspect(value, { depth: 12, showHidden: true })}\n${String(value)}`])
  const failing = async (where: string, work: () => Promise<unknown>) =>
    note(where, await work().catch((error: unknown) => [error, error instanceof Error && error.stack]))
  const options = {
    timeoutMs: 3_000,
    onProgress: (event: unknown) => note('progress', event),
  }
  note('discovery', await discover(bench, 'all', options))
  note('backup', await backup(bench, 'not name:stalls', options))
  note('second backup', await backup(bench, 'not name:stalls', options))
  note(
    'stalled run',
    await bench.use(async (netlatch) => {
      const commands = ['show running-config']
      const stalling = await devicesOf(netlatch, 'stalls')
      return Array.fromAsync(runCommands(netlatch, stalling, { commands, commandTimeoutMs: 500 }))
    }),
  )
  note(
    'run',
    await ask(
      bench,
      'not name:no-prompt and not name:hangs and not name:tells-and-stops and not name:stalls',
      'show version',
      'show running-config',
    ),
  )
  // Saved, expected, parsed and tried again; what it shows is what `run` shows.
  note('run of a job', await runJobOf(bench, 'collect', { timeoutMs: 3_000 }))
  await failing('refused command', () => ask(bench, 'all', `write ${'x'}`))
  await bench.use(async (netlatch: Netlatch) => {
    const all = await devicesOf(netlatch)
    note('netlatch', netlatch)
    note('vault', await netlatch.vault())
    note('plan', await planDiscovery(netlatch, all, { force: true }))
    note('coverage', await coverageReport(netlatch, all))
    note('held', await heldCaptures(netlatch))
    note('backup status', await backupStatus(netlatch, all))
    note('startup', await Array.fromAsync(startupDiffs(netlatch, all)))
    for (const pattern of ['password', 'secret', 'community', 'encrypted', 'hostname'])
      note(`search for ${pattern}`, await Array.fromAsync(searchBackups(netlatch, pattern, { ignoreCase: true })))
    note('jobs', [await listJobs(netlatch), await jobHistory(netlatch), await checkJobs(netlatch)])
    const state = await netlatch.state()
    note('audit', await state.audit({ limit: 1_000 }))
    for (const { name } of all) {
      note(`history of ${name}`, await loginHistory(netlatch, name))
      note(`explanation of ${name}`, await explainCandidates(netlatch, name))
      await failing(`diff of ${name}`, () => diffSnapshots(netlatch, name))
      await failing(`backup of ${name}`, () => showSnapshot(netlatch, name))
      await failing(`startup-config of ${name}`, () => showSnapshot(netlatch, name, { configuration: 'startup' }))
      await failing(`raw backup of ${name}`, () => showSnapshot(netlatch, name, { raw: true }))
    }
  })
  return said
}

async function filesOf(folder: string): Promise<(readonly [string, string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => [path, (await readFile(path)).toString('latin1')] as const))
}

/** Objects of git are deflated in their files: unpacked here, the unreachable ones too. */
async function gitObjects(folder: string): Promise<readonly [string, string]> {
  const { stdout } = await execute(
    'git',
    ['-C', join(folder, 'backups.git'), 'cat-file', '--batch-all-objects', '--batch', '--unordered'],
    { maxBuffer: 1 << 28, encoding: 'latin1' },
  )
  return ['git objects', stdout]
}

/** As it is, and as base64, in a URL and in JSON it would look. */
function spellings(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
  return [...new Set([secret, base64.slice(0, -2), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])]
}

function leaks(said: readonly (readonly [string, string])[], hidden: Readonly<Record<string, string>>): string[] {
  return Object.entries(hidden).flatMap(([name, secret]) =>
    said.flatMap(([where, text]) =>
      spellings(secret).some((one) => text.includes(one)) ? [`${name} in ${where}`] : [],
    ),
  )
}

describe('secrets', () => {
  it('appear in nothing that is said or stored, whatever the devices do; and one that does is found', async function () {
    this.timeout(60_000)
    await using bench = await hostileBench()
    const job = {
      selection: 'not name:hangs and not name:stalls and not name:no-prompt',
      commands: ['show running-config', 'show version'],
      save_to: 'outputs/{device}/{timestamp}-{command}.txt',
      expect: [{ command: 'show version', not_matches: 'Arista' }],
      retry: { on: ['connection-lost', 'expectation'], attempts: 2, backoff: '0.01s' },
    }
    await writeBelow(bench.folder, 'jobs/collect.yaml', job)
    const planted = Object.fromEntries(
      devices.flatMap(({ name }) =>
        bench.fleet.plantedSecrets(name).map((secret, index) => [`secret ${index} of ${name}`, secret] as const),
      ),
    )
    const said = await everythingSaid(bench)
    const discovered = said.find(([where]) => where === 'discovery')?.[1] ?? ''
    assert.match(discovered, /"code":"PROMPT_NOT_FOUND".*"tail":"[^"]*your password is \[secret/)
    for (const code of ['EXTRA_PROMPT', 'PASSWORD_EXPIRED', 'SECOND_FACTOR', 'AUTH_UNCLEAR'])
      assert.ok(discovered.includes(code), `no device answered with ${code}`)
    const stored = [...(await filesOf(bench.folder)), await gitObjects(bench.folder)]
    const asked = (what: RegExp) => said.filter(([where]) => what.test(where)).map(([, text]) => text)
    assert.match(asked(/^search for hostname/).join(), /hostname ios-good/)
    assert.match(asked(/^backup of ios-good/).join(), /<nl:/)
    assert.match(asked(/^backup of writes-secret/).join(), /snmp-server location \[secret/)
    assert.match(asked(/^run$/).join(), /snmp-server location \[secret/)
    assert.match(asked(/^backup status/).join(), /"state":"held"/)
    assert.match(asked(/^startup$/).join(), /"state":"saved"/)
    assert.deepEqual(leaks([...said, ...stored], secrets), [])
    // What stands in configurations is shown by `run`, as the user asked for it; it is stored nowhere.
    assert.deepEqual(leaks(stored, planted), [])
    assert.ok(Object.keys(planted).length > 20)
    assert.deepEqual(
      leaks(
        said.filter(([where]) => where !== 'run' && where !== 'run of a job'),
        planted,
      ),
      [],
    )

    // The same look finds a leak in each kind of place.
    const repository = join(bench.folder, 'backups.git')
    const file = join(bench.folder, 'leak')
    await writeFile(file, `line\nusername netops password ${secrets.enable}\n`)
    await execute('git', ['-C', repository, 'hash-object', '-w', file])
    await bench.use(async (netlatch) => {
      const state = await netlatch.state()
      await state.startRun({ operation: 'run', selection: `name:${secrets.password}`, devices: 0 })
    })
    const journals = join(repository, 'netlatch-runs')
    await writeFile(join(journals, 'run~host~1.ndjson'), JSON.stringify({ because: secrets.password }))
    await writeFile(file, Buffer.from(secrets.wrong).toString('base64'))
    await writeBelow(bench.folder, 'jobs/raw.yaml', { ...job, selection: 'ios-privileged', raw: true })
    await runJobOf(bench, 'raw')
    const saved = await filesOf(join(bench.folder, 'outputs'))
    assert.ok(leaks(saved, planted).some((leak) => /^secret \d+ of ios-privileged in .*show-running-config/.test(leak)))
    const found = leaks([...(await filesOf(bench.folder)), await gitObjects(bench.folder)], secrets)
    assert.ok(found.includes('enable in git objects'))
    assert.ok(found.some((leak) => /^password in .*state\.db/.test(leak)))
    assert.ok(found.some((leak) => leak.startsWith(`password in ${journals}`)))
    assert.ok(found.includes(`wrong in ${file}`))
    assert.deepEqual(leaks([['results', inspect({ message: secrets.other })]], secrets), ['other in results'])
  })
})
