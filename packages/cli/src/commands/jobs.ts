import {
  agoText,
  checkJobs,
  findJob,
  formatDuration,
  type JobFile,
  type JobRunRecord,
  jobHistory,
  listJobs,
  NetlatchError,
  planJob,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { problemCount, problemText } from '../problem-lines.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

export function registerJobs(program: Command, register: Register): void {
  const jobs = program.command('jobs').description('commands for a selection, kept in jobs/*.yaml')
  register(jobs.command('list').description('the jobs, and when each ran last'), list)
  register(jobs.command('show').description('what a job would do now').argument('<job>'), show)
  register(
    jobs.command('validate').description('every problem of one job, or of all, with its place').argument('[job]'),
    validate,
  )
  register(
    jobs
      .command('history')
      .description('the runs of a job, or of all, latest first')
      .argument('[job]')
      .option('-n, --limit <number>', 'at most so many', '20'),
    history,
  )
}

const list: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open()
  const { problems } = await netlatch.jobs()
  const listed = await listJobs(netlatch)
  for (const { file, lastRun } of listed)
    terminal.emit({ type: 'job', ...jobObject(file), ...(lastRun && { lastRun }) })
  const broken = new Set(problems.filter(({ severity }) => severity === 'error').map(({ job }) => job))
  for (const job of broken) terminal.note(`job ${job} has problems: netlatch jobs validate ${job}`)
  if (terminal.json) return 0
  if (listed.length === 0 && broken.size === 0)
    terminal.say('No jobs. Write one: jobs/versions.yaml, see docs/jobs.md.')
  const now = netlatch.now()
  const rows = listed.map(({ file, lastRun }) => [
    file.name,
    file.kind === 'batch' ? `jobs: ${file.jobs.join(', ')}` : file.selection,
    lastRun ? `${agoText(lastRun.startedAt, now)}, ${endText(lastRun)}` : 'never run',
    file.description ?? '',
  ])
  if (rows.length > 0) terminal.say(table(rows, { head: ['Job', 'Selection', 'Last run', ''] }))
  return 0
}

const show: Action<object> = async ({ terminal, open }, _options, [name = '']) => {
  await using netlatch = await open()
  const file = findJob(await netlatch.jobs(), name)
  const plan = await planJob(netlatch, name)
  const planned = plan.jobs.map(({ job, devices, understood, waves }) => ({
    job: job.name,
    selection: understood,
    devices: devices.length,
    waves: waves.map((wave) => ({ kind: wave.kind, devices: wave.devices.length })),
  }))
  terminal.emit({ type: 'job', ...jobObject(file), planned })
  if (terminal.json) return 0
  terminal.say(`${file.name}        ${file.origin.file}`)
  const said = Object.entries(jobObject(file)).filter(([key]) => key !== 'name' && key !== 'kind')
  terminal.say(table(said.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])))
  for (const { job, selection, devices, waves } of planned) {
    const sizes = waves.map((wave) => `${wave.devices}${wave.kind === 'canary' ? ' (canary)' : ''}`).join(', ')
    terminal.say(`\n${job}: ${count(devices, 'device')} now (${selection}) in ${count(waves.length, 'wave')}: ${sizes}`)
  }
  terminal.say(`\nnetlatch run --job ${name} --dry-run`)
  return 0
}

const validate: Action<object> = async ({ terminal, open }, _options, [name]) => {
  await using netlatch = await open()
  const problems = await checkJobs(netlatch, name)
  for (const problem of problems) terminal.emit({ type: 'problem', ...problem })
  if (!terminal.json) {
    for (const problem of problems) terminal.say(problemText(problem, terminal.columns))
    if (problems.length > 0) terminal.say(problemCount(problems))
    else terminal.say(`${name ?? count((await netlatch.jobs()).files.length, 'job')}: no problems.`)
  }
  return problems.some(({ severity }) => severity === 'error') ? 3 : 0
}

const history: Action<{ readonly limit: string }> = async ({ terminal, open }, options, [job]) => {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1) throw new NetlatchError('USAGE', '--limit takes a whole number above 0.')
  await using netlatch = await open()
  const runs = await jobHistory(netlatch, { limit, ...(job !== undefined && { job }) })
  for (const run of runs) terminal.emit({ type: 'jobRun', ...run })
  if (terminal.json) return 0
  if (runs.length === 0)
    terminal.say(job === undefined ? 'No job ran yet.' : `${job} never ran. netlatch run --job ${job}`)
  const rows = runs.map((run) => [
    agoText(run.startedAt, netlatch.now()),
    run.batch === undefined ? run.job : `${run.job} (${run.batch})`,
    String(run.devices),
    endText(run),
    run.finishedAt ? formatDuration(run.finishedAt.getTime() - run.startedAt.getTime()) : '',
    run.stoppedBecause ?? '',
  ])
  if (rows.length > 0)
    terminal.say(table(rows, { head: ['When', 'Job', 'Devices', 'Came to', 'Took', ''], right: [2] }))
  return 0
}

function endText({ finishedAt, succeeded, failed, notStarted, saved }: JobRunRecord): string {
  if (!finishedAt) return 'not finished'
  const parts = [
    `${succeeded} done`,
    ...(failed > 0 ? [`${failed} need attention`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
    ...(saved > 0 ? [count(saved, 'file')] : []),
  ]
  return parts.join(' · ')
}

function jobObject({ origin: _, ...file }: JobFile): Record<string, unknown> {
  if (file.kind === 'batch') return { ...file }
  const { digest: _digest, limits, waves, expect, ...rest } = file
  const given = Object.entries({ limits, waves, expect }).filter(([, value]) => Object.keys(value).length > 0)
  return { ...rest, ...Object.fromEntries(given) }
}
