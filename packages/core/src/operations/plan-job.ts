import { NetlatchError } from '../errors.ts'
import { countDevices } from '../inventory/problem-text.ts'
import { anyPlatformKey } from '../jobs/check-job.ts'
import type { Job, JobCommands } from '../jobs/job.ts'
import { findJob } from '../jobs/load-jobs.ts'
import { type Wave, wavesOf } from '../jobs/waves.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { checkTemplates } from './conclude-job.ts'
import type { Netlatch } from './netlatch.ts'
import { type CommandsByPlatform, refuseWriting } from './run-commands.ts'
import { selectTargets, type TargetOptions } from './select-targets.ts'

export interface PlanJobOptions extends Omit<TargetOptions, 'selection' | 'statuses' | 'status' | 'search'> {
  /** Narrows the selection of each job. */
  readonly selection?: string | readonly string[]
}

/** What a job, or a batch of them, is about to do. */
export interface JobsPlan {
  readonly name: string
  /** The jobs in their order; one, unless it is a batch. */
  readonly jobs: readonly JobPlan[]
  readonly batch?: { readonly stopOnFailure: boolean; readonly delayMs: number }
}

export interface JobPlan {
  readonly job: Job
  /** In inventory order. */
  readonly devices: readonly Device[]
  readonly understood: string
  readonly notes: readonly string[]
  readonly waves: readonly Wave[]
  readonly commandsOn: CommandsByPlatform
}

/**
 * What a job does, before anything is connected: the run takes exactly these devices, in these waves. Throws NOT_FOUND, and
 * INPUT_INVALID, SELECTION_INVALID, NOTHING_SELECTED or USAGE for what is wrong in any of its jobs.
 */
export async function planJob(netlatch: Netlatch, name: string, options: PlanJobOptions = {}): Promise<JobsPlan> {
  const jobs = await netlatch.jobs()
  const file = findJob(jobs, name)
  if (file.kind === 'job') return { name, jobs: [await planOne(netlatch, file, options)] }
  const { stopOnFailure, delayMs } = file
  const plans: JobPlan[] = []
  for (const each of file.jobs) {
    const job = findJob(jobs, each)
    if (job.kind === 'job') plans.push(await planOne(netlatch, job, options))
  }
  return { name, jobs: plans, batch: { stopOnFailure, delayMs } }
}

async function planOne(netlatch: Netlatch, job: Job, { selection, ...narrow }: PlanJobOptions): Promise<JobPlan> {
  const words = selection === undefined ? '' : [selection].flat().join(' ')
  const text = words.trim() === '' ? job.selection : `(${job.selection}) and (${words})`
  const targets = await selectTargets(netlatch, { ...narrow, selection: text })
  const commandsOn = commandsByPlatform(netlatch, job.commands)
  refuseWriting(netlatch, targets.devices, commandsOn)
  refuseUnasked(netlatch, job, targets.devices, commandsOn)
  if (job.parse) await checkTemplates(netlatch, targets.devices, { template: job.parse.template, commandsOn })
  return { job, ...targets, waves: wavesOf(targets.devices, job.waves), commandsOn }
}

function commandsByPlatform(netlatch: Netlatch, commands: JobCommands): CommandsByPlatform {
  if (isList(commands)) return () => commands
  const byName = new Map(
    Object.entries(commands).map(([key, list]) => [netlatch.platform(key)?.name ?? key, list] as const),
  )
  return (platform: Platform) => byName.get(platform.name) ?? byName.get(anyPlatformKey) ?? []
}

function isList(commands: JobCommands): commands is readonly string[] {
  return Array.isArray(commands)
}

/** A device whose platform is still to be found out is told at its turn. */
function refuseUnasked(netlatch: Netlatch, job: Job, devices: readonly Device[], commandsOn: CommandsByPlatform): void {
  const unasked = devices.filter((device) => {
    const platform = netlatch.platform(device.platform)
    return platform !== undefined && commandsOn(platform).length === 0
  })
  if (unasked.length === 0) return
  const platforms = [...new Set(unasked.map(({ platform }) => platform))].join(', ')
  throw new NetlatchError(
    'INPUT_INVALID',
    `job ${job.name} has no commands for ${platforms}: ${countDevices(unasked)}.`,
    {
      at: job.origin,
      advice: `Add them under commands:, or ${anyPlatformKey}:, or narrow the selection.`,
    },
  )
}
