import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { testLogins, testWorkspace } from '../../lists/credential-tests.ts'
import { listSearch, loadOptions } from '../../lists/workspace-lists.ts'
import { inventoryParameters } from '../../parameters/inventory-parameters.ts'
import { outputParameters } from '../../parameters/output-parameters.ts'
import { readSurroundings, runNode } from '../../run/run-node.ts'
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
    displayName: 'Netlatch Inventory',
    name: 'netlatchInventory',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Read and write network devices, and list the workspaces of customers',
    defaults: { name: 'Netlatch Inventory' },
    usableAsTool: {
      replacements: {
        description:
          'List network devices with address, platform, site, tags and whether a credential opens them. It does not connect.',
      },
    },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Done', 'Needs attention'],
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [...inventoryParameters, ...outputParameters({ resource: ['device'], operation: ['get', 'getAll'] })],
  }

  methods = { listSearch, loadOptions, credentialTest: { testLogins, testWorkspace } }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const isOfFolder = (item: number) =>
      this.getNodeParameter('resource', item) === 'workspace' && this.getNodeParameter('operation', item) === 'getAll'
    if (isOfFolder(0)) return listAll(this, await readSurroundings(this))
    return runNode<InventoryRequest>(this, {
      readRequest: readInventoryRequest,
      allowProblems: true,
      work: (work) => works[work.request.kind as keyof typeof works](work),
    })
  }
}
