import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { findJob, loadJobs } from '../../../packages/core/src/jobs/load-jobs.ts'
import { findPlatform, platformNames } from '../../../packages/core/src/platforms/index.ts'
import { decodeText, type FileReader, missingFile } from '../../../packages/core/src/workspace/file-reader.ts'
import type { Workspace } from '../../../packages/core/src/workspace/workspace.ts'

const workspace = { folder: '/net', problems: [], settings: { jobs: ['/net/jobs/*.yaml'] } } as unknown as Workspace
const surroundings = {
  folder: '/net',
  platform: findPlatform,
  platformNames,
  reserved: ['/net/jobs', '/net/backups.git', '/net/.netlatch'],
  hasTemplates: false,
}

function load(files: Readonly<Record<string, string>>, more: Partial<typeof surroundings> = {}) {
  return loadJobs(
    workspace,
    { ...surroundings, ...more },
    {
      readText: async (path) => files[path.slice('/net/jobs/'.length)] ?? '',
      glob: async () => Object.keys(files).map((name) => `/net/jobs/${name}`),
    },
  )
}

/** `3:12 message. Advice`, as they come. */
async function problemsOf(text: string, more?: Partial<typeof surroundings>): Promise<readonly string[]> {
  const { problems } = await load({ 'a.yaml': text }, more)
  return problems.map(({ at, message, advice = '' }) => `${at.line}:${at.column} ${message}. ${advice}`.trim())
}

const good = 'selection: all\ncommands: [show version]\n'

