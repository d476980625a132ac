import type { Origin, Problem } from '../model.ts'
import type { Expectation } from './expectations.ts'
import type { Retry } from './retry.ts'
import type { Waves } from './waves.ts'

/** What a file below jobs/ says: commands for a selection, or other jobs one after the other. */
export type JobFile = Job | JobBatch

export interface Job {
  readonly kind: 'job'
  /** The file's name without its ending. */
  readonly name: string
  readonly description?: string
  readonly selection: string
  readonly commands: JobCommands
  readonly save?: JobSave
  readonly limits: {
    /** @default the workspace's */
    readonly concurrency?: number
    /** @default 60_000 */
    readonly timeoutMs?: number
    /** @default 120_000 */
    readonly commandTimeoutMs?: number
  }
  readonly waves: Waves
  readonly retry?: Retry
  readonly expect: readonly Expectation[]
  readonly parse?: JobParse
  readonly origin: Origin
  /** SHA-256 of the file, so that the history says which version ran. */
  readonly digest: string
}

/** The same everywhere, or by platform with `any` for the rest. */
export type JobCommands = readonly string[] | Readonly<Record<string, readonly string[]>>

export interface JobSave {
  /** `outputs/{site}/{device}-{timestamp}.txt`, below the workspace. */
  readonly pattern: string
  /** Secrets of configurations as they are. @default false: fingerprints, as in a backup */
  readonly raw: boolean
  /** A file that is there is replaced, whole. @default false: it stays, and the device counts as failed */
  readonly replace: boolean
}

export interface JobParse {
  /** A file of the templates' folder. @default found by the index */
  readonly template?: string
  /** Share of the cells that must be filled, 0–1. @default 0 */
  readonly minScore: number
}

export interface JobBatch {
  readonly kind: 'batch'
  readonly name: string
  readonly description?: string
  readonly jobs: readonly string[]
  readonly stopOnFailure: boolean
  readonly delayMs: number
  readonly origin: Origin
}

export interface Jobs {
  /** In order of their names. Files with errors are not among them. */
  readonly files: readonly JobFile[]
  /** Everything wrong in the files. */
  readonly problems: readonly JobProblem[]
}

export interface JobProblem extends Problem {
  /** Whose file it is in. */
  readonly job: string
}
