import { type Netlatch, NetlatchError, type WorkspaceList } from '@netlatch/core'
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'
import { accessOf } from '../workspace/file-access.ts'
import { chooseWorkspace, findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings, type Surroundings } from '../workspace/surroundings.ts'
import { failed, hintOfLeft, notWorkedOn } from './bad-input.ts'
import type { DeviceChoice } from './device-choice.ts'
import type { Outcome, OutItem } from './node-items.ts'
import { isToolRun } from './tool-run.ts'
import { withoutSecrets } from './wording.ts'

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

/** What every request says. */
interface Asked {
  readonly operation: string
  readonly devices?: DeviceChoice
}

interface NodeRun<R extends Asked> {
  /** Plain JSON, by the parameters of one input item. */
  readonly readRequest: (context: IExecuteFunctions, item: number) => R
  /** By their operation. */
  readonly works: Readonly<Record<string, (work: Work<R>) => Promise<Outcome>>>
  /** Those that an agent may ask for. What it is not offered, a workflow that was written by hand may still name. */
  readonly forAgents: readonly string[]
  /** Also a workspace whose files have mistakes. @default false: that is bad input */
  readonly allowProblems?: boolean
}

interface Group<R> {
  readonly workspace: string
  readonly request: R
  readonly items: number[]
}

interface Unread {
  readonly workspace: string
  readonly items: readonly number[]
  readonly error: unknown
}

/**
 * Runs a node: input items that ask for the same are one piece of work, each workspace is opened once. One of several pieces that
 * cannot be done is an item of the second output, and the others are done; where it is the only one, it is what the node ends with.
 */
export async function runNode<R extends Asked>(
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
  const { groups, unread } = groupItems(context, run)
  const isOneOfMany = groups.length > 0 && groups.length + unread.length > 1
  const left = new Set<string>()
  const leave = (
    error: unknown,
    { workspace, items, request }: Omit<Unread, 'error'> & { readonly request?: Asked },
  ) => {
    if (!isOneOfMany || context.continueOnFail() || context.getExecutionCancelSignal()?.aborted)
      return failed(context, error, items, outputs)
    left.add(workspace)
    // Where each device came as an item of its own, so does what is said of it.
    const parts = request?.devices?.kind === 'items' ? items.map((index) => [index]) : [items]
    for (const part of parts) put(notWorkedOn(error, workspace), part)
  }
  for (const each of unread) leave(each.error, each)
  const list = await findWorkspaces(surroundings).catch((error: unknown) => {
    const all = groups.flatMap(({ items }) => items)
    failed(context, error, all, outputs)
  })
  if (!list) return outputs
  for (const group of groups)
    try {
      const outcome = await workOn(context, { surroundings, list, isTool, run, group })
      for (const item of outcome.items) put(item, group.items)
      if (outcome.hint && !isTool) context.addExecutionHints(outcome.hint)
    } catch (error) {
      leave(error, group)
    }
  if (left.size > 0 && !isTool) context.addExecutionHints(hintOfLeft(left))
  return outputs
}

async function workOn<R extends Asked>(
  context: IExecuteFunctions,
  input: { surroundings: Surroundings; list: WorkspaceList; isTool: boolean; run: NodeRun<R>; group: Group<R> },
): Promise<Outcome> {
  const { surroundings, list, isTool, run, group } = input
  const { request, items } = group
  const work = Object.hasOwn(run.works, request.operation) ? run.works[request.operation] : undefined
  if (!work) throw new NetlatchError('USAGE', `'${request.operation}' is no operation of this node.`)
  if (isTool && !run.forAgents.includes(request.operation))
    throw new NetlatchError('USAGE', `'${request.operation}' is not for agents.`, {
      advice: 'It writes, or spends login attempts: use the node itself, in the workflow.',
    })
  const place = chooseWorkspace(list, group.workspace)
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

function groupItems<R extends Asked>(
  context: IExecuteFunctions,
  run: NodeRun<R>,
): { readonly groups: readonly Group<R>[]; readonly unread: readonly Unread[] } {
  const groups = new Map<string, Group<R>>()
  const unread: Unread[] = []
  for (const [index] of context.getInputData().entries()) {
    let workspace = ''
    try {
      workspace = String(context.getNodeParameter('workspace', index, '', { extractValue: true }) ?? '').trim()
      const request = run.readRequest(context, index)
      const key = JSON.stringify([workspace, request])
      const group = groups.get(key)
      if (group) group.items.push(index)
      else groups.set(key, { workspace, request, items: [index] })
    } catch (error) {
      unread.push({ workspace, items: [index], error })
    }
  }
  return { groups: [...groups.values()], unread }
}
