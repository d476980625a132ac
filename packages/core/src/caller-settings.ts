import type { WorkspaceFiles } from './load-files.ts'
import type { ReadLogins } from './vault/logins.ts'

/** What a program decides in the place of the workspace's files. */
export interface CallerSettings {
  /** Goes before the workspace's own `host_keys:`. */
  readonly hostKeys?: 'strict' | 'accept-new'
  /** Goes before the workspace's own `state:`; may hold a password, which files may not. */
  readonly state?: string
  /** False: the vault stays closed, and its credentials are none. @default true */
  readonly useVault?: boolean
}

/** The workspace as the program is to see it. */
export function withCallerSettings(
  files: WorkspaceFiles,
  { hostKeys, state, useVault = true }: CallerSettings,
  logins: ReadLogins | undefined,
): WorkspaceFiles {
  const { workspace, vaultFile, credentials, ...rest } = files
  const { settings } = workspace
  return {
    ...rest,
    vaultFile: useVault ? vaultFile : undefined,
    credentials: [...(useVault ? credentials : []), ...(logins?.credentials ?? [])],
    workspace: {
      ...workspace,
      settings: {
        ...settings,
        ...(hostKeys !== undefined && { hostKeys }),
        ...(state !== undefined && { state }),
      },
    },
  }
}
