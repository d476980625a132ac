import {
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IPollFunctions,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { testLogins, testWorkspace } from '../../lists/credential-tests.ts'
import { loadOptions } from '../../lists/workspace-lists.ts'
import { pollEvents } from '../../work/poll-events.ts'

export class NetlatchTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Netlatch Trigger',
    name: 'netlatchTrigger',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    description: 'Start the workflow when something happens to a device, its configuration or a credential',
    eventTriggerDescription: 'On device event',
    defaults: { name: 'On device event' },
    polling: true,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [
      {
        displayName: 'Trigger On',
        name: 'events',
        type: 'multiOptions',
        required: true,
        default: [],
        options: [
          { name: 'Account at Risk', value: 'accountAtRisk' },
          { name: 'Backup Held', value: 'backupHeld' },
          { name: 'Backup Overdue', value: 'backupOverdue' },
          { name: 'Configuration Changed', value: 'configurationChanged' },
          { name: 'Credential Found', value: 'credentialFound' },
          { name: 'Credential Quarantined', value: 'credentialQuarantined' },
          { name: 'Credential Stopped Working', value: 'credentialStoppedWorking' },
          { name: 'Host Key Changed', value: 'hostKeyChanged' },
        ],
      },
      {
        displayName: 'Workspace Names or IDs',
        name: 'workspaces',
        type: 'multiOptions',
        default: [],
        typeOptions: { loadOptionsMethod: 'getWorkspaces' },
        hint: 'None means all of them',
        description:
          'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
      },
    ],
  }

  methods = { loadOptions, credentialTest: { testLogins, testWorkspace } }

  async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
    return pollEvents(this)
  }
}
