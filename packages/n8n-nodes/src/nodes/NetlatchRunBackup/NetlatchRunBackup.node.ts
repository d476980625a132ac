import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow'
import { backupOperations, backupOptions, versionParameters } from '../../parameters/backup-parameters.ts'
import { deviceParameters } from '../../parameters/device-parameters.ts'
import { workspaceParameter } from '../../parameters/locator-parameters.ts'
import { forAgents, operationParameter } from '../../parameters/operation-parameter.ts'
import { agentOutputParameters, simplifyParameter } from '../../parameters/output-parameters.ts'
import { actionMethods, actionNode } from '../../run/action-node.ts'
import { runNode } from '../../run/run-node.ts'
import { backup } from '../../work/backup.ts'
import { type BackupRequest, readBackupRequest } from '../../work/backup-request.ts'
import { getConfiguration, getDiff, getStatus } from '../../work/saved-configurations.ts'

const works = { backup, getConfiguration, getDiff, getStatus }
const all = { operation: Object.keys(works) }

export class NetlatchRunBackup implements INodeType {
  description: INodeTypeDescription = {
    ...actionNode,
    displayName: 'Netlatch Run Backup',
    name: 'netlatchRunBackup',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    subtitle: '={{$parameter["operation"]}}',
    description: 'Save the configurations of network devices into git, and read what was saved',
    defaults: { name: 'Netlatch Run Backup' },
    usableAsTool: {
      replacements: {
        description:
          'Read saved configurations of network devices, what changed in them, and how old the backups are. It does not connect.',
      },
    },
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [
      ...operationParameter(backupOperations, 'backup'),
      workspaceParameter(),
      ...deviceParameters(all),
      ...versionParameters,
      simplifyParameter({ operation: ['backup'] }),
      ...agentOutputParameters({ operation: [...forAgents(backupOperations)] }, { hasRaw: false }),
      backupOptions,
    ],
  }

  methods = actionMethods

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runNode<BackupRequest>(this, {
      readRequest: readBackupRequest,
      works,
      forAgents: forAgents(backupOperations),
    })
  }
}
