import { dirname, join, sep } from 'node:path'
import type { Platform } from '../platforms/platform.ts'
import { templatesIn } from '../textfsm/template-folder.ts'
import { diskFiles, type FileReader } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { answerFilesIn } from './answer-files-folder.ts'
import type { JobsPort } from './jobs-port.ts'
import { loadJobs } from './load-jobs.ts'

export interface JobsPortOptions {
  readonly platform: (name: string) => Platform | undefined
  readonly platformNames: readonly string[]
  /** @default the disk */
  readonly files?: FileReader
}

export function openJobsPort(workspace: Workspace, { files = diskFiles, ...platforms }: JobsPortOptions): JobsPort {
  const { folder, settings } = workspace
  const { textfsm } = settings
  const surroundings = { ...platforms, folder, reserved: foldersInUse(workspace), hasTemplates: textfsm !== undefined }
  return {
    jobs: () => loadJobs(workspace, surroundings, files),
    templates: textfsm === undefined ? undefined : templatesIn(textfsm, displayPath(folder, textfsm), files),
    answerFiles: answerFilesIn(folder),
  }
}

/** Folders below the workspace whose files mean something: the inventory, the jobs themselves, the state … */
function foldersInUse({ folder, settings }: Workspace): readonly string[] {
  const { inventory, jobs, platforms, textfsm, state, credentials, knownHosts, backups } = settings
  const globs = [
    ...inventory.map((source) => (typeof source === 'string' ? source : `${source.path}/_`)),
    ...jobs,
    ...platforms,
  ]
  const files = [credentials, knownHosts, ...(/^sqlite:\/|^sqljs:\//.test(state) ? [state.replace(/^\w+:/, '')] : [])]
  const all = [
    ...[...globs, ...files].map((path) => dirname(path.replace(/[*?[{].*$/, '_'))),
    backups.repository,
    ...(textfsm === undefined ? [] : [textfsm]),
  ]
  return all.filter((path) => path !== folder && path.startsWith(join(folder, sep)))
}