describe('the files of jobs', () => {
  it('are read with their defaults', async () => {
    const { files, problems } = await load({
      'b.yaml': 'jobs: [a, a]\n',
      'a.yaml': `${good}retry: { on: [busy], backoff: 1m30s }\nlimits: { timeout: PT2M }\nwaves: { stop_at: 5% }\n`,
    })
    assert.deepEqual(problems, [])
    const [job, batch] = files
    assert.ok(job?.kind === 'job' && batch?.kind === 'batch')
    assert.deepEqual(job.retry, { attempts: 3, on: ['busy'], backoffMs: 90_000, maxBackoffMs: 300_000, jitter: 0.5 })
    assert.deepEqual([job.limits, job.waves], [{ timeoutMs: 120_000 }, { stopAtPercent: 5 }])
    assert.deepEqual([batch.stopOnFailure, batch.delayMs], [true, 0])
  })

  it('that cannot be read are told by their names, beside the mistakes of the others', async () => {
    const reader: FileReader = {
      readText: async (path) => {
        if (path.endsWith('latin.yaml')) return decodeText(path, Buffer.from('selection: K\xf6ln\n', 'latin1'))
        if (path.endsWith('gone.yaml')) throw missingFile(path)
        return path.endsWith('wrong.yaml') ? 'comands: [a]\n' : good
      },
      glob: async () => ['gone', 'good', 'latin', 'wrong'].map((name) => `/net/jobs/${name}.yaml`),
    }
    const { files, problems } = await loadJobs(workspace, surroundings, reader)
    assert.deepEqual(
      files.map(({ name }) => name),
      ['good'],
    )
    const [unreadable, ...others] = problems
    assert.deepEqual(unreadable, {
      code: 'no-such-file',
      severity: 'error',
      message: 'the file is not UTF-8',
      advice: 'Save it as text in UTF-8.',
      at: { file: 'jobs/latin.yaml', line: 1, column: 1 },
      job: 'latin',
    })
    assert.ok(others.length > 0 && others.every(({ job }) => job === 'wrong'))
  })

  it('tell all their mistakes at once, each with its place', async () => {
    const text = `selection: "site:"
comands: [show version]
save_to: ../{device}.txt
limits: { timeout: soon }
waves: { stop_at: 0% }
retry: { on: [unreachable, AUTH_REJECTED, busi] }
expect:
  - { contains: a, matches: "(" }
  - {}
parse: {}
`
    assert.deepEqual(await problemsOf(text), [
      '1:1 the file has no commands. Add commands:.',
      '1:12 selection "site:", column 1: a value is missing in site:. Write key:value, or a,b.',
      '2:1 unknown key "comands". Did you mean commands?',
      '3:10 save_to "../{device}.txt" is no plain path below the workspace. Write it as outputs/{device}-{timestamp}.txt.',
      '4:20 limits.timeout must be a duration. Write it as 30s, 2m or 1h.',
      '5:19 waves.stop_at must be a percentage from 1% to 100%. Write it as 10%.',
      '6:28 retry on AUTH_REJECTED: a failed login is never tried again, it could lock the account. Choose from unreachable, busy, connection-lost, command-timeout, command-error, expectation.',
      '6:43 retry on busi: there is no such class. Did you mean busy?',
      '8:29 the pattern ( is not understood: missing closing ): `(`. Use the syntax of RE2.',
      '9:5 an expectation that expects nothing. Add contains, matches, not_matches.',
      '10:8 parse needs a folder of templates. Set textfsm: in netlatch.yaml.',
    ])
  })

  for (const name of ['AUTH_REJECTED', 'authentication', 'ENABLE_REJECTED', 'login', 'QUARANTINED', 'wrong-password'])
    it(`never have ${name} tried again`, async () => {
      const [problem] = await problemsOf(`${good}retry: { on: [${name}] }\n`)
      assert.match(problem ?? '', /a failed login is never tried again/)
    })

  for (const [pattern, message] of [
    ['/etc/{device}-{timestamp}', 'is no plain path'],
    ['outputs/../x/{device}-{timestamp}', 'is no plain path'],
    ['outputs/.git/{device}-{timestamp}', 'is no plain path'],
    ['outputs\\\\{device}-{timestamp}', 'is no plain path'],
    ['{site}/{device}-{timestamp}', 'needs a folder of its own'],
    ['{device}-{timestamp}.txt', 'needs a folder of its own'],
    ['outputs/{host}.txt', 'unknown place {host}'],
    ['outputs/{timestamp}.txt', 'all devices into one file'],
    ['outputs/{device}.txt', 'would meet its own files'],
    ['jobs/{device}-{timestamp}.yaml', 'jobs/ has another use'],
    ['backups.git/{device}-{timestamp}', 'backups.git/ has another use'],
  ] as const)
    it(`save nothing to ${pattern}`, async () => {
      const [problem] = await problemsOf(`${good}save_to: "${pattern}"\n`)
      assert.ok(problem?.startsWith('3:10 ') && problem.includes(message), problem)
    })

  it('know the commands that only read on the platforms they name', async () => {
    const text = `selection: all
commands:
  cisco_ios: [show version, reload]
  cisco_xe: [show version]
  junos: [show version]
  any: [show version, show clock]
save_to: outputs/{device}-{timestamp}.txt
`
    assert.deepEqual(await problemsOf(text), [
      '3:29 "reload" is not read-only on cisco_ios. Jobs send only commands that read.',
      '4:13 cisco_xe is the same platform as cisco_ios. Join the two.',
      '5:10 unknown platform "junos". netlatch platforms list',
      '7:10 save_to would write several commands into one file. Add {command}.',
    ])
  })

  it('are batches of jobs that are there, or jobs, and each name once', async () => {
    const { files, problems } = await load({
      'a.yaml': good,
      'A.yml': good,
      'b.yaml': 'jobs: [c, nothing]\n',
      'c.yaml': 'jobs: [d]\nselection: all\n',
      'd.yaml': good,
      'broken.yaml': 'selection: [\n',
    })
    assert.deepEqual(
      files.map(({ name }) => name),
      ['A', 'd'],
    )
    assert.deepEqual(
      problems.map(({ job, message }) => `${job}: ${message}`),
      [
        'broken: a bracket that is not closed, or wrong indentation',
        'c: selection beside jobs: a file is a job or a list of jobs',
        'a: job a is also in jobs/A.yml',
        'b: c is a batch itself',
        'b: there is no job "nothing"',
      ],
    )
  })

  it('are found by their names, broken ones with their problems', async () => {
    const jobs = await load({ 'a.yaml': good, 'b.yaml': 'selection: all\n' })
    assert.equal(findJob(jobs, 'a').name, 'a')
    assert.throws(() => findJob(jobs, 'b'), {
      code: 'INPUT_INVALID',
      message: 'jobs/b.yaml:1: the file has no commands.',
    })
    assert.throws(() => findJob(jobs, 'c'), { code: 'NOT_FOUND' })
  })
})
