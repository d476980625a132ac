import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { WorkspaceLocation } from './workspace.ts'

export const workspaceFileName = 'netlatch.yaml'
export const inventoryFileName = 'inventory.yaml'

export interface FindWorkspaceOptions {
  readonly cwd: string
  /** `NETLATCH_WORKSPACE` and `HOME` are read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** A folder, or a netlatch.yaml itself; wins over the environment. */
  readonly explicit?: string
}

/**
 * Upwards from the folder that was named (else the current one) to the first netlatch.yaml, not past the root of a git
 * repository or the home folder; else the folder itself, when it holds an inventory.yaml. Throws WORKSPACE_MISSING.
 */
export async function findWorkspace({ cwd, env, explicit }: FindWorkspaceOptions): Promise<WorkspaceLocation> {
  const named = explicit || env.NETLATCH_WORKSPACE
  const start = resolve(cwd, named ?? '.')
  if (named && (await kindOf(start)) === 'file') return { folder: dirname(start), file: start }
  if (named && (await kindOf(start)) === undefined) {
    throw new NetlatchError('WORKSPACE_MISSING', `${start}: there is no such folder.`, {
      advice: advise(start),
      details: { path: start },
    })
  }
  const home = resolve(env.HOME || env.USERPROFILE || homedir())
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, workspaceFileName)
    if ((await kindOf(file)) === 'file') return { folder, file }
    const isTop = folder === home || folder === dirname(folder)
    if (isTop || (await kindOf(join(folder, '.git')))) break
  }
  if ((await kindOf(join(start, inventoryFileName))) === 'file') return { folder: start }
  const message = `${start}: no ${workspaceFileName} here or above, and no ${inventoryFileName} here.`
  throw new NetlatchError('WORKSPACE_MISSING', message, {
    advice: advise(named ? start : undefined),
    details: { path: start },
  })
}

function advise(folder?: string): string {
  return folder ? `netlatch -C ${folder} init` : 'netlatch init'
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    // Not there, or not ours to look at: either way no workspace of ours.
    return undefined
  }
}
