import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { CommandInProcess } from '../support/command-in-process.ts'
import type { CommandAnswer } from '../support/command-line.ts'
import { type FleetBench, openBench } from '../support/fleet-bench.ts'
import type { DeviceDescription } from '../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')
const realms = { lab: { kind: 'device', lockout_threshold: 'none' } }

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password, privileged: true }],
  ...more,
  inventory: { realm: 'lab', site: 'fra', ...more.inventory },
})

describe('what the command line says of backups', function () {
  this.timeout(60_000)
  let bench: FleetBench
  let commands: CommandInProcess
  const netlatch = (...words: string[]): Promise<CommandAnswer> =>
    commands.run(['-C', bench.folder, ...words], bench.env)
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', join(bench.folder, 'backups.git'), ...words], { encoding: 'utf8' }).trim()
  const settings = (backups: Readonly<Record<string, unknown>>) =>
    writeFile(join(bench.folder, 'netlatch.yaml'), JSON.stringify({ realms, backups }))
  const change = (name: string, line: string) =>
    bench.fleet.setConfiguration(name, bench.fleet.configuration(name).replace(/^(hostname .*)$/m, `$1\n!\n${line}`))

  before(async () => {
    bench = await openBench({
      fleet: {
        devices: [
          device('ios-1'),
          device('eos-1', { platform: 'arista_eos', inventory: { site: 'muc' } }),
          device('junos-1', { platform: 'juniper_junos', inventory: { site: 'muc' } }),
          device('dead-1', { faults: { dead: true } }),
        ],
      },
      credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
      netlatch: { realms },
    })
    commands = await CommandInProcess.make()
  })
  after(async () => {
    await commands[Symbol.asyncDispose]()
    await bench[Symbol.asyncDispose]()
  })

  it('before the first one: there is none, and the command that makes one', async () => {
    const status = await netlatch('backups', 'status')
    assert.equal(status.exitCode, 0)
    assert.match(status.stdout, /^4 devices: 4 never$/m)
    assert.match(status.stdout, /ios-1 +never +no good one +netlatch backup ios-1/)
    assert.equal((await netlatch('backups', 'status', '--fail-on', 'stale,never')).exitCode, 1)
    const show = await netlatch('show', 'ios-1')
    assert.deepEqual(
      [show.exitCode, show.stdout, show.stderr],
      [2, '', 'ios-1 has no backup.\n  netlatch backup ios-1\n'],
    )
    assert.match((await netlatch('diff', 'ios-1')).stderr, /ios-1 has no backup/)
    assert.match(
      (await netlatch('diff', '--startup')).stdout,
      /^4 devices: 4 unknown$[\s\S]*4 devices unknown +no backup yet/m,
    )
    assert.match(
      (await netlatch('show', 'ios-11')).stderr,
      /ios-11 is not in the inventory\.\n {2}Did you mean ios-1\?/,
    )
    assert.deepEqual((await netlatch('backups', 'search', 'ntp')).exitCode, 0)
    assert.match((await netlatch('backups', 'search', 'ntp')).stderr, /^0 lines on 0 devices$/m)
    assert.match((await netlatch('backups', 'held')).stdout, /^No capture is held\.$/m)
    assert.match((await netlatch('backup', 'eos-1', '--push')).stderr, /Saved here, not published to origin: /)
  })

  it('shows a configuration exactly, as it is and as it was', async () => {
    assert.equal((await netlatch('backup', 'not name:dead-1')).exitCode, 0)
    const first = git('rev-parse', 'HEAD')
    const shown = await netlatch('show', 'ios-1')
    assert.equal(shown.stderr, '')
    assert.equal(`${git('cat-file', 'blob', 'HEAD:fra/ios-1.cfg')}\n`, shown.stdout)
    await bench.pass(3_600_000)
    change('ios-1', 'ip name-server 192.0.2.53')
    assert.equal((await netlatch('backup', 'ios-1')).exitCode, 0)
    for (const at of ['1', '-1', '1 back', first, first.slice(0, 8)])
      assert.equal((await netlatch('show', 'ios-1', `--at=${at}`)).stdout, shown.stdout, at)
    assert.match((await netlatch('show', 'ios-1', '--at', '1970-01-01')).stderr, /ios-1 has no backup at 1970-01-01/)
    assert.match((await netlatch('show', 'ios-1', '--at', '0')).stdout, /name-server 192\.0\.2\.53/)
    const bad = await netlatch('show', 'ios-1', '--at', 'yesterday')
    assert.deepEqual([bad.exitCode, bad.stdout], [2, ''])
    assert.match(bad.stderr, /"yesterday" is neither a commit, a time nor a number of versions back/)
    assert.match((await netlatch('show', 'ios-1', '--at', 'abcdef1')).stderr, /no commit "abcdef1"/)
    assert.match((await netlatch('show', 'ios-1', '--at', '9')).stderr, /ios-1 has no backup at 9/)
    assert.match((await netlatch('diff', 'ios-1', '--from', '1')).stdout, /^\+ip name-server 192\.0\.2\.53$/m)
    const json = await netlatch('show', 'ios-1', '--json')
    assert.match(String(json.objects[0]?.text), /name-server/)
  })

  it('says what runs and was not saved', async () => {
    const all = await netlatch('diff', '--startup')
    assert.equal(all.exitCode, 0)
    assert.match(all.stdout, /^4 devices: 1 saved · 1 unsaved · 2 unknown$/m)
    assert.match(all.stdout, /ios-1 +unsaved, \+\d+ -\d+ +netlatch diff ios-1 --startup/)
    assert.match((await netlatch('diff', 'ios-1', '--startup')).stdout, /^\+ip name-server 192\.0\.2\.53$/m)
    assert.match((await netlatch('diff', 'eos-1', '--startup')).stdout, /^eos-1: saved, as of the backup .*\.$/m)
    assert.match((await netlatch('diff', 'junos-1', '--startup')).stdout, /juniper_junos has no startup-config/)
    assert.equal((await netlatch('diff', 'ios-1', '--startup', '--from', '1')).exitCode, 2)
    assert.equal((await netlatch('diff')).exitCode, 2)
    assert.match((await netlatch('show', 'ios-1', '--startup')).stdout, /^hostname ios-1$/m)
    assert.doesNotMatch((await netlatch('show', 'ios-1', '--startup')).stdout, /name-server/)
  })

  it('finds lines as they are and as they were, by text and by expression', async () => {
    await bench.pass(3_600_000)
    bench.fleet.setConfiguration(
      'ios-1',
      bench.fleet.configuration('ios-1').replace('ip name-server 192.0.2.53', 'ip name-server 192.0.2.99'),
    )
    assert.equal((await netlatch('backup', 'ios-1')).exitCode, 0)
    const now = await netlatch('backups', 'search', '192.0.2.99', '--current')
    assert.match(now.stdout, /^ios-1:\d+ +ip name-server 192\.0\.2\.99\n$/)
    assert.match(now.stderr, /^1 line on 1 device$/m)
    const was = await netlatch('backups', 'search', '192.0.2.53')
    assert.match(
      was.stdout,
      /^ios-1:\d+ +ip name-server 192\.0\.2\.53 +\(\d+ \w+ \d{4}, [0-9a-f]{7}, since changed\)\n$/,
    )
    assert.equal((await netlatch('backups', 'search', '192.0.2.53', '--current')).stdout, '')
    const both = await netlatch('backups', 'search', '--regexp', '^ip NAME-server 192[.]0', 'ios-1', '-i', '--json')
    assert.deepEqual(both.objects.at(-1), { schema: 'netlatch/1', type: 'summary', lines: 2, devices: 1 })
    assert.deepEqual(
      both.objects.slice(0, -1).map(({ device: name, current }) => [name, current]),
      [
        ['ios-1', true],
        ['ios-1', false],
      ],
    )
    assert.equal(
      (await netlatch('backups', 'search', 'hostname', 'site:muc', '--current')).stdout.split('\n').length,
      3,
    )
    const wrong = await netlatch('backups', 'search', '--regexp', '(')
    assert.deepEqual([wrong.exitCode, wrong.stdout], [2, ''])
    assert.match(wrong.stderr, /^search: "\(" is no extended regular expression\.\n {2}a sign that stands for itself/)
    assert.equal((await netlatch('backups', 'search', 'x', 'site:nowhere')).exitCode, 2)
  })

  it('names what is stale, held and missing, and is quiet when all is well', async () => {
    const well = await netlatch('backups', 'status', 'not name:dead-1', '--stale-after', '52w')
    assert.match(well.stdout, /^3 devices: 3 good · the oldest good one was seen .*\n$/)
    const age = ['backups', 'status', '--stale-after', '1m', '--json']
    // The bench's devices live in the future of this process.
    await bench.fleet.setFault('ios-1', { truncatesAt: 0.6 })
    await netlatch('backup', 'ios-1')
    const found = await netlatch(...age)
    const states = Object.fromEntries(found.objects.slice(0, -1).map((each) => [each.device, each.state]))
    assert.equal(states['ios-1'], 'held')
    assert.equal(states['dead-1'], 'never')
    const held = await netlatch('backups', 'status', 'ios-1')
    assert.match(
      held.stdout,
      /ios-1 +held +last good .*, [\d,]+ bytes +held .*: cut off: .* +netlatch backups held ios-1/,
    )
    assert.equal((await netlatch('backups', 'status', '--fail-on', 'held')).exitCode, 1)
    assert.equal((await netlatch('backups', 'status', 'eos-1', '--fail-on', 'held,never')).exitCode, 0)
    assert.match(
      (await netlatch('backups', 'status', '--fail-on', 'good')).stderr,
      /--fail-on takes unproven, stale, held and never/,
    )
    assert.match((await netlatch('backups', 'status', '--stale-after', 'soon')).stderr, /--stale-after takes an age/)
    const file = join(bench.folder, 'status.csv')
    assert.equal((await netlatch('backups', 'status', '--output', file)).exitCode, 0)
    assert.match(await readFile(file, 'utf8'), /^device,site,state,/)
    await bench.fleet.setFaults('ios-1', {})
    assert.equal((await netlatch('backups', 'drop', 'ios-1')).exitCode, 0)
  })

  it('publishes where it is told to, and loses nothing where the remote refuses', async () => {
    const remote = join(bench.folder, 'remote.git')
    const head = () => execFileSync('git', ['-C', remote, 'rev-parse', 'main'], { encoding: 'utf8' }).trim()
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote])
    const none = await netlatch('backup', 'eos-1', '--push')
    assert.equal(none.exitCode, 3)
    assert.match(none.stderr, /not published to origin: .*\n {2}git -C \S+ remote add origin <url>/)
    assert.match(none.stdout, /1 device in .*: 1 unchanged/)
    git('remote', 'add', 'origin', remote)
    const pushed = await netlatch('backup', 'eos-1', '--push')
    assert.equal(pushed.exitCode, 0, pushed.stderr)
    assert.match(pushed.stdout, /^published to origin: [0-9a-f]{7}$/m)
    assert.equal(head(), git('rev-parse', 'main'))
    await settings({ push: remote })
    change('eos-1', 'ip name-server 192.0.2.7')
    const before = head()
    assert.equal((await netlatch('backup', 'eos-1', '--no-push')).exitCode, 0)
    assert.equal(head(), before)
    await mkdir(join(remote, 'hooks'), { recursive: true })
    await writeFile(join(remote, 'hooks/pre-receive'), '#!/bin/sh\necho no backups today >&2\nexit 1\n')
    await chmod(join(remote, 'hooks/pre-receive'), 0o755)
    const refused = await netlatch('backup', 'eos-1')
    assert.equal(refused.exitCode, 3)
    assert.match(refused.stderr, /Saved here, not published to .*no backups today/)
    assert.equal(head(), before)
    await rm(join(remote, 'hooks/pre-receive'))
    assert.equal((await netlatch('backup', 'eos-1', '--json')).objects.at(-1)?.type, 'pushed')
    assert.equal(head(), git('rev-parse', 'main'))
    await settings({ push: '-x' })
    assert.equal((await netlatch('backup', 'eos-1')).exitCode, 3)
    await settings({})
  })

  it('says what is wrong with the archive, and where', async () => {
    const repository = join(bench.folder, 'backups.git')
    await settings({ repository: 'inventory.yaml' })
    const file = await netlatch('show', 'eos-1')
    assert.equal(file.exitCode, 3)
    assert.match(file.stderr, /inventory\.yaml: not usable as a git repository \(it is a file\)/)
    await settings({})
    await writeFile(join(repository, 'HEAD'), 'nonsense\n')
    const broken = await netlatch('backups', 'search', 'ntp')
    assert.equal(broken.exitCode, 3)
    assert.match(broken.stderr, /backups\.git: not usable as a git repository/)
    await rm(repository, { recursive: true })
    const gone = await netlatch('show', 'eos-1')
    assert.equal(gone.exitCode, 2)
    assert.doesNotMatch(gone.stderr, /at .*\.ts:/)
    assert.match(
      gone.stderr,
      /^eos-1: the state knows this backup, .*backups\.git does not have it\.\n.*netlatch backup eos-1$/m,
    )
  })
})
