import type * as vscode from 'vscode'
import type { Runs } from './actions/runs.ts'
import type { Unlocking } from './actions/unlocking.ts'
import type { Documents } from './documents.ts'
import type { Folders } from './folders.ts'
import type { Services } from './services.ts'

/** What commands and views have in common: one of each for the window. */
export interface App {
  readonly context: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly services: Services
  readonly folders: Folders
  readonly documents: Documents
  readonly unlocking: Unlocking
  readonly runs: Runs
}
