import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { listNames } from '../../packages/core/src/list-names.ts'
import { CommandInProcess } from '../support/command-in-process.ts'
import { CommandLine } from '../support/command-line.ts'
import { type FleetBench, openBench } from '../support/fleet-bench.ts'
import { filesBelow, writeBelow } from '../support/job-workspace.ts'

const password = randomBytes(9).toString('base64url')
const page = readFileSync('docs/jobs.md', 'utf8')
const blocks = [...page.matchAll(/^```(?:yaml)?\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
/** Files that the page shows: each names itself in its first line. */
const files = new Map(
  blocks.flatMap((block) => {
    const [, name = '', text = ''] = /^# ([\w./-]+)\n([\s\S]*)$/.exec(block) ?? []
    return /^(?:jobs|templates)\/|\.yaml$/.test(name) ? [[name, text] as const] : []
  }),
)
const commands = blocks.flatMap((block) => [...block.matchAll(/^netlatch (.*)$/gm)].map((match) => match[1] ?? ''))

const words = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')

describe('jobs on the command line, as docs/jobs.md tells', function () {
  this.timeout(60_000)
  let bench: FleetBench
  let line: CommandInProcess

  before(async () => {
    const account = { accounts: [{ username: 'netops', password, privileged: true }] }
    const fra = { ...account, inventory: { realm: 'lab', site: 'fra' } }
    bench = await openBench({
      fleet: {
        devices: [
          { name: 'fra-core-1', platform: 'cisco_ios', ...fra },
          { name: 'fra-core-2', platform: 'cisco_ios', ...fra },
          { name: 'muc-core-1', platform: 'juniper_junos', ...account, inventory: { realm: 'lab', site: 'muc' } },
        ],
      },
      credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    })
    const settings = 'realms: { lab: { kind: device, lockout_threshold: none } }\n'
    for (const [name, text] of files)
      await writeBelow(bench.folder, name, name === 'netlatch.yaml' ? settings + text : text)
    line = await CommandInProcess.make()
  })
  after(async () => {
    await line?.[Symbol.asyncDispose]()
    await bench?.[Symbol.asyncDispose]()
  })

  const netlatch = (...given: string[]) => line.run(['-C', bench.folder, ...given], bench.env)

  it('are all of the page without mistakes, and each does what it is for', async () => {
    assert.ok(files.size >= 10, [...files.keys()].join())
    const jobs = [...files.keys()].flatMap((name) => /^jobs\/(.*)\.yaml$/.exec(name)?.[1] ?? [])
    const checked = await netlatch('jobs', 'validate')
    assert.deepEqual([checked.exitCode, checked.stdout], [0, `${jobs.length} jobs: no problems.\n`])
    for (const job of jobs) {
      const { exitCode, stdout, stderr } = await netlatch('run', '--job', job)
      assert.equal(exitCode, 0, `${job}\n${stdout}${stderr}`)
    }
    const saved = Object.keys(await filesBelow(join(bench.folder, 'outputs')))
    assert.equal(saved.length, 4)
    assert.match(saved[0] ?? '', /^fra\/fra-core-1\/\d{8}T\d{6}Z-show-running-config\.txt$/)
  })

  it('answer each command of the page', async () => {
    assert.ok(commands.length >= 8)
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await netlatch(...words(command))
      assert.equal(exitCode, 0, `netlatch ${command}\n${stdout}${stderr}`)
    }
  })

  it('show the devices of a dry run, and send nothing', async () => {
    const before = bench.fleet.counters().connections
    const { stdout } = await netlatch('run', '--job', 'careful', '--dry-run')
    assert.match(stdout, /wave 1, canary: fra-core-1\n {2}wave 2, batch: fra-core-2 muc-core-1\nNothing was sent\.\n$/)
    const { objects } = await netlatch('--json', 'run', 'site:fra', '--dry-run', '--', 'show', 'clock')
    assert.deepEqual(objects[0]?.devices, ['fra-core-1', 'fra-core-2'])
    assert.equal(bench.fleet.counters().connections, before)
  })

  it('give rows to programs and to people', async () => {
    const { objects } = await netlatch('--json', 'run', '--job', 'rows', 'fra-core-1')
    const result = objects.find(({ type }) => type === 'result') as {
      parsed: { score: number; rows: { STATUS: string }[] }[]
    }
    assert.ok((result.parsed[0]?.rows.length ?? 0) > 0)
    assert.equal(result.parsed[0]?.score, 1)
    assert.equal(objects.at(-1)?.type, 'summary')
    const { stdout } = await netlatch(
      'run',
      'fra-core-1',
      '--parse',
      '-x',
      'show ip interface brief',
      '-x',
      'show clock',
    )
    assert.match(stdout, /│ +INTERFACE +ADDRESS +STATUS +PROTOCOL\n/)
    assert.match(stdout, /│ not parsed: no template for this command\n│ .*\d\d:\d\d:\d\d/)
  })

  it('tell a mistake in a template before anything is connected', async () => {
    const connections = bench.fleet.counters().connections
    await writeBelow(bench.folder, 'templates/wrong.textfsm', 'Value A (x)\n\nStart\n  ^$B\n')
    await writeBelow(bench.folder, 'jobs/wrong.yaml', {
      selection: 'site:fra',
      commands: ['show version'],
      parse: { template: 'wrong.textfsm' },
    })
    for (const words of [
      ['jobs', 'validate', 'wrong'],
      ['run', '--job', 'wrong'],
    ]) {
      const { exitCode, stdout, stderr } = await netlatch(...words)
      assert.equal(exitCode, 3)
      assert.match(stdout + stderr, /templates\/wrong\.textfsm:4:1 +.*there is no Value B/)
    }
    assert.equal(bench.fleet.counters().connections, connections)
    await rm(join(bench.folder, 'jobs/wrong.yaml'))
  })

  it('that select no device are a warning, and all are offered to the shell', async () => {
    await writeBelow(bench.folder, 'jobs/nobody.yaml', { selection: 'site:ber', commands: ['show version'] })
    const { exitCode, objects } = await netlatch('--json', 'jobs', 'validate', 'nobody')
    assert.deepEqual([exitCode, objects[0]?.severity], [0, 'warning'])
    assert.equal((await netlatch('run', '--job', 'nobody')).exitCode, 2)
    const names = await listNames('job', { cwd: bench.folder, env: {} })
    assert.ok(names.includes('nobody') && names.includes('nightly'), names.join())
    await rm(join(bench.folder, 'jobs/nobody.yaml'))
  })

  it('list the jobs with their last run, and tell of broken ones', async () => {
    await writeBelow(bench.folder, 'jobs/broken.yaml', 'selection: all\ncommand: [show version]\n')
    const listed = await netlatch('jobs', 'list')
    assert.match(listed.stdout, /nightly +jobs: versions, interfaces +just now, \d done/)
    assert.match(listed.stderr, /job broken has problems: netlatch jobs validate broken/)
    const broken = await netlatch('run', '--job', 'broken')
    assert.equal(broken.exitCode, 3)
    assert.match(broken.stderr, /jobs\/broken\.yaml:2:1 {2}unknown key "command"\. Did you mean commands\?/)
    assert.equal((await netlatch('run', '--job', 'nothing')).exitCode, 2)
    assert.equal((await netlatch('run', '--job', 'versions', '--', 'show', 'clock')).exitCode, 2)
    const shown = await netlatch('jobs', 'show', 'careful')
    assert.match(shown.stdout, /careful: 3 devices now \(all\) in 2 waves: 1 \(canary\), 2\n/)
  })

  it('compare with an earlier run, without what is other each time', async () => {
    const before = join(bench.folder, 'before.json')
    const asked = ['-x', 'show version', '-x', 'show running-config', '-x', 'show clock']
    await netlatch('run', 'site:fra', '--output', before, ...asked)
    const same = await netlatch('run', '--compare', before)
    assert.deepEqual([same.exitCode, /No difference\./.test(same.stdout)], [0, true], same.stdout)
    const text = bench.fleet.configuration('fra-core-2')
    bench.fleet.setConfiguration('fra-core-2', text.replace(/^end$/m, 'ip route 10.99.0.0 255.255.0.0 Null0\nend'))
    const changed = await netlatch('--json', 'run', '--compare', before)
    assert.equal(changed.exitCode, 1)
    const compared = changed.objects.filter(({ type }) => type === 'comparison')
    assert.deepEqual(
      compared.map(({ device, isChanged }) => [device, isChanged]),
      [
        ['fra-core-1', false],
        ['fra-core-2', true],
      ],
    )
    const shown = await netlatch('run', '--compare', before)
    assert.match(shown.stdout, /^fra-core-2\n(?:│.*\n)+\n1 device changed\.$/m)
    assert.match(shown.stdout, /^│ \+ip route 10\.99\.0\.0 255\.255\.0\.0 Null0$/m)
    assert.doesNotMatch(shown.stdout, /show clock/)
    const ignored = await netlatch('run', '--compare', before, '--ignore', '^ip route ', '--ignore', 'configuration')
    assert.equal(ignored.exitCode, 0, ignored.stdout)
    assert.equal((await netlatch('run', '--compare', join(bench.folder, 'inventory.yaml'))).exitCode, 3)
    // Devices and commands may be named all the same.
    const named = await netlatch('run', 'fra-core-1', '--compare', before, '--', 'show', 'inventory')
    assert.match(named.stdout, /show inventory: no answer before/)
    assert.ok((await readFile(before, 'utf8')).startsWith('['))
  })
})

describe('a job that is stopped', function () {
  this.timeout(60_000)

  it('ends with its results so far at Ctrl-C, in the history as well', async () => {
    const account = { accounts: [{ username: 'netops', password, privileged: true }] }
    const device = (name: string) => ({
      name,
      platform: 'cisco_ios' as const,
      ...account,
      inventory: { realm: 'on-device' },
    })
    await using bench = await openBench({
      fleet: { devices: [device('a-1'), { ...device('a-2'), faults: { dead: true } }, device('a-3')] },
      credentials: { core: { username: 'netops', password, match: 'all', realm: 'on-device' } },
    })
    await writeBelow(bench.folder, 'jobs/long.yaml', {
      selection: 'all',
      commands: ['show version'],
      waves: { batch: 2 },
      // Stopped while it waits for the second try.
      retry: { on: ['unreachable'], backoff: '1h', max_backoff: '1h' },
    })
    await using line = await CommandLine.make()
    const running = line.start(['-C', bench.folder, '--json', 'run', '--job', 'long'], bench.env)
    const state = await bench.open()
    while (!(await (await state.state()).results()).some(({ device: name }) => name === 'a-1'))
      await new Promise((resolve) => setTimeout(resolve, 50))
    await state[Symbol.asyncDispose]()
    running.interrupt()
    const { exitCode, objects } = await running.answer
    assert.equal(exitCode, 130)
    const codes = objects.filter(({ type }) => type === 'result').map(({ device: name, code }) => [name, code])
    assert.deepEqual(codes, [
      ['a-1', 'ANSWERED'],
      ['a-2', 'REFUSED'],
      ['a-3', 'ABORTED'],
    ])
    await using quick = await CommandInProcess.make()
    const history = await quick.run(['-C', bench.folder, 'jobs', 'history'], bench.env)
    assert.match(history.stdout, /long +3 +1 done · 1 need attention · 1 not started .*stopped/)
  })
})
