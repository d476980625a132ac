import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { redactConfiguration } from '../../../packages/core/src/backup/redact.ts'
import { jobHistory } from '../../../packages/core/src/operations/list-jobs.ts'
import { planJob } from '../../../packages/core/src/operations/plan-job.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { byCode } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import { filesBelow, runJobOf, writeBelow } from '../../support/job-workspace.ts'
import type { DeviceDescription, Faults } from '../../support/simulated-fleet/description.ts'

const password = randomBytes(9).toString('base64url')

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password, privileged: true }],
  ...more,
  inventory: { realm: 'lab', site: name.slice(0, 3), ...more.inventory },
})

function benchOf(
  devices: readonly DeviceDescription[],
  jobs: Readonly<Record<string, unknown>>,
  netlatch: Readonly<Record<string, unknown>> = {},
): Promise<FleetBench> {
  return openBench({
    fleet: { devices },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } }, ...netlatch },
  }).then(async (bench) => {
    for (const [name, job] of Object.entries(jobs)) await writeBelow(bench.folder, `jobs/${name}.yaml`, job)
    return bench
  })
}

const six = ['fra-1', 'fra-2', 'fra-3', 'muc-1', 'muc-2', 'muc-3']
const fleet = (faults: Readonly<Record<string, Faults>> = {}) =>
  six.map((name) => device(name, faults[name] ? { faults: faults[name] } : {}))

