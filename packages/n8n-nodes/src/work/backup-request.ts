import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { type DeviceChoice, readDeviceChoice } from '../run/device-choice.ts'
import { type OutputShape, readOutputShape } from '../run/output-shape.ts'

/** What an item asks of Netlatch Run Backup. */
export interface BackupRequest {
  readonly operation: string
  readonly devices: DeviceChoice
  readonly shape: OutputShape
  readonly version: string
  readonly compare: string
  readonly from: string
  readonly to: string
  readonly options: BackupNodeOptions
}

interface BackupNodeOptions {
  readonly acceptShrink?: boolean
  readonly binaryField?: string
  readonly concurrency?: number
  readonly includeDiff?: boolean
  readonly limit?: number
  readonly output?: 'devices' | 'summary'
  readonly overdueHours?: number
  readonly push?: boolean
  readonly timeoutSeconds?: number
}

export function readBackupRequest(context: IExecuteFunctions, index: number): BackupRequest {
  const operation = String(context.getNodeParameter('operation', index))
  const text = (name: string) => String(context.getNodeParameter(name, index, '') ?? '').trim()
  return {
    operation,
    devices: readDeviceChoice(context, index),
    shape: readOutputShape(context, index),
    version: operation === 'getConfiguration' ? text('version') : '',
    compare: operation === 'getDiff' ? text('compare') : '',
    from: operation === 'getDiff' ? text('from') : '',
    to: operation === 'getDiff' ? text('to') : '',
    options: context.getNodeParameter('options', index, {}) as IDataObject & BackupNodeOptions,
  }
}
