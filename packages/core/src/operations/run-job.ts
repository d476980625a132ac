import { setTimeout as sleep } from 'node:timers/promises'
import { deviceResult } from '../device-result.ts'
import type { Job } from '../jobs/job.ts'
import { backoffMs, mayRetry } from '../jobs/retry.ts'
import { stopReason, type Wave } from '../jobs/waves.ts'
import type { Device } from '../model.ts'
import type { DeviceResult, ProgressEvent } from '../progress.ts'
import { resultCode } from '../result-codes.ts'
import type { CommandAnswer } from '../session/session.ts'
import type { JobRunEnd } from '../state/state-store.ts'
import { type JobResult, judgeAnswers, saveAnswers } from './conclude-job.ts'
import type { Netlatch } from './netlatch.ts'
import type { JobPlan, JobsPlan } from './plan-job.ts'
import { type RunCommandsOptions, runCommands } from './run-commands.ts'

export interface RunJobOptions
  extends Pick<
    RunCommandsOptions,
    'credentials' | 'includeFallback' | 'wait' | 'finish' | 'signal' | 'concurrency' | 'timeoutMs' | 'redact'
  > {
  readonly onProgress?: (event: ProgressEvent) => void
}

/** What happens while jobs run, in its order. */
export type JobEvent =
  | { readonly type: 'job'; readonly plan: JobPlan }
  | { readonly type: 'wave'; readonly job: string; readonly wave: Wave; readonly number: number; readonly of: number }
  | { readonly type: 'retry'; readonly job: string; readonly devices: number; readonly afterMs: number }
  | { readonly type: 'result'; readonly job: string; readonly result: JobResult | DeviceResult }
  | { readonly type: 'end'; readonly job: string; readonly summary: JobSummary }
  /** A job of a batch that does not run, because one before it failed or the run was stopped. */
  | { readonly type: 'left-out'; readonly job: string; readonly because: string }

export interface JobSummary extends JobRunEnd {
  readonly runId: string
  readonly devices: number
}

/**
 * Runs what was planned: a job in its waves, or a batch of jobs one after the other. Each device gives one result; those that
 * were not started when a job stopped are `ABORTED`. `finish` ends it with the results so far, `signal` at once. How it went is
 * kept in the history in any case.
 */
export async function* runJob(
  netlatch: Netlatch,
  plan: JobsPlan,
  options: RunJobOptions = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let leftOut: string | undefined
  for (const [index, each] of plan.jobs.entries()) {
    if (index > 0 && leftOut === undefined && plan.batch) await pause(plan.batch.delayMs, options)
    if (leftOut === undefined && index > 0 && options.finish?.aborted) leftOut = 'stopped'
    if (leftOut !== undefined) {
      yield { type: 'left-out', job: each.job.name, because: leftOut }
      continue
    }
    const summary = yield* runPlanned(netlatch, each, plan.batch ? plan.name : undefined, options)
    const isWell = summary.failed === 0 && summary.notStarted === 0
    if (plan.batch?.stopOnFailure && !isWell) leftOut = `job ${each.job.name} needs attention`
  }
}

async function* runPlanned(
  netlatch: Netlatch,
  plan: JobPlan,
  batch: string | undefined,
  options: RunJobOptions,
): AsyncGenerator<JobEvent, JobSummary, undefined> {
  const { job, devices, understood } = plan
  const state = await netlatch.state()
  const at = netlatch.now()
  const runId = await state.startRun({ operation: 'job', selection: understood, devices: devices.length })
  await state.startJobRun({
    runId,
    job: job.name,
    ...(batch && { batch }),
    digest: job.digest,
    devices: devices.length,
  })
  const tally = new JobTally()
  yield { type: 'job', plan }
  try {
    for (const [index, wave] of plan.waves.entries()) {
      if (tally.stoppedBecause !== undefined) {
        for (const device of wave.devices) {
          const result = notStarted(netlatch, job, device, tally.stoppedBecause)
          await state.saveResult(runId, result)
          yield { type: 'result', job: job.name, result }
        }
        continue
      }
      yield { type: 'wave', job: job.name, wave, number: index + 1, of: plan.waves.length }
      const before = tally.failed
      for await (const event of runWave(netlatch, plan, wave, { ...options, runId })) {
        if (event.type !== 'result') {
          yield event
          continue
        }
        const result = await saveAnswers(netlatch, { job, at }, event.device, event.result, event.answers)
        tally.count(result, event.tries)
        await state.saveResult(runId, result)
        yield { type: 'result', job: job.name, result }
      }
      const count = { done: tally.done, failed: tally.failed, failedInWave: tally.failed - before }
      tally.stoppedBecause = options.finish?.aborted ? 'stopped' : stopReason(job.waves, wave, count)
    }
  } finally {
    await state.finishJobRun(runId, tally.end(devices.length))
    await state.finishRun(runId, { done: tally.done, devices: devices.length, job: job.name })
  }
  const summary = { runId, devices: devices.length, ...tally.end(devices.length) }
  yield { type: 'end', job: job.name, summary }
  return summary
}

