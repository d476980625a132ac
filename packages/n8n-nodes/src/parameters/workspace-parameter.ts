import type { INodeProperties } from 'n8n-workflow'

/** The customer: one n8n node has one credential, so that it stands in the node. */
export function workspaceParameter(displayOptions?: INodeProperties['displayOptions']): INodeProperties {
  return {
    displayName: 'Workspace',
    name: 'workspace',
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    description: 'One customer of the folder. Not needed where the folder itself is a workspace.',
    ...(displayOptions && { displayOptions }),
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: 'Select a workspace',
        typeOptions: { searchListMethod: 'searchWorkspaces', searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. acme' },
    ],
  }
}
