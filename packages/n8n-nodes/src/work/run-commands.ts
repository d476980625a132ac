import { type DeviceResult, judgeAnswers, planJob, runCommands, runJob } from '@netlatch/core'
import { type AnsweredDevice, commandItems } from '../items/command-item.ts'
import { summaryOf } from '../items/summary-item.ts'
import { chooseDevices } from '../run/device-choice.ts'
import type { Outcome, OutItem } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import { collect } from './collect.ts'
import type { CommandRequest } from './command-request.ts'

type OfRun = AnsweredDevice & { readonly job?: string; readonly runId?: string | null }

const anyTemplate = { minScore: 0 }

/** Sends commands that only read. A command that could change a device ends the node before anything is connected. */
export async function run(work: Work<CommandRequest>): Promise<Outcome> {
  const { context, netlatch, request, items, signal, isTool } = work
  const { options, commands, expect, parse } = request
  const { limit, concurrency, timeoutSeconds = 60 } = options
  const chosen = await chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    ...(limit !== undefined && { limit }),
  })
  const { results: answered, runId } = await collect(chosen.devices, (onProgress) =>
    runCommands(chosen.netlatch, chosen.devices, {
      commands,
      selection: chosen.selection,
      commandTimeoutMs: timeoutSeconds * 1000,
      wait: false,
      onProgress,
      redact: true,
      onlyOpened: isTool,
      ...(concurrency !== undefined && { concurrency }),
      ...(signal && { signal }),
    }),
  )
  const results: OfRun[] = [...chosen.skipped]
  const job = { name: 'run', expect, ...(parse && { parse: anyTemplate }) }
  for (const result of answered) {
    const device = chosen.netlatch.inventory.byName.get(result.device)
    results.push({ ...(device ? await judgeAnswers(chosen.netlatch, job, device, result) : result), runId })
  }
  const outcome = await outcomeOf(work, results, chosen.itemsOf)
  return { ...outcome, items: [...outcome.items, ...chosen.unusable] }
}

/** Runs a job of the workspace, or a batch of them. */
export async function job(work: Work<CommandRequest>): Promise<Outcome> {
  const { netlatch, request, signal } = work
  const { concurrency } = request.options
  const plan = await planJob(netlatch, request.job, request.narrow === '' ? {} : { selection: request.narrow })
  const results: OfRun[] = []
  const runIds = new Map<string, string>()
  const events = runJob(netlatch, plan, {
    wait: false,
    redact: true,
    ...(concurrency !== undefined && { concurrency }),
    ...(signal && { signal }),
  })
  for await (const event of events) {
    if (event.type === 'result') results.push({ ...event.result, job: event.job })
    if (event.type === 'end') runIds.set(event.job, event.summary.runId)
  }
  return outcomeOf(
    work,
    results.map((result) => ({ ...result, runId: runIds.get(result.job ?? '') ?? null })),
  )
}

async function outcomeOf(
  { netlatch, workspace, request }: Work<CommandRequest>,
  results: readonly OfRun[],
  itemsOf: (device: string) => readonly number[] | undefined = () => undefined,
): Promise<Outcome> {
  const { shape, options } = request
  const perCommand = options.output === 'commands'
  const items = results.flatMap((result) => {
    const from = itemsOf(result.device)
    return commandItems(result, perCommand, { simplify: shape.simplify, workspace, runId: result.runId ?? null }).map(
      (item): OutItem => {
        const json = result.job === undefined ? item.json : { job: result.job, ...item.json }
        return shaped({ ...item, json, ...(from && { from }) }, shape)
      },
    )
  })
  const { hint } = await summaryOf(netlatch, results, { workspace, runId: null, headline: headline(results) })
  return { items, hint }
}

function headline(results: readonly DeviceResult[]): string {
  const answered = results.filter(({ code }) => code === 'ANSWERED').length
  return `${answered} of ${results.length} answered.`
}
