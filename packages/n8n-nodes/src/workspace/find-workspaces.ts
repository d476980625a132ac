import { createHash } from 'node:crypto'
import {
  createWorkspace,
  type ListedWorkspace,
  listWorkspaces,
  type Netlatch,
  NetlatchError,
  nearestName,
  type OpenOptions,
  openNetlatch,
  type WorkspaceList,
} from '@netlatch/core'
import { loginsOf } from './logins-credential.ts'
import { OpenWorkspaces, type WorkspaceLease } from './open-workspaces.ts'
import type { Surroundings } from './surroundings.ts'
import { refuseCloud, refuseSeveralLedgers } from './where-n8n-runs.ts'
import { folderOf, keysOf, surroundingsOf } from './workspace-credential.ts'

/** All nodes of this process share it, so that the next node works over the connections of the one before. */
const openWorkspaces = new OpenWorkspaces()

/**
 * The workspaces of a credential's folder, which is made where the credential says so. Throws FILE_FORBIDDEN, WORKSPACE_MISSING, and USAGE in
 * n8n Cloud and in a queue mode of several hosts.
 */
export async function findWorkspaces({ credential, env, mayUseFile }: Surroundings): Promise<WorkspaceList> {
  refuseCloud(env)
  refuseSeveralLedgers(env, process.argv)
  const folder = folderOf(credential)
  if (!(await mayUseFile(folder))) throw new NetlatchError('FILE_FORBIDDEN', folder, { details: { path: folder } })
  const found = await listWorkspaces(folder).catch((error: unknown) => {
    if (credential.createIfMissing && error instanceof NetlatchError && error.code === 'WORKSPACE_MISSING')
      return undefined
    throw error
  })
  if (found && (found.workspaces.length > 0 || !credential.createIfMissing)) return found
  await createWorkspace(folder, { examples: false })
  return listWorkspaces(folder)
}

/** The one of that name; without a name the only one there is. Throws NOT_FOUND with the nearest, USAGE when one must be chosen. */
export function chooseWorkspace({ folder, isOne, workspaces }: WorkspaceList, name: string): ListedWorkspace {
  const [first] = workspaces
  if (name === '' && first && workspaces.length === 1) return first
  const found = workspaces.find((each) => each.name === name)
  if (found) return found
  const count = workspaces.length === 1 ? '1 workspace' : `${workspaces.length} workspaces`
  if (name === '')
    throw new NetlatchError('USAGE', `No workspace is chosen.`, { advice: `Choose one of ${count} in ${folder}.` })
  const near = nearestName(
    name,
    workspaces.map((each) => each.name),
  )
  const only = isOne && first ? `${folder} is itself a workspace, ${first.name}.` : `${count} in ${folder}.`
  throw new NetlatchError('NOT_FOUND', `Workspace '${name}' was not found`, {
    advice: near === undefined ? only : `Nearest: ${near}. ${only}`,
  })
}

/** Opens a workspace, or joins those who work with it. Throws what `openNetlatch` throws. */
export async function leaseWorkspace(
  place: ListedWorkspace,
  surroundings: Surroundings,
  options: Pick<OpenOptions, 'allowProblems'> = {},
): Promise<WorkspaceLease> {
  const { credential, logins } = surroundings
  const key = createHash('sha256')
    .update(JSON.stringify([place.location, credential, logins ?? null, options]))
    .digest('hex')
  return openWorkspaces.lease(key, () => open(place, surroundings, options))
}

async function open(
  place: ListedWorkspace,
  { credential, logins, env, mayUseFile }: Surroundings,
  options: Pick<OpenOptions, 'allowProblems'>,
): Promise<Netlatch> {
  return openNetlatch({
    ...options,
    ...surroundingsOf(credential, env, mayUseFile),
    cwd: place.location,
    workspace: place.location,
    program: 'n8n',
    keys: () => keysOf(credential),
    useVault: credential.unlock !== 'nothing',
    ...(logins && { logins: loginsOf(logins) }),
  })
}
