import type { FileChange } from '@netlatch/core'
import * as vscode from 'vscode'

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

interface ChangedLines {
  /** From 0; `last` is the first line that stays. */
  readonly first: number
  readonly last: number
  readonly lines: readonly string[]
}

/** Ranges of lines that differ. Texts of equal length are compared line by line, others as one range between equal ends. */
export function changedLines(before: readonly string[], after: readonly string[]): readonly ChangedLines[] {
  if (before.length === after.length)
    return after.flatMap((line, index) =>
      line === before[index] ? [] : [{ first: index, last: index + 1, lines: [line] }],
    )
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  return [{ first: start, last: before.length - end, lines: after.slice(start, after.length - end) }]
}
