import type { FileReader } from './file-reader.ts'

/** Earlier versions of a user's own files, from the git repository that holds them. Reads only: the work tree is not touched. */
export interface Revisions {
  /** The folder's files as they are in a commit (`origin/main`, `HEAD~3`, a hash). Throws GIT_FAILED, NOT_FOUND. */
  at(revision: string): Promise<Revision>
  /** Where two lines of history parted. Throws GIT_FAILED, NOT_FOUND. */
  mergeBase(a: string, b: string): Promise<string>
  /** The versions of one file, latest commit first; asks git for one at a time. Throws GIT_FAILED. */
  versionsOf(path: string): AsyncIterable<FileVersion>
  /** The three versions of a file in conflict; undefined when it is not in conflict. Throws GIT_FAILED. */
  conflictOf(path: string): Promise<FileConflict | undefined>
}

export interface Revision extends AsyncDisposable {
  /** Full hash. */
  readonly commit: string
  /** Files outside the repository are read from the disk: they are the same in every commit. */
  readonly files: FileReader
}

export interface FileVersion {
  readonly commit: string
  readonly text: string
}

/** Stages 1, 2 and 3 of git's index. */
export interface FileConflict {
  /** Absent when both sides added the file. */
  readonly base?: string
  /** Absent when this side removed the file. */
  readonly ours?: string
  readonly theirs?: string
}
