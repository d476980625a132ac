import { dirname } from 'node:path'
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
  const { textfsm, state, backups } = settings
  const reserved = [
    ...settings.jobs.map((pattern) => dirname(pattern.replace(/[*?[{].*$/, '_'))),
    backups.repository,
    ...(textfsm === undefined ? [] : [textfsm]),
    ...(state.startsWith('sqlite:/') ? [dirname(state.slice('sqlite:'.length))] : []),
  ].filter((path) => path !== folder)
  const surroundings = { ...platforms, folder, reserved, hasTemplates: textfsm !== undefined }
  return {
    jobs: () => loadJobs(workspace, surroundings, files),
    templates: textfsm === undefined ? undefined : templatesIn(textfsm, displayPath(folder, textfsm), files),
    answerFiles: answerFilesIn(folder),
  }
}
