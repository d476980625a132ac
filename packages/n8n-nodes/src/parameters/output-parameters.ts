import type { INodeProperties } from 'n8n-workflow'

/** Simplify; to an agent it is Output, which may also name fields: what an agent reads costs. */
export function outputParameters(shown: Record<string, string[]>): INodeProperties[] {
  return [
    {
      displayName: 'Simplify',
      name: 'simplify',
      type: 'boolean',
      default: true,
      displayOptions: { show: shown, hide: { '@tool': [true] } },
      description: 'Whether to return a simplified version of the response instead of the raw data',
    },
    {
      displayName: 'Output',
      name: 'toolOutput',
      type: 'options',
      default: 'simplified',
      displayOptions: { show: { ...shown, '@tool': [true] } },
      options: [
        { name: 'Raw', value: 'raw', description: 'All fields' },
        { name: 'Selected Fields', value: 'fields', description: 'The fields that are named' },
        { name: 'Simplified', value: 'simplified', description: 'The most telling fields' },
      ],
    },
    {
      displayName: 'Fields',
      name: 'toolFields',
      type: 'string',
      default: 'device,result,message',
      displayOptions: { show: { ...shown, '@tool': [true], toolOutput: ['fields'] } },
      description: 'Names of the fields, separated by commas',
    },
  ]
}