describe('running a job', () => {
  it('asks each platform its own commands, and the rest what stands under any', async () => {
    await using bench = await benchOf(
      [device('fra-1'), device('fra-2', { platform: 'juniper_junos' }), device('fra-3', { platform: 'arista_eos' })],
      {
        versions: {
          selection: 'all',
          // The alias of a platform means the platform.
          commands: { cisco_xe: ['show clock'], juniper_junos: ['show version'], any: ['show hostname'] },
        },
      },
    )
    const { results, summaries } = await runJobOf(bench, 'versions')
    const asked = results.map((result) => [
      result.device,
      'answers' in result ? result.answers.map(({ command }) => command) : result.code,
    ])
    assert.deepEqual(Object.fromEntries(asked), {
      'fra-1': ['show clock'],
      'fra-2': ['show version'],
      'fra-3': ['show hostname'],
    })
    assert.equal(summaries[0]?.devices, 3)
  })

  it('takes exactly the devices and waves that its plan shows', async () => {
    await using bench = await benchOf(fleet(), {
      waves: { selection: 'site:fra or muc-3', commands: ['show version'], waves: { canary: 1, batch: 2 } },
    })
    const planned = await bench.use(async (netlatch) => {
      const plan = await planJob(netlatch, 'waves', { selection: ['not', 'fra-2'] })
      const everything = await planJob(netlatch, 'waves')
      assert.deepEqual(
        plan.jobs[0]?.devices.map(({ name }) => name),
        ['fra-1', 'fra-3', 'muc-3'],
      )
      return everything.jobs.flatMap(({ waves }) => waves.map((wave) => wave.devices.map(({ name }) => name)))
    })
    assert.equal(bench.fleet.counters().connections, 0)
    const { events } = await runJobOf(bench, 'waves')
    const ran: string[][] = []
    for (const event of events) {
      if (event.type === 'wave') ran.push([])
      if (event.type === 'result') ran.at(-1)?.push(event.result.device)
    }
    assert.deepEqual(
      ran.map((names) => names.toSorted()),
      planned,
    )
    assert.deepEqual(planned, [['fra-1'], ['fra-2', 'fra-3'], ['muc-3']])
  })

  it('starts no second wave when a canary is not well, and keeps in its history why', async () => {
    await using bench = await benchOf(fleet({ 'fra-1': { dead: true } }), {
      careful: { selection: 'all', commands: ['show version'], waves: { canary: 1 } },
    })
    const { results } = await runJobOf(bench, 'careful')
    assert.deepEqual(byCode(results), { REFUSED: 1, ABORTED: 5 })
    assert.equal(results[1]?.message, 'fra-2: not started: 1 of 1 in the canary wave failed')
    assert.equal(bench.secretsSeen, 0)
    const [run] = await bench.use((netlatch) => jobHistory(netlatch, { job: 'careful' }))
    assert.deepEqual([run?.succeeded, run?.failed, run?.notStarted], [0, 1, 5])
    assert.equal(run?.stoppedBecause, '1 of 1 in the canary wave failed')
    // What was not started needs attention as well.
    await bench.use(async (netlatch) => assert.equal((await devicesOf(netlatch, '@failed')).length, 6))
  })

  it('stops at the share of failures that it may have, and not before', async () => {
    const dead = { dead: true }
    await using bench = await benchOf(fleet({ 'fra-2': dead, 'muc-1': dead }), {
      strict: { selection: 'all', commands: ['show version'], waves: { batch: 2, stop_at: '50%' } },
      loose: { selection: 'all', commands: ['show version'], waves: { batch: 2, stop_at: '51%' } },
    })
    const strict = await runJobOf(bench, 'strict')
    assert.deepEqual(byCode(strict.results), { ANSWERED: 1, REFUSED: 1, ABORTED: 4 })
    assert.equal(strict.summaries[0]?.stoppedBecause, '1 of 2 failed (stop_at: 50%)')
    assert.deepEqual(byCode((await runJobOf(bench, 'loose')).results), { ANSWERED: 4, REFUSED: 2 })
  })

  it('tries a lost device again, and gives one result', async () => {
    await using bench = await benchOf(fleet({ 'fra-2': { dead: true }, 'muc-2': { dead: true } }), {
      again: {
        selection: 'all',
        commands: ['show version'],
        retry: { attempts: 3, on: ['unreachable'], backoff: '0.05s' },
      },
    })
    const { results, events, summaries } = await runJobOf(bench, 'again', {
      onEvent: (event) => {
        if (event.type === 'retry') void bench.fleet.setFault('fra-2', { dead: false })
      },
    })
    assert.deepEqual(byCode(results), { ANSWERED: 5, REFUSED: 1 })
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'retry' ? [event.devices] : [])),
      [2, 1],
    )
    assert.equal(summaries[0]?.retries, 3)
  })

  it('never sends a refused password a second time, whatever is to be tried again', async () => {
    await using bench = await benchOf(
      [
        device('fra-1', { accounts: [{ username: 'netops', password: 'another-one' }] }),
        device('fra-2', { faults: { resetsAfterPassword: true } }),
      ],
      {
        again: {
          selection: 'all',
          commands: ['show version'],
          retry: {
            attempts: 5,
            on: ['unreachable', 'busy', 'connection-lost', 'command-timeout', 'command-error', 'expectation'],
            backoff: '0.01s',
          },
        },
      },
    )
    const { results } = await runJobOf(bench, 'again', { wait: false })
    assert.deepEqual(byCode(results), { AUTH_REJECTED: 1, AUTH_UNCLEAR: 1 })
    assert.equal(bench.secretsSeen, 2)
  })

  it('holds answers against what is expected, and tells the first thing that is not so', async () => {
    await using bench = await benchOf([device('fra-1'), device('fra-2', { platform: 'arista_eos' })], {
      expecting: {
        selection: 'all',
        commands: ['show version'],
        expect: [{ contains: 'Cisco IOS' }, { command: 'show version', matches: '^Cisco', not_matches: ['Arista$'] }],
      },
    })
    const { results } = await runJobOf(bench, 'expecting')
    assert.deepEqual(byCode(results), { ANSWERED: 1, EXPECTATION_FAILED: 1 })
    const failed = results.find(({ code }) => code === 'EXPECTATION_FAILED')
    assert.match(failed?.message ?? '', /^fra-2: show version: has no "Cisco IOS" \(and \d more\)$/)
    assert.equal(failed?.advice, 'netlatch jobs show expecting')
    // The login itself was well.
    await bench.use(async (netlatch) => {
      const record = (await (await netlatch.state()).devices()).get('fra-2')
      assert.equal(record?.code, 'OPENED')
    })
  })

  it('saves each answer as a file, with configuration secrets replaced unless they are asked for', async () => {
    const secret = 'communityIsSecret77'
    const text = `hostname fra-1\nsnmp-server community ${secret} RO\nend\n`
    await using bench = await benchOf([device('fra-1', { configuration: { text } }), device('muc/1')], {
      saving: {
        selection: 'all',
        commands: ['show running-config', 'show clock'],
        save_to: 'outputs/{site}/{device}/{timestamp}-{command}.txt',
      },
      raw: {
        selection: 'fra-1',
        commands: ['show running-config'],
        save_to: 'outputs/raw/{device}.txt',
        raw: true,
        replace: true,
      },
    })
    const { results, summaries } = await runJobOf(bench, 'saving')
    assert.equal(summaries[0]?.saved, 4)
    const files = await filesBelow(join(bench.folder, 'outputs'))
    const names = Object.keys(files).map((name) => name.replace(/\d{8}T\d{6}Z/, 'TIME'))
    assert.deepEqual(names, [
      'fra/fra-1/TIME-show-clock.txt',
      'fra/fra-1/TIME-show-running-config.txt',
      'muc/muc%2f1/TIME-show-clock.txt',
      'muc/muc%2f1/TIME-show-running-config.txt',
    ])
    const saved = results.flatMap((result) => ('saved' in result ? result.saved : []))
    assert.deepEqual(
      saved.toSorted(),
      Object.keys(files)
        .map((name) => `outputs/${name}`)
        .toSorted(),
    )
    const [, configuration = ''] = Object.values(files)
    assert.match(configuration, /^snmp-server community <nl:[\w-]{16}> RO$/m)
    for (let run = 0; run < 2; run += 1) await runJobOf(bench, 'raw')
    assert.ok((await filesBelow(join(bench.folder, 'outputs/raw')))['fra-1.txt']?.includes(secret))
  })

  it('gives answers without the secrets of configurations where it is told to, and saves them all the same', async () => {
    const secret = 'communityIsSecret77'
    const text = `hostname fra-1\nsnmp-server community ${secret} RO\nend\n`
    const save = { selection: 'all', commands: ['show running-config'], replace: true }
    await using bench = await benchOf([device('fra-1', { configuration: { text } })], {
      saving: { ...save, save_to: 'outputs/saved/{device}.txt' },
      raw: { ...save, save_to: 'outputs/raw/{device}.txt', raw: true },
    })
    for (const name of ['saving', 'raw']) {
      const { results } = await runJobOf(bench, name, { redact: true })
      assert.deepEqual(byCode(results), { ANSWERED: 1 })
      assert.match(JSON.stringify(results), /snmp-server community <nl:/)
      assert.ok(!JSON.stringify(results).includes(secret))
    }
    const files = await filesBelow(join(bench.folder, 'outputs'))
    assert.ok(files['raw/fra-1.txt']?.includes(secret))
    const redacted = await bench.use(async (netlatch) => {
      const { redactionKey: key } = await netlatch.vault()
      const platform = netlatch.platform('cisco_ios') as Platform
      return redactConfiguration(text, platform, { device: 'fra-1', key, redact: String, whole: true })
    })
    // As a backup has them: their fingerprints are none of fingerprints.
    assert.ok(files['saved/fra-1.txt']?.includes(redacted))
  })

  it('follows no link out of the workspace', async () => {
    await using elsewhere = await benchOf([device('fra-9')], {})
    await using bench = await benchOf([device('fra-1')], {
      saving: { selection: 'all', commands: ['show clock'], save_to: 'outputs/{device}-{timestamp}.txt' },
    })
    await symlink(elsewhere.folder, join(bench.folder, 'outputs'))
    const before = Object.keys(await filesBelow(elsewhere.folder))
    await assert.rejects(runJobOf(bench, 'saving'), { code: 'FILE_UNREADABLE' })
    assert.deepEqual(Object.keys(await filesBelow(elsewhere.folder)), before)
    const [run] = await bench.use((netlatch) => jobHistory(netlatch))
    assert.deepEqual([run?.succeeded, run?.notStarted], [0, 1])
  })

  it('saves nothing where files of the workspace mean something', async () => {
    const saving = (folder: string) => ({
      selection: 'all',
      commands: ['show clock'],
      save_to: `${folder}/{device}-{timestamp}.yaml`,
    })
    const taken = ['jobs', 'sites', 'templates', 'backups.git', 'vault']
    await using bench = await benchOf(
      [device('fra-1')],
      Object.fromEntries([...taken, 'outputs'].map((folder) => [`in-${folder.replace('.', '-')}`, saving(folder)])),
      {
        inventory: ['inventory.yaml', 'sites/*.yaml'],
        textfsm: 'templates',
        credentials: 'vault/credentials.yaml',
        // What lies outside takes no folder of the workspace.
        known_hosts: '../known_hosts',
      },
    )
    await bench.use(async (netlatch) => {
      const { files, problems } = await netlatch.jobs()
      assert.deepEqual(
        files.map(({ name }) => name),
        ['in-outputs'],
      )
      assert.equal(problems.length, taken.length)
      for (const { message } of problems) assert.match(message, /has another use$/)
    })
  })

  it('ends with the results so far when it is asked to finish', async () => {
    await using bench = await benchOf(fleet({ 'muc-1': { dead: true } }), {
      long: {
        selection: 'all',
        commands: ['show version'],
        waves: { batch: 2 },
        retry: { attempts: 9, on: ['unreachable'], backoff: '1h', max_backoff: '1h' },
      },
    })
    const finish = new AbortController()
    const { results } = await runJobOf(bench, 'long', {
      finish: finish.signal,
      // It would wait an hour for the next try.
      onEvent: (event) => event.type === 'retry' && finish.abort(new Error('stopped')),
    })
    assert.deepEqual(byCode(results), { ANSWERED: 3, REFUSED: 1, ABORTED: 2 })
    const [run] = await bench.use((netlatch) => jobHistory(netlatch))
    assert.deepEqual([run?.stoppedBecause, run?.succeeded, run?.notStarted, run?.retries], ['stopped', 3, 2, 0])
    assert.ok(run?.finishedAt)
  })

  it('refuses a command that may write, before anything is connected', async () => {
    await using bench = await benchOf(fleet(), {
      writing: { selection: 'all', commands: ['reload'] },
      unasked: { selection: 'all', commands: { juniper_junos: ['show version'] } },
    })
    await assert.rejects(runJobOf(bench, 'writing'), { code: 'USAGE' })
    await assert.rejects(runJobOf(bench, 'unasked'), {
      code: 'INPUT_INVALID',
      message: 'job unasked has no commands for cisco_ios: 6 devices (fra-[1-3] muc-[1-3]).',
    })
    assert.equal(bench.fleet.counters().connections, 0)
  })

  it('runs the jobs of a batch in their order, and stops it when one is not well', async () => {
    const jobs = {
      good: { selection: 'site:fra', commands: ['show clock'] },
      bad: { selection: 'site:muc', commands: ['show clock'], expect: [{ contains: 'no such text' }] },
    }
    await using bench = await benchOf(fleet(), {
      ...jobs,
      stopping: { jobs: ['bad', 'good'] },
      going: { jobs: ['bad', 'good'], stop_on_failure: false, delay: '0.02s' },
    })
    const stopping = await runJobOf(bench, 'stopping')
    assert.deepEqual(stopping.events.at(-1), { type: 'left-out', job: 'good', because: 'job bad needs attention' })
    const going = await runJobOf(bench, 'going')
    assert.deepEqual(byCode(going.results), { EXPECTATION_FAILED: 3, ANSWERED: 3 })
    const history = await bench.use((netlatch) => jobHistory(netlatch, { job: 'going' }))
    assert.deepEqual(
      history.map(({ job, batch }) => [job, batch]),
      [
        ['good', 'going'],
        ['bad', 'going'],
      ],
    )
  })
})
