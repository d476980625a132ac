import type { INodeCredentialDescription } from 'n8n-workflow'

/** What every node is given: the workspace, and logins for people without a vault. */
export const credentialsOfNode: INodeCredentialDescription[] = [
  { name: 'netlatchWorkspaceApi', required: true, testedBy: 'testWorkspace' },
  { name: 'netlatchLoginsApi', required: false, displayName: 'Device Logins' },
]
