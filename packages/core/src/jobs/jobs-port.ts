import type { Templates } from '../textfsm/templates.ts'
import type { AnswerFiles } from './answer-files.ts'
import type { Jobs } from './job.ts'

/** What jobs need of the disk. */
export interface JobsPort {
  /** The jobs as their files are now. */
  jobs(): Promise<Jobs>
  /** Undefined where netlatch.yaml names no folder of templates. */
  readonly templates: Templates | undefined
  readonly answerFiles: AnswerFiles
}
