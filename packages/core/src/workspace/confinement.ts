import { NetlatchError } from '../errors.ts'
import type { FileReader } from './file-reader.ts'
import { parseStateAddress } from './state-address.ts'
import type { WorkspaceSettings } from './workspace.ts'

/** How far the files of a workspace may reach, where people write them who may not use all that this program may. */
export interface Confinement {
  /** `command:` references and `ssh:` jump hosts start programs. */
  readonly allowPrograms: boolean
  /** Only variables that start so are read by `env:`. */
  readonly envPrefix: string
  /** Whether a file or folder, named by its absolute path, may be read and written. */
  readonly mayUseFile: (path: string) => Promise<boolean>
}

/** Files outside what is allowed cannot be read. Throws FILE_FORBIDDEN. */
export function confineFiles(files: FileReader, { mayUseFile }: Confinement): FileReader {
  return {
    readText: async (path) => {
      await refuseFile(path, mayUseFile)
      return files.readText(path)
    },
    glob: async (pattern) => {
      const found = await files.glob(pattern)
      const allowed = await Promise.all(found.map(mayUseFile))
      return found.filter((_, index) => allowed[index])
    },
  }
}

/** Checks what the settings name and nobody reads at once: state, backups, known hosts. Throws FILE_FORBIDDEN. */
export async function confineSettings(settings: WorkspaceSettings, { mayUseFile }: Confinement): Promise<void> {
  const { path: state } = parseStateAddress(settings.state) ?? {}
  const files = [settings.backups.repository, settings.knownHosts, settings.credentials]
  for (const path of [...(state === undefined ? [] : [state]), ...files]) await refuseFile(path, mayUseFile)
}

async function refuseFile(path: string, mayUseFile: Confinement['mayUseFile']): Promise<void> {
  if (await mayUseFile(path)) return
  throw new NetlatchError('FILE_FORBIDDEN', `${path}: is outside the folders that may be used here.`, {
    advice: 'Move the workspace and all that netlatch.yaml names into an allowed folder.',
    details: { path },
  })
}
