import type { DeviceResult } from '../progress.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import { openRunPorts } from './run-ports.ts'
import { Visit } from './visit.ts'
import type { VisitOptions } from './visit-options.ts'

export type { OpenedDevice, VisitOptions, Worked, WorkFacts } from './visit-options.ts'

const defaultTimeoutMs = 60_000

/**
 * Opens devices one after the other and many at once, as the attempt ledger allows, does the operation's work on each, and
 * gives one result per device as it is there. Every secret that leaves has a reservation; a device that fails is a result.
 */
export async function* visitDevices<R extends DeviceResult = DeviceResult>(
  netlatch: Netlatch,
  targets: readonly PlannedDevice[],
  knowledge: Knowledge,
  options: VisitOptions<R>,
): AsyncGenerator<R | DeviceResult, void, undefined> {
  const state = await netlatch.state()
  const vault = await netlatch.vault()
  const { operation, selection } = options
  const runId = options.runId ?? (await state.startRun({ operation, selection, devices: targets.length }))
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  await using ports = await openRunPorts(netlatch, { vault, charge: knowledge.charge, runId, timeoutMs, signal })
  const visit = new Visit<R>(netlatch, { state, targets, knowledge, ports, runId, options })
  options.onProgress?.({ type: 'started', devices: targets.length, runId })
  try {
    for await (const result of visit.results()) {
      yield result
      options.onProgress?.({ type: 'result', result, done: visit.done, devices: targets.length })
    }
  } finally {
    // Whoever stops reading stops the run: what is in flight is given up, and counts as spent where a secret was sent.
    stop.abort(new Error('stopped'))
    await visit.settled()
    if (options.runId === undefined) await state.finishRun(runId, { done: visit.done, devices: targets.length })
  }
}
