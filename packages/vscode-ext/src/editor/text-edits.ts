import type { FileChange } from '@netlatch/core'
import * as vscode from 'vscode'
import { changedLines } from '../annotate/changed-lines.ts'

const manyFiles = 20

/** A change of many files is asked for once more. */
export async function confirmChanges({ length }: readonly FileChange[]): Promise<boolean> {
  if (length <= manyFiles) return true
  const answer = await vscode.window.showWarningMessage(
    `Change ${length} files?`,
    { modal: true, detail: 'They are changed in the editor and not saved; one undo takes it back.' },
    'Change Files',
  )
  return answer !== undefined
}

/**
 * Changes of files as one edit of the editor: one step to undo, and only the lines that differ are touched. Files that are not
 * open stay unsaved like the others: a person looks, then saves.
 */
export function asWorkspaceEdit(changes: readonly FileChange[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit()
  for (const { path, before = '', after } of changes)
    for (const { first, last, lines } of changedLines(before.split('\n'), after.split('\n'))) {
      const range = new vscode.Range(first, 0, last, 0)
      edit.replace(vscode.Uri.file(path), range, lines.map((line) => `${line}\n`).join(''))
    }
  return edit
}
