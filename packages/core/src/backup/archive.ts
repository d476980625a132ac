import type { RedactionMode } from '../workspace/redaction-modes.ts'
import type { StoredCapture } from './stored-capture.ts'

/**
 * Where configurations are kept: one text file per device and configuration, under a path made by archive-path.ts, with its
 * history. Everything given to it is redacted already. A promise that resolved is on the disk. All methods may be called by
 * several processes on one archive at once. Throws GIT_FAILED when git or its repository cannot do what was asked, NOT_FOUND
 * for a commit or blob that is not there.
 */
export interface Archive extends AsyncDisposable {
  /** Absolute path of the repository, for `git -C`. */
  readonly repository: string
  readonly branch: string

  /** Keeps a text as a blob that nothing names yet; returns its id. Equal texts have equal ids. */
  store(text: string): Promise<string>
  /** Puts stored blobs on the branch, as one commit. Null when that changes nothing: there is no commit then. */
  commit(run: ArchiveCommit): Promise<Committed | null>

  /** The commit of a run on the branch; undefined where there is none among the latest ones. */
  commitOf(runId: string): Promise<string | undefined>
  /** How the latest commit of a run stored secrets; undefined before the first one. */
  lastRedaction(): Promise<RedactionMode | undefined>
  /** Which of these blobs are there. */
  existing(blobs: readonly string[]): Promise<ReadonlySet<string>>

  /** Notes what a run has stored and not committed yet, so that the next run can finish one that was killed. */
  startJournal(run: Pick<AbandonedRun, 'runId' | 'devices' | 'redaction'>): Promise<RunJournal>
  /** Runs that were killed before their end; each is the caller's from now on. */
  abandonedRuns(): Promise<readonly AbandonedRun[]>

  /** Keeps captures that were not good enough, out of the branch and safe from garbage collection; returns their blobs. */
  hold(captures: readonly HeldCapture[]): Promise<readonly string[]>
  /** Lets go of held captures; those that are already gone are no error. Equal captures of a device are one. */
  dropHeld(
    captures: readonly { readonly device: string; readonly configuration: Configuration; readonly blob: string }[],
  ): Promise<void>

  /** The sealed configuration of a held capture; null where none was kept. */
  heldSealed(capture: Omit<HeldCapture, 'text' | 'sealed'> & { readonly blob: string }): Promise<string | null>

  /** The file on the branch: now, after a commit, or as it was at a time. Null when it was not there. */
  read(path: string, at?: string | Date): Promise<ArchivedText | null>
  readBlob(blob: string): Promise<string>
  /** Commits that changed a file, latest first. Walks the branch: prefer the state's index. @default limit 100 */
  history(path: string, options?: { readonly limit?: number }): Promise<readonly ArchiveEntry[]>
  /** What changed from one blob to another; null stands for a file that is not there. */
  diff(from: string | null, to: string | null, labels?: DiffLabels): Promise<TextDiff>
  /** Lines that match in all files of the branch, and with `past` in what they were before. */
  search(query: ArchiveQuery): AsyncIterable<ArchiveMatch>

  /** Publishes the branch. Commits of others are kept: ours are made again on top of them, nothing is ever forced. */
  push(remote: string, options?: { readonly signal?: AbortSignal }): Promise<Pushed>
  /** Packs what many runs left behind; only in a repository of our own. */
  maintain(): Promise<void>
  /** Checks every object. Throws GIT_FAILED with what git found. */
  verify(): Promise<void>
}

export type Configuration = 'running' | 'startup'

export interface ArchiveCommit {
  readonly runId: string
  /** How many devices the run took, changed or not. */
  readonly devices: number
  /** A blob of {@link Archive.store} per path; null takes the file away (a device moved to another site). */
  readonly files: readonly { readonly path: string; readonly blob: string | null }[]
  /** First line of the message. @default 'Back up 412 devices' */
  readonly subject?: string
  /** @default now */
  readonly at?: Date
  /** How its secrets are stored; noted with the commit. @default 'fingerprint' */
  readonly redaction?: RedactionMode
}

export interface Committed {
  readonly commit: string
}

/** Disposed of without being closed, it stays for the next run to finish. */
export interface RunJournal extends Disposable {
  /** On the disk when it resolves. */
  add(capture: StoredCapture): Promise<void>
  /** The run is committed and recorded: nothing is left to be finished. */
  close(): Promise<void>
}

/** As a {@link RunJournal} of a run that ended early. */
export interface AbandonedRun extends Disposable {
  readonly runId: string
  readonly devices: number
  readonly redaction: RedactionMode
  readonly captures: readonly StoredCapture[]
  /** It is committed and recorded. */
  close(): Promise<void>
}

export interface HeldCapture {
  readonly device: string
  readonly configuration: Configuration
  readonly text: string
  /** The sealed configuration, where the archive keeps them. */
  readonly sealed?: string
}

export interface ArchivedText {
  readonly blob: string
  readonly text: string
}

export interface ArchiveEntry {
  readonly commit: string
  readonly at: Date
  /** First line of the commit's message. */
  readonly subject: string
  /** Absent for a commit that somebody else made. */
  readonly runId?: string
  /** The file after this commit; null when the commit took it away. */
  readonly blob: string | null
}

export interface DiffLabels {
  readonly from: string
  readonly to: string
}

export interface TextDiff {
  /** Unified, three lines of context; empty when nothing changed. */
  readonly text: string
  readonly linesAdded: number
  readonly linesRemoved: number
}

export interface ArchiveQuery {
  readonly pattern: string
  /** An extended regular expression instead of plain text. @default false */
  readonly regexp?: boolean
  /** @default false */
  readonly ignoreCase?: boolean
  /** Only these files. @default all */
  readonly paths?: readonly string[]
  /** Look at every version there ever was, latest first. @default false */
  readonly past?: boolean
  readonly signal?: AbortSignal
}

export interface ArchiveMatch {
  readonly path: string
  /** The latest one for a file as it is now, else the one that brought the version. */
  readonly commit: string
  /** When that commit was made. */
  readonly at: Date
  /** In the file as it is now. */
  readonly current: boolean
  /** From 1. */
  readonly line: number
  readonly text: string
}

export interface Pushed {
  /** The commit that the remote branch is at now. */
  readonly commit: string
  /** How many of our commits had to be made again on top of others'. */
  readonly replayed: number
}
