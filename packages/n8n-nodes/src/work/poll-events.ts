import { type DeviceEvent, deviceEvents, type EventKind, type EventOptions, type ListedWorkspace } from '@netlatch/core'
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow'
import { nodeError } from '../run/node-error.ts'
import { plain } from '../run/node-items.ts'
import { withoutSecrets, wording } from '../run/wording.ts'
import { accessByEnvironment } from '../workspace/file-access.ts'
import { chooseWorkspace, findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings, type Surroundings } from '../workspace/surroundings.ts'

/** Whoever ends a run writes its end first and tells it then: what is that young may not be on the disk yet. */
const settledMs = 2_000

/** What the trigger remembers from poll to poll, as n8n keeps it. */
interface Memory {
  /** Up to when everything is told, in milliseconds. */
  until?: number
  /** Workspaces that could not be looked into: since when, and what is in the log about it. */
  left?: Readonly<Record<string, { readonly until: number; readonly said: string }>>
}

type OfWorkspace = DeviceEvent & { readonly workspace: string }

/**
 * What happened since the last poll. The first one reports nothing old; by hand it shows the latest event of each kind, so that a
 * workflow can be built on it. A workspace that cannot be looked into is told once, in the log; its events come when it can be again.
 */
export async function pollEvents(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  const isByHand = context.getMode() === 'manual'
  const memory: Memory = context.getWorkflowStaticData('node')
  const until = Date.now() - settledMs
  const since = memory.until ?? until
  const leftBefore = memory.left ?? {}
  const left: Record<string, { readonly until: number; readonly said: string }> = {}
  try {
    const { surroundings, places, kinds } = await readPoll(context)
    const events: OfWorkspace[] = []
    for (const place of places) {
      const before = leftBefore[place.name]
      const from = isByHand ? 0 : (before?.until ?? since)
      const options = { since: new Date(from), until: new Date(until), kinds }
      const found = await eventsOf(place, surroundings, options).catch((error: unknown) => {
        if (places.length === 1) throw error
        const { message, description } = wording(error)
        const said = `${place.name}: ${message}. ${description}`.trim()
        if (said !== before?.said) context.logger.warn(`Netlatch Trigger: ${said}`)
        left[place.name] = { until: from, said }
        return []
      })
      events.push(...found)
    }
    if (!isByHand) Object.assign(memory, { until, left })
    const inOrder = events.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    const shown = isByHand ? latestOfEach(inOrder) : inOrder
    return shown.length === 0 ? null : [shown.map((event) => ({ json: plain(event) }))]
  } catch (error) {
    throw nodeError(context.getNode(), error)
  }
}

async function readPoll(context: IPollFunctions) {
  const kinds = context.getNodeParameter('events') as EventKind[]
  const names = context.getNodeParameter('workspaces', []) as string[]
  const surroundings = await readSurroundings(context, accessByEnvironment(process.env))
  const list = await findWorkspaces(surroundings)
  const places = names.length === 0 ? list.workspaces : names.map((name) => chooseWorkspace(list, name))
  return { kinds, surroundings, places }
}

/** Mistakes in its files are no reason to hear nothing of its devices. */
async function eventsOf(
  place: ListedWorkspace,
  surroundings: Surroundings,
  options: EventOptions,
): Promise<readonly OfWorkspace[]> {
  await using lease = await leaseWorkspace(place, surroundings, { allowProblems: true })
  const { netlatch } = lease
  const events = await deviceEvents(netlatch, options).catch((error: unknown) => {
    throw withoutSecrets(error, netlatch)
  })
  return events.map(({ event, ...rest }) => ({ event, workspace: place.name, ...rest }))
}

function latestOfEach(events: readonly OfWorkspace[]): readonly OfWorkspace[] {
  return [...new Map(events.map((event) => [event.event, event])).values()]
}
