import { NodeConnectionTypes } from 'n8n-workflow'
import { testLogins, testWorkspace } from '../lists/credential-tests.ts'
import { listSearch, loadOptions } from '../lists/workspace-lists.ts'

/**
 * What the four action nodes have in common. Icon, subtitle and credentials stand in each of them: there n8n's lint looks for them.
 */
export const actionNode = {
  group: ['transform'] as ['transform'],
  version: 1,
  inputs: [NodeConnectionTypes.Main],
  outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
  outputNames: ['Done', 'Needs attention'],
}

/** What their parameters and credentials call. */
export const actionMethods = { listSearch, loadOptions, credentialTest: { testLogins, testWorkspace } }
