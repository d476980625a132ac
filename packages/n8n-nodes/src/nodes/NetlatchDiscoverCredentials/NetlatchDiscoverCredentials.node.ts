import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow'
import { deviceParameters } from '../../parameters/device-parameters.ts'
import { discoverOperations, discoverOptions } from '../../parameters/discover-parameters.ts'
import { workspaceParameter } from '../../parameters/locator-parameters.ts'
import { forAgents, operationParameter } from '../../parameters/operation-parameter.ts'
import { outputParameters } from '../../parameters/output-parameters.ts'
import { actionMethods, actionNode } from '../../run/action-node.ts'
import { runNode } from '../../run/run-node.ts'
import { coverage } from '../../work/coverage.ts'
import { discover, testLogin } from '../../work/discover.ts'
import { type DiscoverRequest, readDiscoverRequest } from '../../work/discover-request.ts'
import { explain } from '../../work/explain.ts'
import { plan } from '../../work/plan.ts'
import { scan } from '../../work/scan-host-keys.ts'

const works = { coverage, discover, explain, plan, scanHostKeys: scan, testLogin }
const all = { operation: Object.keys(works) }

export class NetlatchDiscoverCredentials implements INodeType {
  description: INodeTypeDescription = {
    ...actionNode,
    displayName: 'Netlatch Discover Credentials',
    name: 'netlatchDiscoverCredentials',
    icon: { light: 'file:../../icons/netlatch.svg', dark: 'file:../../icons/netlatch.dark.svg' },
    subtitle: '={{$parameter["operation"]}}',
    description: 'Find out which credential opens which network device. It sends a secret only where that is allowed',
    defaults: { name: 'Netlatch Discover Credentials' },
    usableAsTool: {
      replacements: {
        description:
          'List network devices no credential opens, with the reason. Use it to answer questions about access. It does not connect.',
      },
    },
    credentials: [
      { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
      { name: 'netlatchLoginsApi', required: false, testedBy: 'testLogins' },
    ],
    properties: [
      ...operationParameter(discoverOperations, 'discover'),
      workspaceParameter(),
      ...deviceParameters(all),
      ...outputParameters({ operation: Object.keys(works).filter((operation) => operation !== 'scanHostKeys') }),
      discoverOptions,
    ],
  }

  methods = actionMethods

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return runNode<DiscoverRequest>(this, {
      readRequest: readDiscoverRequest,
      works,
      forAgents: forAgents(discoverOperations),
    })
  }
}
