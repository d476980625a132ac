import { resolve } from 'node:path'
import { NetlatchError } from './errors.ts'
import type { ListNamesOptions } from './list-names.ts'
import { type LoadedPlatforms, loadPlatforms } from './platforms/load-platforms.ts'
import { builtInPlatforms } from './platforms/platform-set.ts'
import { findWorkspace, loadWorkspace } from './workspace/load-workspace.ts'
import type { Workspace } from './workspace/workspace.ts'

export interface FoundPlatforms extends LoadedPlatforms {
  /** Absent where there is none: then only built-in platforms are known. */
  readonly workspace?: Workspace
}

/** The platforms that are known here, in a workspace or without one. Throws for a workspace that was named and is not there. */
export async function findPlatforms({ cwd, env, workspace }: ListNamesOptions): Promise<FoundPlatforms> {
  const explicit = workspace || env.NETLATCH_WORKSPACE
  try {
    const location = await findWorkspace({ cwd, env, ...(explicit && { explicit: resolve(cwd, explicit) }) })
    const found = await loadWorkspace(location)
    return { ...(await loadPlatforms(found)), workspace: found }
  } catch (error) {
    if (explicit || !(error instanceof NetlatchError) || error.code !== 'WORKSPACE_MISSING') throw error
    return { platforms: builtInPlatforms, problems: [] }
  }
}
