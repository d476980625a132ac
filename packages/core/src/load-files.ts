import { join } from 'node:path'
import { lintInventory } from './inventory/lint-inventory.ts'
import { type Inventory, loadInventory } from './inventory/load-inventory.ts'
import type { Credential, Problem } from './model.ts'
import { loadPlatforms } from './platforms/load-platforms.ts'
import type { PlatformSet } from './platforms/platform-set.ts'
import { readVault, type VaultFile } from './vault/read-vault.ts'
import { diskFiles, type FileReader, isMissingFile } from './workspace/file-reader.ts'
import { workspaceFileName } from './workspace/find-workspace.ts'
import { withoutFollowUps } from './workspace/follow-ups.ts'
import { loadWorkspace, type Workspace, type WorkspaceLocation } from './workspace/load-workspace.ts'

/** What the files of a workspace say, and what is wrong in them. */
export interface WorkspaceFiles {
  readonly workspace: Workspace
  readonly inventory: Inventory
  /** The built-in platforms and those of the workspace. */
  readonly platforms: PlatformSet
  /** The vault's public part, unverified; undefined without a vault. */
  readonly vaultFile: VaultFile | undefined
  readonly credentials: readonly Credential[]
  /** Everything wrong in the workspace's files, errors first. */
  readonly problems: readonly Problem[]
}

/** Reads the files that a user owns, from the disk or from a commit, and checks them against each other. */
export async function loadFiles(
  location: WorkspaceLocation,
  now: Date,
  files: FileReader = diskFiles,
): Promise<WorkspaceFiles> {
  const workspace = await loadWorkspace(location, files)
  const { platforms, problems: inPlatforms } = await loadPlatforms(workspace, files)
  const inventory = await loadInventory(workspace, { platforms: platforms.names }, files)
  const vaultFile = await readVault(workspace.settings.credentials, undefined, files)
  const problems = [
    ...workspace.problems,
    ...inPlatforms,
    ...inventory.problems,
    ...(vaultFile?.problems ?? []),
    ...lintInventory({ workspace, inventory, platforms, vaultFile, now }),
  ]
  const { source } = workspace
  const told = withoutFollowUps(
    problems,
    [...(source ? [source] : []), ...inventory.files, ...(vaultFile ? [vaultFile.yaml] : [])],
    [
      { codes: ['unknown-realm', 'unknown-jump-host'], on: [source], named: true },
      // Other files, which the settings name, may hold these.
      { codes: ['unknown-platform', 'unknown-group'], on: [source] },
      { codes: ['unknown-group'], on: inventory.files, named: true },
      { codes: ['no-candidate', 'credential-unused'], on: [source, ...inventory.files] },
    ],
  )
  return {
    workspace,
    inventory,
    platforms,
    vaultFile,
    credentials: vaultFile?.credentials ?? [],
    problems: errorsFirst(told),
  }
}

/** The same for a commit, which may not have every file that is there now. */
export async function loadFilesAt(
  files: FileReader,
  { folder, file = join(folder, workspaceFileName) }: WorkspaceLocation,
  now: Date,
): Promise<WorkspaceFiles> {
  const hadFile = await files.readText(file).then(
    () => true,
    (error: unknown) => !isMissingFile(error),
  )
  return loadFiles({ folder, ...(hadFile && { file }) }, now, files)
}

function errorsFirst(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1))
}
