import { access, constants, stat } from 'node:fs/promises'
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
 * repository or the home folder; else the folder itself, when it holds an inventory.yaml. Throws WORKSPACE_MISSING, and FILE_UNREADABLE for a
 * folder that this user may not look into.
 */
export async function findWorkspace({ cwd, env, explicit }: FindWorkspaceOptions): Promise<WorkspaceLocation> {
  const named = explicit || env.NETLATCH_WORKSPACE
  const start = resolve(cwd, named ?? '.')
  if (named && (await kindOf(start)) === 'file') return { folder: dirname(start), file: start }
  if (named && (await kindOf(start)) === undefined) {
    await refuseForbidden(start)
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
  await refuseForbidden(start)
  const message = `${start}: no ${workspaceFileName} here or above, and no ${inventoryFileName} here.`
  throw new NetlatchError('WORKSPACE_MISSING', message, {
    advice: advise(named ? start : undefined),
    details: { path: start },
  })
}

function advise(folder?: string): string {
  return folder ? `netlatch -C ${folder} init` : 'netlatch init'
}

/** A workspace may well be there: to make one would be the wrong advice. */
async function refuseForbidden(folder: string): Promise<void> {
  const code = await access(folder, constants.X_OK).then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined),
  )
  if (code !== 'EACCES' && code !== 'EPERM') return
  const advice = 'Check the rights of the folder, or use the account it belongs to.'
  throw new NetlatchError('FILE_UNREADABLE', `${folder}: may not be read by this user.`, { advice })
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    // Not there, or not ours to look at: either way no workspace of ours.
    return undefined
  }
}
