import type { INodeProperties } from 'n8n-workflow'

type Shown = Record<string, string[]>

const simplified = { name: 'Simplified', value: 'simplified', description: 'The most telling fields' }
const fields = { name: 'Selected Fields', value: 'fields', description: 'The fields that are named' }
const raw = { name: 'Raw', value: 'raw', description: 'All fields' }

/** For operations that have more to say than they show: Simplify; to an agent it is Output. */
export function outputParameters(shown: Shown): INodeProperties[] {
  return [simplifyParameter(shown), ...agentOutputParameters(shown)]
}

export function simplifyParameter(shown: Shown): INodeProperties {
  return {
    displayName: 'Simplify',
    name: 'simplify',
    type: 'boolean',
    default: true,
    displayOptions: { show: shown, hide: { '@tool': [true] } },
    description: 'Whether to return a simplified version of the response instead of the raw data',
  }
}

/** What an agent reads costs: it may ask for named fields only. `hasRaw`: false where all there is is shown anyway. */
export function agentOutputParameters(
  shown: Shown,
  { hasRaw = true }: { readonly hasRaw?: boolean } = {},
): INodeProperties[] {
  return [
    {
      displayName: 'Output',
      name: 'toolOutput',
      type: 'options',
      default: 'simplified',
      displayOptions: { show: { ...shown, '@tool': [true] } },
      options: hasRaw ? [raw, fields, simplified] : [fields, simplified],
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
