import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { quoted } from '../run/device-choice.ts'
import { type OutputShape, readOutputShape } from '../run/output-shape.ts'

/** What an item asks of Netlatch Inventory. The fields of a device to be written are the item's own. */
export interface InventoryRequest {
  /** `device get`: of which resource, and what. */
  readonly operation: string
  readonly shape: OutputShape
  readonly selection: string
  readonly statuses: 'active' | 'all'
  /** Undefined: all. */
  readonly limit?: number
}

export function readInventoryRequest(context: IExecuteFunctions, index: number): InventoryRequest {
  const action = String(context.getNodeParameter('operation', index))
  const operation = `${String(context.getNodeParameter('resource', index))} ${action}`
  const filters = context.getNodeParameter('filters', index, {}) as IDataObject
  const device = operation === 'device get' ? context.getNodeParameter('device', index, '', { extractValue: true }) : ''
  const isAll = action !== 'getAll' || context.getNodeParameter('returnAll', index, false) === true
  return {
    operation,
    shape: readOutputShape(context, index),
    selection: operation === 'device get' ? `name:${quoted(String(device ?? ''))}` : String(filters.selection || 'all'),
    statuses: filters.statuses === 'active' ? 'active' : 'all',
    ...(!isAll && { limit: Number(context.getNodeParameter('limit', index, 50)) }),
  }
}
