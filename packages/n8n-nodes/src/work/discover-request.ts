import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { type DeviceChoice, readDeviceChoice } from '../run/device-choice.ts'
import { type OutputShape, readOutputShape } from '../run/output-shape.ts'

/** What an item asks of Netlatch Discover Credentials. */
export interface DiscoverRequest {
  readonly operation: string
  readonly devices: DeviceChoice
  readonly shape: OutputShape
  readonly options: DiscoverNodeOptions
}

interface DiscoverNodeOptions {
  readonly concurrency?: number
  readonly credentials?: readonly string[]
  readonly includeFallback?: boolean
  readonly limit?: number
  readonly output?: 'devices' | 'summary'
  readonly requirePrivileged?: boolean
  readonly retest?: 'everything' | 'failed' | 'old'
  readonly save?: boolean
  readonly timeoutSeconds?: number
}

export function readDiscoverRequest(context: IExecuteFunctions, index: number): DiscoverRequest {
  return {
    operation: String(context.getNodeParameter('operation', index)),
    devices: readDeviceChoice(context, index),
    shape: readOutputShape(context, index),
    options: context.getNodeParameter('options', index, {}) as IDataObject & DiscoverNodeOptions,
  }
}

/** The options that every operation hands to the core as they are. */
export function coreOptions({
  concurrency,
  credentials = [],
  includeFallback,
  timeoutSeconds = 30,
}: DiscoverNodeOptions) {
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(credentials.length > 0 && { credentials }),
    ...(includeFallback && { includeFallback }),
    timeoutMs: timeoutSeconds * 1000,
  }
}
