import { NetlatchError } from '../errors.ts'
import type { JobFile, JobProblem } from '../jobs/job.ts'
import { findJob } from '../jobs/load-jobs.ts'
import type { JobRunRecord } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'
import { planJob } from './plan-job.ts'

export interface ListedJob {
  readonly file: JobFile
  readonly lastRun?: JobRunRecord
}

/** The jobs of the workspace without mistakes, each with its last run. */
export async function listJobs(netlatch: Netlatch): Promise<readonly ListedJob[]> {
  const { files } = await netlatch.jobs()
  const state = await netlatch.state()
  return Promise.all(
    files.map(async (file) => {
      const [lastRun] = await state.jobRuns({ job: file.name, limit: 1 })
      return { file, ...(lastRun && { lastRun }) }
    }),
  )
}

/** Runs of a job, of a batch, or of all, latest first. @default limit 20 */
export async function jobHistory(
  netlatch: Netlatch,
  options: { readonly job?: string; readonly limit?: number } = {},
): Promise<readonly JobRunRecord[]> {
  const state = await netlatch.state()
  return state.jobRuns({ limit: 20, ...options })
}

/** Codes of what is wrong in a job that only the inventory shows. */
const planMistakes: readonly string[] = ['INPUT_INVALID', 'USAGE', 'SELECTION_INVALID', 'FILE_UNREADABLE']

/**
 * Everything wrong in one job, or in all: what its file says, and against the inventory as it is now. A selection that finds no
 * device is a warning. Throws NOT_FOUND for a name that no file has.
 */
export async function checkJobs(netlatch: Netlatch, name?: string): Promise<readonly JobProblem[]> {
  const jobs = await netlatch.jobs()
  const own = jobs.problems.filter(({ job }) => name === undefined || job === name)
  if (name !== undefined && own.length === 0) findJob(jobs, name)
  const whole = jobs.files.filter((file) => file.kind === 'job' && (name === undefined || file.name === name))
  const planned = await Promise.all(whole.map((file) => planProblem(netlatch, file)))
  return [...own, ...planned.flat()]
}

async function planProblem(netlatch: Netlatch, { name, origin }: JobFile): Promise<readonly JobProblem[]> {
  try {
    await planJob(netlatch, name)
    return []
  } catch (error) {
    if (!(error instanceof NetlatchError)) throw error
    const severity =
      error.code === 'NOTHING_SELECTED' ? 'warning' : planMistakes.includes(error.code) ? 'error' : undefined
    if (severity === undefined) throw error
    const message = error.message.replace(/\.$/, '')
    const advice = error.advice === undefined ? {} : { advice: error.advice }
    return [{ code: 'job-plan', severity, message, ...advice, at: error.at ?? origin, job: name }]
  }
}
