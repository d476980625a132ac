import type { IBinaryKeyData, IDataObject, NodeExecutionHint } from 'n8n-workflow'

/** One item that comes out. */
export interface OutItem {
  readonly json: IDataObject
  /** Comes out of the second output. @default false */
  readonly needsAttention?: boolean
  /** The input items it belongs to. @default all that asked for the work */
  readonly from?: readonly number[]
  readonly binary?: IBinaryKeyData
}

/** What one piece of work gives. */
export interface Outcome {
  readonly items: readonly OutItem[]
  readonly hint?: NodeExecutionHint
}

/** Plain JSON: dates as text, no undefined, nothing with a method of its own. */
export function plain(value: object): IDataObject {
  return JSON.parse(JSON.stringify(value)) as IDataObject
}
