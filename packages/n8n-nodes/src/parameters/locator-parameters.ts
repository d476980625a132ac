import type { INodeProperties } from 'n8n-workflow'

type Shown = INodeProperties['displayOptions']

/** The customer: one n8n node has one credential, so that it stands in the node. */
export function workspaceParameter(displayOptions?: Shown): INodeProperties {
  return {
    ...locator('Workspace', 'workspace', { listMethod: 'searchWorkspaces', example: 'acme' }),
    description: 'One customer of the folder. Not needed where the folder itself is a workspace.',
    ...(displayOptions && { displayOptions }),
  }
}

export function deviceParameter(displayOptions: Shown): INodeProperties {
  const list = { listMethod: 'searchDevices', example: 'fra-core-1' }
  return { ...locator('Device', 'device', list), required: true, ...(displayOptions && { displayOptions }) }
}

export function jobParameter(displayOptions: Shown): INodeProperties {
  const list = { listMethod: 'searchJobs', example: 'daily-health' }
  return { ...locator('Job', 'job', list), required: true, ...(displayOptions && { displayOptions }) }
}

/** A name, chosen from a list or written. */
function locator(
  displayName: string,
  name: string,
  { listMethod, example }: { readonly listMethod: string; readonly example: string },
): INodeProperties {
  return {
    displayName,
    name,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: `Select a ${name}`,
        typeOptions: { searchListMethod: listMethod, searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: `e.g. ${example}` },
    ],
  }
}
