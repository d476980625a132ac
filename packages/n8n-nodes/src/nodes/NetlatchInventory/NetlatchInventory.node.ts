import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow'
import { inventoryForAgents, inventoryParameters } from '../../parameters/inventory-parameters.ts'
import { outputParameters } from '../../parameters/output-parameters.ts'
import { actionMethods, actionNode } from '../../run/action-node.ts'
import { runNode } from '../../run/run-node.ts'
import { checkWorkspace, getDevices } from '../../work/inventory.ts'
import { type InventoryRequest, readInventoryRequest } from '../../work/inventory-request.ts'
import { listAll } from '../../work/list-all-workspaces.ts'
import { writeDevices } from '../../work/write-devices.ts'

const works = {
  'device get': getDevices,
  'device getAll': getDevices,
  'device upsert': writeDevices,
  'workspace check': checkWorkspace,
}

export class NetlatchInventory implements INodeType {
  description: INodeTypeDescription = {
    ...actionNode,
    displayName: 'Netlatch Inventory',
    name: 'netlatchInventory',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Read and write network devices, and list the workspaces of customers',
    defaults: { name: 'Netlatch Inventory' },
    usableAsTool: {
      replacements: {
        description:
          'List network devices with address, platform, site, tags and whether a credential opens them. It does not connect.',
      },
    },
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [...inventoryParameters, ...outputParameters({ resource: ['device'], operation: ['get', 'getAll'] })],
  }

  methods = actionMethods

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const isOfFolder =
      this.getNodeParameter('resource', 0) === 'workspace' && this.getNodeParameter('operation', 0) === 'getAll'
    if (isOfFolder) return listAll(this)
    return runNode<InventoryRequest>(this, {
      readRequest: readInventoryRequest,
      allowProblems: true,
      works,
      forAgents: inventoryForAgents,
    })
  }
}
