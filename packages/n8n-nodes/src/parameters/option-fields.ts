import type { INodeProperties } from 'n8n-workflow'

export const concurrencyOption: INodeProperties = {
  displayName: 'Concurrency',
  name: 'concurrency',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 64,
  description: 'How many devices at once. The limits of the workspace hold as well.',
}

export const limitOption: INodeProperties = {
  displayName: 'Limit',
  name: 'limit',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 50,
  description: 'Max number of results to return',
}

export function timeoutOption(displayName: string, seconds: number): INodeProperties {
  return {
    displayName,
    name: 'timeoutSeconds',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: seconds,
    description: 'From connecting to the end of the login',
  }
}
