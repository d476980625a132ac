import {
  type DeviceResult,
  formatDuration,
  type JobEvent,
  type JobPlan,
  type JobResult,
  type JobSummary,
  type JobsPlan,
  planJob,
  resultCode,
  runJob,
  summariseResults,
} from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import { startProgress } from '../progress-bar.ts'
import { attentionTable, resultObject, waitText, warnOfProfiles } from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import type { Terminal } from '../terminal.ts'
import { inOrder, sayAnswers } from './answer-blocks.ts'
import { count } from './plan-text.ts'
import type { RunCommandOptions } from './run.ts'

/** `netlatch run --job <name> [selection]`: the selection narrows that of the job. */
export async function runNamedJob(
  context: CommandContext,
  options: RunCommandOptions & { readonly job: string },
  args: readonly string[],
): Promise<number> {
  const { terminal, interrupts } = context
  await using netlatch = await context.open()
  const plan = await planJob(netlatch, options.job, { ...options, selection: args })
  if (options.dryRun) return sayPlan(terminal, plan)
  const total = plan.jobs.reduce((sum, { devices }) => sum + devices.length, 0)
  const progress = startProgress(terminal, total, 'asked')
  const concerned = new Set(plan.jobs.flatMap(({ devices }) => devices))
  const warned = warnOfProfiles(terminal, [...concerned], netlatch.now())
  const teller = new JobTeller(terminal, netlatch.now, warned)
  const events = runJob(netlatch, plan, {
    ...options,
    finish: interrupts.finish,
    signal: interrupts.signal,
    onProgress: (event) => {
      if (event.type === 'waiting') progress.line(waitText(event))
    },
    ...(options.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
  })
  try {
    for await (const event of events) {
      if (event.type === 'result') progress.update(teller.results.length + 1, '')
      teller.tell(event, progress.line)
    }
  } finally {
    progress.stop()
  }
  await writeResults(options.output, teller.results)
  teller.sayEnd(plan, options.groupSame)
  if (interrupts.finish.aborted) return 130
  return teller.needsAttention ? 1 : 0
}

/** Collects what a run of jobs says, and tells it. */
class JobTeller {
  readonly results: (JobResult | DeviceResult)[] = []
  readonly #terminal: Terminal
  readonly #now: () => Date
  readonly #warned: Readonly<Record<string, unknown>>
  readonly #started = performance.now()
  readonly #byJob = new Map<string, (JobResult | DeviceResult)[]>()
  readonly #summaries = new Map<string, JobSummary>()
  readonly #leftOut: string[] = []

  /** `warned`: of the summary, what was warned of before the run. */
  constructor(terminal: Terminal, now: () => Date, warned: Readonly<Record<string, unknown>>) {
    this.#terminal = terminal
    this.#now = now
    this.#warned = warned
  }

  get needsAttention(): boolean {
    return this.#leftOut.length > 0 || this.results.some(({ code }) => resultCode(code).needsAttention)
  }

  tell(event: JobEvent, line: (text: string) => void): void {
    const { json } = this.#terminal
    if (event.type === 'job') this.#terminal.emit({ type: 'job', ...planObject(event.plan) })
    else if (event.type === 'wave') {
      const { job, wave, number, of } = event
      this.#terminal.emit({ type: 'wave', job, kind: wave.kind, number, of, devices: wave.devices.length })
      if (!json && of > 1) line(`  wave ${number} of ${of}: ${wave.kind}, ${count(wave.devices.length, 'device')}`)
    } else if (event.type === 'retry') {
      this.#terminal.emit({ ...event })
      if (!json) line(`  ${count(event.devices, 'device')} tried again in ${formatDuration(event.afterMs)}`)
    } else if (event.type === 'result') {
      // What is in files is not kept here as well.
      const isSaved = 'saved' in event.result && event.result.saved.length > 0
      const kept = isSaved ? { ...event.result, answers: [] } : event.result
      this.results.push(kept)
      const ofJob = this.#byJob.get(event.job)
      if (ofJob) ofJob.push(kept)
      else this.#byJob.set(event.job, [kept])
      this.#terminal.emit({ ...jobResultObject(event.result), job: event.job })
    } else if (event.type === 'end') {
      this.#summaries.set(event.job, event.summary)
      this.#terminal.emit({ type: 'jobEnd', job: event.job, ...event.summary })
    } else {
      this.#leftOut.push(`  ${event.job}: not started: ${event.because}`)
      this.#terminal.emit({ ...event, type: 'leftOut' })
    }
  }

  sayEnd(plan: JobsPlan, groupSame: boolean): void {
    const durationMs = Math.round(performance.now() - this.#started)
    if (this.#terminal.json) {
      const answered = this.results.filter(({ code }) => code === 'ANSWERED').length
      const needAttention = this.results.filter(({ code }) => resultCode(code).needsAttention).length
      const counts = { devices: this.results.length, answered, needAttention }
      this.#terminal.emit({ type: 'summary', ...counts, ...this.#warned, durationMs })
      return
    }
    for (const each of plan.jobs) this.#sayJob(each, groupSame)
    for (const text of this.#leftOut) this.#terminal.say(text)
    if (plan.batch)
      this.#terminal.say(`${plan.name}: ${count(plan.jobs.length, 'job')} in ${formatDuration(durationMs)}`)
  }

  #sayJob({ job, devices }: JobPlan, groupSame: boolean): void {
    const terminal = this.#terminal
    const results = inOrder(this.#byJob.get(job.name) ?? [], devices)
    const summary = this.#summaries.get(job.name)
    if (!summary) return
    // What is in files need not scroll by.
    const shown = job.save ? [] : results.filter(({ code }) => code === 'ANSWERED')
    sayAnswers(terminal, shown, groupSame)
    const attention = attentionTable(terminal, summariseResults(results, this.#now()))
    if (attention) terminal.say(`${attention}\n`)
    for (const result of results)
      if (result.code === 'EXPECTATION_FAILED') terminal.say(`  ${terminal.symbols.look} ${result.message}`)
    const parts = [
      `${summary.succeeded} done`,
      ...(summary.failed > 0 ? [`${summary.failed} need attention`] : []),
      ...(summary.notStarted > 0 ? [`${summary.notStarted} not started`] : []),
      ...(summary.retries > 0 ? [`${summary.retries} tried again`] : []),
      ...(summary.saved > 0 ? [count(summary.saved, 'file')] : []),
    ]
    terminal.say(`${job.name}: ${count(devices.length, 'device')}: ${parts.join(' · ')}`)
    if (summary.stoppedBecause) terminal.say(`  stopped: ${summary.stoppedBecause}`)
  }
}

function jobResultObject(result: JobResult | DeviceResult): Record<string, unknown> {
  const object = resultObject(result)
  if (!('answers' in result) || result.saved.length === 0) return object
  const { answers: _, ...rest } = object
  return rest
}

function sayPlan(terminal: Terminal, plan: JobsPlan): number {
  for (const each of plan.jobs) {
    terminal.emit({ type: 'plan', ...planObject(each) })
    if (!terminal.json) sayJobPlan(terminal, each)
  }
  if (!terminal.json) terminal.say('Nothing was sent.')
  return 0
}

function sayJobPlan(terminal: Terminal, { job, devices, understood, waves }: JobPlan): void {
  terminal.say(`${job.name}: ${understood}: ${count(devices.length, 'device')}`)
  for (const [index, wave] of waves.entries()) {
    const names = wave.devices.map(({ name }) => name).join(' ')
    terminal.say(waves.length > 1 ? `  wave ${index + 1}, ${wave.kind}: ${names}` : `  ${names}`)
  }
}

function planObject({ job, devices, understood, waves }: JobPlan): Record<string, unknown> {
  return {
    job: job.name,
    selection: understood,
    devices: devices.map(({ name }) => name),
    waves: waves.map((wave) => ({ kind: wave.kind, devices: wave.devices.map(({ name }) => name) })),
    commands: job.commands,
  }
}
