import { deviceResult } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import { unmetExpectations } from '../jobs/expectations.ts'
import type { Job, JobSave } from '../jobs/job.ts'
import { commandNames, savePath } from '../jobs/save-path.ts'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import type { DeviceResult } from '../progress.ts'
import type { CommandAnswer } from '../session/session.ts'
import { type ParsedAnswer, parseAnswer } from '../textfsm/parse-answer.ts'
import { answerRedactor } from './answer-redactor.ts'
import { platformOf } from './device-session.ts'
import type { Netlatch } from './netlatch.ts'
import type { CommandsByPlatform, CommandsResult } from './run-commands.ts'

/** What came out for a device of a job. */
export interface JobResult extends CommandsResult {
  /** Where the job parses: one for each answer. */
  readonly parsed: readonly ParsedAnswer[]
  /** Files that were written, relative to the workspace. */
  readonly saved: readonly string[]
}

/** Holds the answers of a device against what the job expects, and parses them. The answers stay whatever comes of it. */
export async function judgeAnswers(
  netlatch: Netlatch,
  job: Pick<Job, 'name' | 'expect' | 'parse'>,
  device: Device,
  result: CommandsResult | DeviceResult,
): Promise<JobResult | DeviceResult> {
  if (!('answers' in result)) return result
  const parsed = job.parse ? await parseAnswers(netlatch, job.parse, device, result) : []
  const judged: JobResult = { ...result, parsed, saved: [] }
  if (result.code !== 'ANSWERED') return judged
  const unmet = [
    ...unmetExpectations(job.expect, result.answers),
    ...parsed.flatMap(({ command, failed }) => (failed === undefined ? [] : [`${command}: ${failed}`])),
  ]
  const [first] = unmet
  if (first === undefined) return judged
  const more = unmet.length > 1 ? ` (and ${unmet.length - 1} more)` : ''
  return {
    ...judged,
    ...failing(device, judged, 'EXPECTATION_FAILED', `${first}${more}`, `netlatch jobs show ${job.name}`),
  }
}

export async function parseAnswers(
  { templates, platform }: Netlatch,
  { template: named, minScore }: NonNullable<Job['parse']>,
  device: Device,
  { answers, spokenPlatform }: CommandsResult,
): Promise<readonly ParsedAnswer[]> {
  const platforms = namesOf(platform(spokenPlatform), device.platform, spokenPlatform)
  const parsed: ParsedAnswer[] = []
  for (const { command, output } of answers) {
    const request = { command, platforms, hostname: device.name }
    const template = named === undefined ? await templates?.find(request) : await templates?.named(named)
    parsed.push(await parseAnswer({ command, output, template, minScore }))
  }
  return parsed
}

/**
 * Reads the templates that answers of these devices are to be parsed with, so that a mistake in one is told before anything is
 * connected. Throws INPUT_INVALID, FILE_UNREADABLE; USAGE where netlatch.yaml names no folder of templates.
 */
export async function checkTemplates(
  { templates, platform }: Netlatch,
  devices: readonly Device[],
  { template, commandsOn }: { readonly template?: string | undefined; readonly commandsOn: CommandsByPlatform },
): Promise<void> {
  if (!templates)
    throw new NetlatchError('USAGE', 'parsing needs a folder of templates.', {
      advice: 'Set textfsm: in netlatch.yaml.',
    })
  if (template !== undefined) {
    await templates.named(template)
    return
  }
  // One device of each platform: a template for a certain name of a device is read at its turn.
  for (const [first] of Map.groupBy(devices, (device) => device.platform).values()) {
    const known = first && platform(first.platform)
    if (!first || !known) continue
    const platforms = namesOf(known, first.platform)
    for (const command of commandsOn(known)) await templates.find({ command, platforms, hostname: first.name })
  }
}

/** Every name that an index may know a platform by. */
function namesOf(platform: Platform | undefined, ...names: readonly string[]): readonly string[] {
  return [...new Set([...names, ...(platform ? [platform.name, ...(platform.aliases ?? [])] : [])])]
}

export interface SaveRun {
  readonly job: Job
  /** When it began: the same in all names of files. */
  readonly at: Date
}

/**
 * Writes the answers of a device, as it gave them, where the job says. What is secret in a configuration becomes a fingerprint,
 * as in a backup, unless the job keeps it raw.
 */
export async function saveAnswers(
  netlatch: Netlatch,
  { job, at }: SaveRun,
  device: Device,
  result: JobResult | DeviceResult,
  answers: readonly CommandAnswer[] | undefined,
): Promise<JobResult | DeviceResult> {
  const { save } = job
  if (!save || !answers || !('answers' in result)) return result
  const names = commandNames(answers.map(({ command }) => command))
  const toText = await storable(netlatch, save, device, result)
  const saved: string[] = []
  try {
    for (const [index, { output }] of answers.entries()) {
      const text = toText(output)
      const command = names[index] ?? ''
      const path = savePath(save.pattern, { device: device.name, site: device.site, at, command })
      await netlatch.answerFiles.save(path, text, { replace: save.replace })
      saved.push(path)
    }
    return { ...result, saved }
  } catch (error) {
    // The redaction holds back one text; what is wrong with the disk is wrong for every device.
    if (!(error instanceof NetlatchError) || error.code !== 'CAPTURE_HELD') throw error
    const reason = `not saved: ${error.details.reason}`
    return { ...result, saved, ...failing(device, result, 'EXPECTATION_FAILED', reason, error.advice ?? '') }
  }
}

async function storable(netlatch: Netlatch, { raw }: JobSave, device: Device, { spokenPlatform }: JobResult) {
  if (raw) return (output: string) => output
  return answerRedactor(netlatch, { device: device.name, platform: platformOf(netlatch, spokenPlatform) })
}

function failing(
  device: Device,
  { credential, privilege, attempts, phases, durationMs, testedAt, host }: DeviceResult,
  code: 'EXPECTATION_FAILED',
  reason: string,
  advice: string,
): DeviceResult {
  const facts = { credential, privilege, attempts, phases, durationMs, testedAt, host }
  const { credential: name, ...rest } = facts
  const message = `${device.name}: ${reason}`
  return deviceResult(device, {
    ...rest,
    ...(name !== null && { credential: name }),
    code,
    message,
    advice,
    details: { reason },
  })
}