type WaveEvent =
  | {
      readonly type: 'result'
      readonly device: Device
      readonly result: JobResult | DeviceResult
      /** As the device gave them. */
      readonly answers: readonly CommandAnswer[] | undefined
      readonly tries: number
    }
  | Extract<JobEvent, { readonly type: 'retry' }>

/** One wave with its repeated tries: a device's result is given when it is the last one. */
async function* runWave(
  netlatch: Netlatch,
  { job, commandsOn, understood }: JobPlan,
  wave: Wave,
  options: RunJobOptions & { readonly runId: string },
): AsyncGenerator<WaveEvent, void, undefined> {
  const byName = new Map(wave.devices.map((device) => [device.name, device]))
  const { concurrency, timeoutMs, commandTimeoutMs } = job.limits
  const limits = {
    ...(concurrency !== undefined && { concurrency }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(commandTimeoutMs !== undefined && { commandTimeoutMs }),
  }
  const given = new Map<string, readonly CommandAnswer[]>()
  const onAnswers: RunCommandsOptions['onAnswers'] = (device, answers) => {
    if (job.save) given.set(device, answers)
  }
  let pending: readonly Device[] = wave.devices
  for (let tries = 1; pending.length > 0; tries += 1) {
    const again = new Map<Device, JobResult | DeviceResult>()
    const asked = { selection: understood, commands: commandsOn, onAnswers }
    const run = runCommands(netlatch, pending, { ...limits, ...options, ...asked })
    for await (const answered of run) {
      const device = byName.get(answered.device) as Device
      const result = await judgeAnswers(netlatch, job, device, answered)
      if (mayRetry(job.retry, result, tries) && !options.finish?.aborted) again.set(device, result)
      else {
        yield { type: 'result', device, result, answers: given.get(device.name), tries }
        given.delete(device.name)
      }
    }
    pending = [...again.keys()]
    if (!job.retry || pending.length === 0) return
    if (!options.finish?.aborted) {
      const afterMs = backoffMs(job.retry, tries, Math.random())
      yield { type: 'retry', job: job.name, devices: pending.length, afterMs }
      await pause(afterMs, options)
    }
    if (!options.finish?.aborted) continue
    for (const [device, result] of again)
      yield { type: 'result', device, result, answers: given.get(device.name), tries }
    return
  }
}

/** Waits; `finish` ends the wait, `signal` everything. */
async function pause(ms: number, { finish, signal }: Pick<RunJobOptions, 'finish' | 'signal'>): Promise<void> {
  const ends = [finish, signal].filter((each) => each !== undefined)
  const end = AbortSignal.any(ends)
  await sleep(ms, undefined, { signal: end }).catch((error: unknown) => {
    if (!end.aborted) throw error
  })
  signal?.throwIfAborted()
}

function notStarted(netlatch: Netlatch, job: Job, device: Device, because: string): DeviceResult {
  const reason = `not started: ${because}`
  const message = `${device.name}: ${reason}`
  const advice = `netlatch jobs history ${job.name}`
  return deviceResult(device, { code: 'ABORTED', testedAt: netlatch.now(), message, advice, details: { reason } })
}

class JobTally {
  done = 0
  failed = 0
  saved = 0
  retries = 0
  stoppedBecause: string | undefined

  count(result: JobResult | DeviceResult, tries: number): void {
    this.retries += tries - 1
    if (result.code === 'ABORTED') return
    this.done += 1
    if (resultCode(result.code).needsAttention) this.failed += 1
    if ('saved' in result) this.saved += result.saved.length
  }

  end(devices: number): JobRunEnd {
    const { done, failed, saved, retries } = this
    const because = this.stoppedBecause ?? (done < devices ? 'stopped' : undefined)
    const end = { succeeded: done - failed, failed, notStarted: devices - done, retries, saved }
    return { ...end, ...(because !== undefined && { stoppedBecause: because }) }
  }
}
