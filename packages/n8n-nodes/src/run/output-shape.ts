import type { IExecuteFunctions } from 'n8n-workflow'
import type { OutItem } from './node-items.ts'
import { isToolRun } from './tool-run.ts'

/** How an item asks its results to look, as output-parameters.ts has it. */
export interface OutputShape {
  readonly simplify: boolean
  /** Nothing but these fields. @default all */
  readonly fields?: readonly string[]
}

export function readOutputShape(context: IExecuteFunctions, index: number): OutputShape {
  if (!isToolRun(context)) return { simplify: context.getNodeParameter('simplify', index, true) === true }
  const output = context.getNodeParameter('toolOutput', index, 'simplified')
  if (output !== 'fields') return { simplify: output !== 'raw' }
  const fields = String(context.getNodeParameter('toolFields', index, '') ?? '')
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '')
  return { simplify: false, fields }
}

export function shaped(item: OutItem, { fields }: OutputShape): OutItem {
  if (!fields || fields.length === 0) return item
  return { ...item, json: Object.fromEntries(Object.entries(item.json).filter(([key]) => fields.includes(key))) }
}
