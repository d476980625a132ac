import { type DeviceEvent, deviceEvents, type EventKind } from '@netlatch/core'
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow'
import { nodeError } from '../run/node-error.ts'
import { plain } from '../run/node-items.ts'
import { accessByEnvironment } from '../workspace/file-access.ts'
import { chooseWorkspace, findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings } from '../workspace/surroundings.ts'

/** Whoever ends a run writes its end first and tells it then: what is that young may not be on the disk yet. */
const settledMs = 2_000

/**
 * What happened since the last poll. The first one reports nothing old; by hand it shows the latest event of each kind, so that a
 * workflow can be built on it.
 */
export async function pollEvents(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  const isByHand = context.getMode() === 'manual'
  const memory = context.getWorkflowStaticData('node')
  const until = new Date(Date.now() - settledMs)
  const since = isByHand ? new Date(0) : new Date(Number(memory.until ?? until.getTime()))
  try {
    const events = await eventsOf(context, since, until)
    if (!isByHand) memory.until = until.getTime()
    const shown = isByHand ? latestOfEach(events) : events
    return shown.length === 0 ? null : [shown.map((event) => ({ json: plain(event) }))]
  } catch (error) {
    throw nodeError(context.getNode(), error)
  }
}

type OfWorkspace = DeviceEvent & { readonly workspace: string }

async function eventsOf(context: IPollFunctions, since: Date, until: Date): Promise<readonly OfWorkspace[]> {
  const kinds = context.getNodeParameter('events') as EventKind[]
  const names = context.getNodeParameter('workspaces', []) as string[]
  const surroundings = await readSurroundings(context, accessByEnvironment(process.env))
  const list = await findWorkspaces(surroundings)
  const places = names.length === 0 ? list.workspaces : names.map((name) => chooseWorkspace(list, name))
  const events: OfWorkspace[] = []
  for (const place of places) {
    await using lease = await leaseWorkspace(place, surroundings)
    for (const event of await deviceEvents(lease.netlatch, { since, until, kinds })) {
      const { event: kind, ...rest } = event
      events.push({ event: kind, workspace: place.name, ...rest })
    }
  }
  return events.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

function latestOfEach(events: readonly OfWorkspace[]): readonly OfWorkspace[] {
  return [...new Map(events.map((event) => [event.event, event])).values()]
}
