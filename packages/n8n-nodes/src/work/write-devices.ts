import {
  type Assignment,
  type InventoryEdit,
  type Netlatch,
  NetlatchError,
  newDeviceValues,
  parseAssignment,
  planInventoryEdits,
  writeInventory,
} from '@netlatch/core'
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { nodeError } from '../run/node-error.ts'
import type { Outcome, OutItem } from '../run/node-items.ts'
import type { Work } from '../run/run-node.ts'
import { wording } from '../run/wording.ts'
import type { InventoryRequest } from './inventory-request.ts'

interface Wanted {
  /** The input items that name it. */
  readonly from: readonly number[]
  readonly name: string
  readonly assignments: readonly Assignment[]
}

/** Creates devices, or changes those that are there: only the lines concerned. One that cannot be is an item, the others are written. */
export async function writeDevices({ context, netlatch, workspace, items }: Work<InventoryRequest>): Promise<Outcome> {
  const refused: OutItem[] = []
  const wanted = new Map<string, Wanted>()
  for (const index of items)
    try {
      const each = readWanted(context, index)
      planInventoryEdits(netlatch, [editOf(netlatch, each)])
      // The last word about a device counts; what comes out belongs to all that named it.
      wanted.set(each.name, { ...each, from: [...(wanted.get(each.name)?.from ?? []), index] })
    } catch (error) {
      refused.push(refusal(context, error, { index, isOnly: items.length === 1 }))
    }
  const all = [...wanted.values()]
  const changes = planInventoryEdits(
    netlatch,
    all.map((each) => editOf(netlatch, each)),
  )
  if (changes.length > 0) await writeInventory(netlatch, { changes })
  const changesOf = (each: Wanted) => planInventoryEdits(netlatch, [editOf(netlatch, each)]).length > 0
  const written = all.map((each): OutItem => {
    const { from, name } = each
    const isThere = netlatch.inventory.byName.has(name)
    const result = isThere ? (changesOf(each) ? 'updated' : 'unchanged') : 'created'
    const json = { device: name, workspace, result, message: `${name}: ${result}` }
    return { json, from }
  })
  return { items: [...written, ...refused] }
}

/** The item of a device that cannot be written. Alone it is what the node ends with. */
function refusal(
  context: IExecuteFunctions,
  error: unknown,
  { index, isOnly }: { readonly index: number; readonly isOnly: boolean },
): OutItem {
  if (!(error instanceof NetlatchError)) throw error
  if (isOnly && !context.continueOnFail()) throw nodeError(context.getNode(), error, index)
  const { message, description, code } = wording(error)
  const json = { device: nameOf(context, index), result: 'refused', code, message, advice: description }
  return { json, needsAttention: true, from: [index] }
}

function editOf({ inventory }: Netlatch, { name, assignments }: Wanted): InventoryEdit {
  if (inventory.byName.has(name)) return { kind: 'set', devices: [name], assignments }
  return { kind: 'add-device', name, values: newDeviceValues(assignments) }
}

function nameOf(context: IExecuteFunctions, index: number): string {
  return String(context.getNodeParameter('name', index, '') ?? '').trim()
}

function readWanted(context: IExecuteFunctions, index: number): Wanted {
  const name = nameOf(context, index)
  if (name === '') throw new NetlatchError('USAGE', 'The device has no name.', { advice: "Fill in 'Name'." })
  const fields = context.getNodeParameter('fields', index, {}) as IDataObject
  const host = context.getNodeParameter('host', index, '')
  const filled = Object.entries({ host, ...fields }).flatMap(([key, value]) => {
    const text = (Array.isArray(value) ? value.join(',') : String(value ?? '')).trim()
    return text === '' ? [] : [parseAssignment(`${key}=${text}`)]
  })
  return { from: [index], name, assignments: filled }
}
