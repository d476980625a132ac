import { resolve } from 'node:path'
import { loadInventory } from './inventory/load-inventory.ts'
import { jobNames } from './jobs/load-jobs.ts'
import { loadPlatforms } from './platforms/load-platforms.ts'
import { readVault } from './vault/read-vault.ts'
import { diskFiles } from './workspace/file-reader.ts'
import { findWorkspace, loadWorkspace } from './workspace/load-workspace.ts'

export interface ListNamesOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** A folder, or a netlatch.yaml. @default NETLATCH_WORKSPACE, else upwards from `cwd` */
  readonly workspace?: string
}

/**
 * Names of one kind that a workspace knows, each once, for completing what somebody types. Reads only the files that have them,
 * and checks nothing. `selection` is what a bare word can be: a device, a group, a tag or `all`. Throws as `openNetlatch`.
 */
export async function listNames(kind: string, { cwd, env, workspace }: ListNamesOptions): Promise<readonly string[]> {
  const explicit = workspace || env.NETLATCH_WORKSPACE
  const found = await loadWorkspace(
    await findWorkspace({ cwd, env, ...(explicit && { explicit: resolve(cwd, explicit) }) }),
  )
  const { settings } = found
  if (kind === 'platform') return (await loadPlatforms(found)).platforms.names
  if (kind === 'job') return jobNames(settings.jobs, diskFiles)
  if (kind === 'realm') return Object.keys(settings.realms)
  if (kind === 'credential' || kind === 'recipient') {
    const vault = await readVault(settings.credentials)
    return (kind === 'credential' ? vault?.credentials : vault?.recipients)?.map(({ name }) => name) ?? []
  }
  const { devices, groups } = await loadInventory(found)
  const names = devices.map(({ name }) => name)
  const of: Readonly<Record<string, () => readonly (string | undefined)[]>> = {
    device: () => names,
    group: () => [...groups.keys()],
    tag: () => devices.flatMap(({ tags }) => tags),
    site: () => devices.map(({ site }) => site),
    role: () => devices.map(({ role }) => role),
    selection: () => [...names, ...groups.keys(), ...devices.flatMap(({ tags }) => tags), 'all'],
  }
  return [...new Set((of[kind]?.() ?? []).filter((name) => name !== undefined))]
}
