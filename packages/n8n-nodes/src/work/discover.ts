import { discoverCredentials, planDiscovery, testLogins } from '@netlatch/core'
import { deviceItem } from '../items/device-item.ts'
import { summaryItem, summaryOf } from '../items/summary-item.ts'
import { chooseDevices } from '../run/device-choice.ts'
import type { Outcome } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import { collect } from './collect.ts'
import { coreOptions, type DiscoverRequest } from './discover-request.ts'

const retests = { everything: { force: true }, failed: { skipKnown: true }, old: {} } as const

/** Finds the credential that opens each device. What the attempt budget holds back is an item, and the next run's. */
export async function discover(work: Work<DiscoverRequest>): Promise<Outcome> {
  const { request, signal } = work
  const { options } = request
  const chosen = await choose(work)
  const plan = await planDiscovery(chosen.netlatch, chosen.devices, {
    ...coreOptions(options),
    ...retests[options.retest ?? 'old'],
  })
  const collected = await collect(chosen.devices, (onProgress) =>
    discoverCredentials(chosen.netlatch, plan, {
      ...coreOptions(options),
      selection: chosen.selection,
      requirePrivileged: options.requirePrivileged ?? false,
      save: options.save ?? true,
      wait: false,
      onProgress,
      ...(signal && { signal }),
    }),
  )
  return outcome(work, chosen, collected)
}

/** Logs in to each device, whenever it was tested last. */
export async function testLogin(work: Work<DiscoverRequest>): Promise<Outcome> {
  const { request, signal } = work
  const { options } = request
  const chosen = await choose(work)
  const [only, ...others] = options.credentials ?? []
  const collected = await collect(chosen.devices, (onProgress) =>
    testLogins(chosen.netlatch, chosen.devices, {
      ...coreOptions(options),
      selection: chosen.selection,
      update: options.save ?? true,
      ...(only !== undefined && others.length === 0 && { credential: only }),
      onProgress,
      ...(signal && { signal }),
    }),
  )
  return outcome(work, chosen, collected)
}

function choose({ context, netlatch, request, items }: Work<DiscoverRequest>) {
  const { limit } = request.options
  return chooseDevices(context, { netlatch, choice: request.devices, items, ...(limit !== undefined && { limit }) })
}

async function outcome(
  { netlatch, workspace, request }: Work<DiscoverRequest>,
  chosen: Awaited<ReturnType<typeof choose>>,
  { results: found, runId }: Awaited<ReturnType<typeof collect>>,
): Promise<Outcome> {
  const results = [...chosen.skipped, ...found]
  const summary = await summaryOf(netlatch, results, { workspace, runId })
  const { hint } = summary
  if (request.options.output === 'summary') return { items: [summaryItem(summary), ...chosen.unusable], hint }
  const items = results.map((result) => {
    const from = chosen.itemsOf(result.device)
    const item = deviceItem(result, { simplify: request.shape.simplify, workspace, runId })
    return shaped({ ...item, ...(from && { from }) }, request.shape)
  })
  return { items: [...items, ...chosen.unusable], hint }
}
