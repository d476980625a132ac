import { type Netlatch, NetlatchError } from '@netlatch/core'
import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow'
import { accessOf } from '../workspace/file-access.ts'
import { chooseWorkspace, findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings, type Surroundings } from '../workspace/surroundings.ts'
import { nodeError } from './node-error.ts'
import type { Outcome, OutItem } from './node-items.ts'
import { isToolRun } from './tool-run.ts'
import { withoutSecrets, wording } from './wording.ts'

/** What a piece of work is given: everything is decided by the request, which several input items may share. */
export interface Work<R> {
  readonly context: IExecuteFunctions
  readonly netlatch: Netlatch
  readonly workspace: string
  readonly request: R
  /** The input items that ask for it. */
  readonly items: readonly number[]
  readonly signal: AbortSignal | undefined
  /** An agent asks: it hears the first output only. */
  readonly isTool: boolean
}

interface NodeRun<R extends { readonly operation: string }> {
  /** Plain JSON, by the parameters of one input item. */
  readonly readRequest: (context: IExecuteFunctions, item: number) => R
  /** By their operation. */
  readonly works: Readonly<Record<string, (work: Work<R>) => Promise<Outcome>>>
  /** Also a workspace whose files have mistakes. @default false: that is bad input */
  readonly allowProblems?: boolean
}

interface Group<R> {
  readonly workspace: string
  readonly request: R
  readonly items: number[]
}

/** Runs a node: input items that ask for the same are one piece of work, each workspace is opened once. */
export async function runNode<R extends { readonly operation: string }>(
  context: IExecuteFunctions,
  run: NodeRun<R>,
): Promise<INodeExecutionData[][]> {
  const surroundings = await readSurroundings(context, accessOf(context))
  const isTool = isToolRun(context)
  const outputs: INodeExecutionData[][] = isTool ? [[]] : [[], []]
  const put = (item: OutItem, items: readonly number[]) => {
    const output = outputs[item.needsAttention ? outputs.length - 1 : 0]
    output?.push({
      json: item.json,
      pairedItem: (item.from ?? items).map((index) => ({ item: index })),
      ...(item.binary && !isTool && { binary: item.binary }),
    })
  }
  for (const group of groupItems(context, run, outputs))
    try {
      const outcome = await workOn(context, { surroundings, isTool, run, group })
      for (const item of outcome.items) put(item, group.items)
      if (outcome.hint && !isTool) context.addExecutionHints(outcome.hint)
    } catch (error) {
      failed(context, error, group.items, outputs)
    }
  return outputs
}

async function workOn<R extends { readonly operation: string }>(
  context: IExecuteFunctions,
  input: { surroundings: Surroundings; isTool: boolean; run: NodeRun<R>; group: Group<R> },
): Promise<Outcome> {
  const { surroundings, isTool, run, group } = input
  const { request, items } = group
  const work = Object.hasOwn(run.works, request.operation) ? run.works[request.operation] : undefined
  if (!work) throw new NetlatchError('USAGE', `'${request.operation}' is no operation of this node.`)
  const place = chooseWorkspace(await findWorkspaces(surroundings), group.workspace)
  const signal = context.getExecutionCancelSignal()
  await using lease = await leaseWorkspace(place, surroundings, run.allowProblems ? { allowProblems: true } : {})
  const { netlatch } = lease
  return await work({ context, netlatch, workspace: place.name, request, items, signal, isTool })
    .catch((error: unknown) => {
      throw withoutSecrets(error, netlatch)
    })
    .finally(() => {
      if (signal?.aborted) lease.closeConnections()
    })
}

function groupItems<R extends { readonly operation: string }>(
  context: IExecuteFunctions,
  run: NodeRun<R>,
  outputs: INodeExecutionData[][],
): Group<R>[] {
  const groups = new Map<string, Group<R>>()
  for (const [index] of context.getInputData().entries())
    try {
      const workspace = String(context.getNodeParameter('workspace', index, '', { extractValue: true }) ?? '').trim()
      const request = run.readRequest(context, index)
      const key = JSON.stringify([workspace, request])
      const group = groups.get(key)
      if (group) group.items.push(index)
      else groups.set(key, { workspace, request, items: [index] })
    } catch (error) {
      failed(context, error, [index], outputs)
    }
  return [...groups.values()]
}

/** Bad input ends the node, or becomes items where the node is to go on. */
export function failed(
  context: IExecuteFunctions,
  error: unknown,
  items: readonly number[],
  outputs: INodeExecutionData[][],
): void {
  if (!context.continueOnFail() || context.getExecutionCancelSignal()?.aborted)
    throw error instanceof NodeOperationError ? error : nodeError(context.getNode(), error, items[0])
  const { message, description, code } = wording(error)
  // These three fields, and no others, are what n8n takes for an error; with a field `error` beside `json` it would keep the text only.
  const json: IDataObject = { error: message, message, details: { code, advice: description } }
  for (const item of items) outputs.at(-1)?.push({ json, pairedItem: { item } })
}
