import type { IExecuteFunctions } from 'n8n-workflow'
import type { FileAccess } from './file-access.ts'
import type { LoginsCredential } from './logins-credential.ts'
import type { WorkspaceCredential } from './workspace-credential.ts'

/** What n8n gives a node to work with. */
export interface Surroundings {
  readonly credential: WorkspaceCredential
  readonly logins?: LoginsCredential
  readonly env: Readonly<Record<string, string | undefined>>
  readonly mayUseFile: FileAccess
}

/** What the node's credentials say; executions, polls and lists have them in the same way. */
export async function readSurroundings(
  context: Pick<IExecuteFunctions, 'getCredentials' | 'getNode'>,
  mayUseFile: FileAccess,
): Promise<Surroundings> {
  const credential = await context.getCredentials<WorkspaceCredential & object>('netlatchWorkspaceApi')
  const hasLogins = context.getNode().credentials?.netlatchLoginsApi !== undefined
  const logins = hasLogins ? await context.getCredentials<LoginsCredential & object>('netlatchLoginsApi') : undefined
  return { credential, env: process.env, mayUseFile, ...(logins && { logins }) }
}
