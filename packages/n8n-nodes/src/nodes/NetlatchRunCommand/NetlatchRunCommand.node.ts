import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow'
import {
  commandOperations,
  commandOptions,
  commandParameters,
  jobParameters,
} from '../../parameters/command-parameters.ts'
import { deviceParameters } from '../../parameters/device-parameters.ts'
import { workspaceParameter } from '../../parameters/locator-parameters.ts'
import { forAgents, operationParameter } from '../../parameters/operation-parameter.ts'
import { outputParameters } from '../../parameters/output-parameters.ts'
import { actionMethods, actionNode } from '../../run/action-node.ts'
import { runNode } from '../../run/run-node.ts'
import { type CommandRequest, readCommandRequest } from '../../work/command-request.ts'
import { job, run } from '../../work/run-commands.ts'

const works = { run, runJob: job }
const all = { operation: Object.keys(works) }

export class NetlatchRunCommand implements INodeType {
  description: INodeTypeDescription = {
    ...actionNode,
    displayName: 'Netlatch Run Command',
    name: 'netlatchRunCommand',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    subtitle: '={{$parameter["operation"]}}',
    description: 'Send read-only commands to network devices with the credential that opens each',
    defaults: { name: 'Netlatch Run Command' },
    usableAsTool: {
      replacements: {
        description:
          'Ask network devices with read-only commands as show version, and read their answers. Commands that change a device are refused.',
      },
    },
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [
      ...operationParameter(commandOperations, 'run'),
      workspaceParameter(),
      ...deviceParameters({ operation: ['run'] }),
      ...commandParameters,
      ...jobParameters,
      ...outputParameters(all),
      commandOptions,
    ],
  }

  methods = actionMethods

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runNode<CommandRequest>(this, {
      readRequest: readCommandRequest,
      works,
      forAgents: forAgents(commandOperations),
    })
  }
}
