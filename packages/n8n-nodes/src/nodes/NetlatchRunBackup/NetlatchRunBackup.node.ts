import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { testLogins, testWorkspace } from '../../lists/credential-tests.ts'
import { listSearch, loadOptions } from '../../lists/workspace-lists.ts'
import { backupOperations, backupOptions, versionParameters } from '../../parameters/backup-parameters.ts'
import { deviceParameters } from '../../parameters/device-parameters.ts'
import { operationParameter } from '../../parameters/operation-parameter.ts'
import { outputParameters } from '../../parameters/output-parameters.ts'
import { workspaceParameter } from '../../parameters/workspace-parameter.ts'
import { runNode } from '../../run/run-node.ts'
import { backup } from '../../work/backup.ts'
import { type BackupRequest, readBackupRequest } from '../../work/backup-request.ts'
import { getConfiguration, getDiff, getStatus } from '../../work/saved-configurations.ts'

const works = { backup, getConfiguration, getDiff, getStatus }
const all = { operation: Object.keys(works) }

export class NetlatchRunBackup implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Netlatch Run Backup',
    name: 'netlatchRunBackup',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{$parameter["operation"]}}',
    description: 'Save the configurations of network devices into git, and read what was saved',
    defaults: { name: 'Netlatch Run Backup' },
    usableAsTool: {
      replacements: {
        description:
          'Read saved configurations of network devices, what changed in them, and how old the backups are. It does not connect.',
      },
    },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Done', 'Needs attention'],
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [
      ...operationParameter(backupOperations, 'backup'),
      workspaceParameter(),
      ...deviceParameters(all),
      ...versionParameters,
      ...outputParameters(all),
      backupOptions,
    ],
  }

  methods = { listSearch, loadOptions, credentialTest: { testLogins, testWorkspace } }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runNode<BackupRequest>(this, {
      readRequest: readBackupRequest,
      work: (work) => works[work.request.operation as keyof typeof works](work),
    })
  }
}
