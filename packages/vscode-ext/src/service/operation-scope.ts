import { type DeviceResult, type Netlatch, selectTargets, summariseResults, type Targets } from '@netlatch/core'
import type { OperationWorkspace } from './operation-workspace.ts'
import type { CallContext } from './rpc.ts'

export interface In {
  readonly folder: string
  readonly workspaceFolder?: string | undefined
}

/** Devices that a person means: some by their names, or a selection. */
export interface Chosen {
  readonly devices?: readonly string[]
  readonly selection?: string
}

export interface RunLimits {
  readonly concurrency?: number
  readonly timeoutMs?: number
}

export interface Run extends In {
  readonly target: Chosen
  readonly limits: RunLimits
}

/** The workspace of a folder, opened at its first use. */
export type WorkspaceOf = (params: In) => OperationWorkspace

export async function chosen(netlatch: Netlatch, { devices, selection }: Chosen): Promise<Targets> {
  if (selection !== undefined) return selectTargets(netlatch, { selection })
  const names = devices ?? []
  return selectTargets(netlatch, { selection: '@names', readNames: async () => names })
}

/** Emits results as they come, and says at the end what they amount to, with all of them in the inventory's order. */
export async function collect(
  netlatch: Netlatch,
  context: Pick<CallContext, 'emit'>,
  results: AsyncIterable<DeviceResult>,
) {
  const all: DeviceResult[] = []
  const places = new Map(netlatch.inventory.devices.map(({ name }, index) => [name, index]))
  for await (const result of results) {
    all.push(result)
    context.emit({ type: 'result', result })
  }
  const { text, needAttention, opened, devices, causes } = summariseResults(all, netlatch.now())
  const placeOf = ({ device }: DeviceResult) => places.get(device) ?? places.size
  return { text, needAttention, opened, devices, causes, results: all.toSorted((a, b) => placeOf(a) - placeOf(b)) }
}

export type RunOutcome = Awaited<ReturnType<typeof collect>>
