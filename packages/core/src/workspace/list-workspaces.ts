import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { inventoryFileName, workspaceFileName } from './find-workspace.ts'

/** A folder that is a workspace, or that holds one workspace per customer. */
export interface WorkspaceList {
  /** Absolute. */
  readonly folder: string
  /** The folder itself is the only workspace. */
  readonly isOne: boolean
  /** Names are those of the folders. In order; empty in a folder without any. */
  readonly workspaces: readonly ListedWorkspace[]
}

export interface ListedWorkspace {
  readonly name: string
  /** The folder, or its netlatch.yaml: what `openNetlatch` is to be given so that it looks no further. */
  readonly location: string
}

/** The workspaces in a folder: itself, else its folders with an inventory.yaml or a netlatch.yaml. Throws WORKSPACE_MISSING. */
export async function listWorkspaces(path: string): Promise<WorkspaceList> {
  const folder = resolve(path)
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new NetlatchError('WORKSPACE_MISSING', `${folder}: there is no such folder.`, {
      details: { path: folder },
      cause,
      advice: 'netlatch init makes one.',
    })
  })
  const own = await locate(folder)
  if (own) return { folder, isOne: true, workspaces: [{ name: nameOf(folder), location: own }] }
  const inside = await Promise.all(
    entries
      .filter((name) => !name.startsWith('.'))
      .toSorted()
      .map(async (name) => ({ name, location: await locate(join(folder, name)) })),
  )
  const workspaces = inside.flatMap(({ name, location }) => (location === undefined ? [] : [{ name, location }]))
  return { folder, isOne: false, workspaces }
}

async function locate(folder: string): Promise<string | undefined> {
  if (await isFile(join(folder, workspaceFileName))) return join(folder, workspaceFileName)
  return (await isFile(join(folder, inventoryFileName))) ? folder : undefined
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    // Not there, or not ours to look at: no workspace of ours.
    () => false,
  )
}

function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder
}
