import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { JobResult } from '../../packages/core/src/operations/conclude-job.ts'
import { planJob } from '../../packages/core/src/operations/plan-job.ts'
import type { JobSummary } from '../../packages/core/src/operations/run-job.ts'
import { type JobEvent, type RunJobOptions, runJob } from '../../packages/core/src/operations/run-job.ts'
import type { DeviceResult } from '../../packages/core/src/progress.ts'
import type { FleetBench } from './fleet-bench.ts'

/** Writes a file below a folder, as text or as YAML. */
export async function writeBelow(folder: string, path: string, content: unknown): Promise<void> {
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, typeof content === 'string' ? content : stringify(content))
}

/** The files below a folder, by their path there. */
export async function filesBelow(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(paths.toSorted().map(async (path) => [path, await readFile(path, 'utf8')] as const))
  return Object.fromEntries(texts.map(([path, text]) => [path.slice(folder.length + 1), text]))
}

export interface JobRun {
  readonly events: readonly JobEvent[]
  readonly results: readonly (JobResult | DeviceResult)[]
  readonly summaries: readonly JobSummary[]
}

/** Runs a job of the bench's workspace as a program does. */
export async function runJobOf(
  bench: FleetBench,
  name: string,
  options: RunJobOptions & { readonly onEvent?: (event: JobEvent) => void } = {},
): Promise<JobRun> {
  const { onEvent, ...run } = options
  return bench.use(async (netlatch) => {
    const events: JobEvent[] = []
    for await (const event of runJob(netlatch, await planJob(netlatch, name), run)) {
      events.push(event)
      onEvent?.(event)
    }
    return {
      events,
      results: events.flatMap((event) => (event.type === 'result' ? [event.result] : [])),
      summaries: events.flatMap((event) => (event.type === 'end' ? [event.summary] : [])),
    }
  })
}
