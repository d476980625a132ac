import type { FileChange } from '@netlatch/core'
import * as vscode from 'vscode'
import { changedLines, isSameText } from '../annotate/changed-lines.ts'

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
 * open stay unsaved like the others: a person looks, then saves. Throws when a file is not what the change was planned on: its
 * lines would be others.
 */
export async function asWorkspaceEdit(changes: readonly FileChange[]): Promise<vscode.WorkspaceEdit> {
  await requireUnchanged(changes)
  const edit = new vscode.WorkspaceEdit()
  for (const { path, before = '', after } of changes)
    for (const { first, last, lines } of changedLines(before.split('\n'), after.split('\n'))) {
      const range = new vscode.Range(first, 0, last, 0)
      edit.replace(vscode.Uri.file(path), range, lines.map((line) => `${line}\n`).join(''))
    }
  return edit
}

/** Throws when a file is not what these changes were planned on. */
export async function requireUnchanged(changes: readonly FileChange[]): Promise<void> {
  for (const { path, before } of changes) {
    if (before === undefined) continue
    const document = await vscode.workspace.openTextDocument(path)
    if (!isSameText(document.getText(), before)) throw changedMeanwhile(document)
  }
}

export async function applyWhole(edit: vscode.WorkspaceEdit): Promise<void> {
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error('The editor did not take the change: nothing was changed. Do it again.')
}

/** Whether what was read with this version is what the document says now; undefined: it was read from the disk. */
export function isCurrent(document: vscode.TextDocument, version: number | undefined): boolean {
  return version === undefined ? !document.isDirty : version === document.version
}

export function changedMeanwhile({ uri }: vscode.TextDocument): Error {
  const name = vscode.workspace.asRelativePath(uri)
  return new Error(`${name} has changed since it was read: nothing was changed. Do it again.`)
}
