import type { INodeProperties } from 'n8n-workflow'
import { deviceParameter, workspaceParameter } from './locator-parameters.ts'
import { forAgents, type OperationOption, operationParameter } from './operation-parameter.ts'

const deviceOperations: readonly OperationOption[] = [
  {
    name: 'Create or Update',
    value: 'upsert',
    action: 'Create or update device',
    description: 'Create device or update it if it exists (upsert)',
    forAgents: false,
  },
  { name: 'Get', value: 'get', action: 'Get device', description: 'Get one device', forAgents: true },
  {
    name: 'Get Many',
    value: 'getAll',
    action: 'Get many devices',
    description: 'Get many devices of the inventory',
    forAgents: true,
  },
]

const workspaceOperations: readonly OperationOption[] = [
  {
    name: 'Check',
    value: 'check',
    action: 'Check inventory files',
    description: "List what is wrong in the workspace's files",
    forAgents: true,
  },
  {
    name: 'Get Many',
    value: 'getAll',
    action: 'Get many workspaces',
    description: 'Get many workspaces: one item per customer',
    forAgents: true,
  },
]

/** Of each resource what an agent may ask for, as the requests name it. */
export const inventoryForAgents: readonly string[] = [
  ...forAgents(deviceOperations).map((operation) => `device ${operation}`),
  ...forAgents(workspaceOperations).map((operation) => `workspace ${operation}`),
]

const device = { resource: ['device'] }
const workspace = { resource: ['workspace'] }

export const inventoryParameters: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    default: 'device',
    options: [
      { name: 'Device', value: 'device' },
      { name: 'Workspace', value: 'workspace' },
    ],
  },
  ...operationParameter(deviceOperations, 'getAll', device),
  ...operationParameter(workspaceOperations, 'getAll', workspace),
  workspaceParameter({ show: device }),
  workspaceParameter({ show: { ...workspace, operation: ['check'] } }),
  deviceParameter({ show: { ...device, operation: ['get'] } }),
  ...newDevice(),
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    displayOptions: { show: { operation: ['getAll'] } },
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    displayOptions: { show: { operation: ['getAll'], returnAll: [false] } },
    description: 'Max number of results to return',
  },
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    displayOptions: { show: { ...device, operation: ['getAll'] } },
    options: [
      {
        displayName: 'Selection',
        name: 'selection',
        type: 'string',
        default: '',
        placeholder: 'e.g. site:dc1 and not lab',
      },
      {
        displayName: 'Status',
        name: 'statuses',
        type: 'options',
        default: 'all',
        options: [
          { name: 'Active Only', value: 'active' },
          { name: 'All', value: 'all' },
        ],
      },
    ],
  },
]

function newDevice(): INodeProperties[] {
  const displayOptions = { show: { ...device, operation: ['upsert'] } }
  const text = (displayName: string, name: string, example: string): INodeProperties => ({
    displayName,
    name,
    type: 'string',
    default: '',
    placeholder: `e.g. ${example}`,
  })
  return [
    { ...text('Name', 'name', 'fra-core-1'), required: true, displayOptions },
    {
      ...text('Host', 'host', '10.20.0.1'),
      displayOptions,
      description: 'Address or name. A new device needs one.',
    },
    {
      displayName: 'Fields',
      name: 'fields',
      type: 'collection',
      placeholder: 'Add Field',
      default: {},
      displayOptions,
      options: [
        text('Credential', 'credential', 'tacacs-netops'),
        text('Groups', 'groups', 'dc1,backbone'),
        text('Jump Host', 'jump_host', 'bastion'),
        text('Platform', 'platform', 'cisco_ios'),
        text('Port', 'port', '22'),
        text('Realm', 'realm', 'tacacs-core'),
        text('Role', 'role', 'access'),
        text('Site', 'site', 'dc1'),
        text('Status', 'status', 'active'),
        text('Tags', 'tags', 'core,ios'),
      ],
    },
  ]
}
