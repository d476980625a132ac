import assert from 'node:assert/strict'
import { join } from 'node:path'
import * as vscode from 'vscode'
import { eventually, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

export const inventory = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))

export async function actionsAt(at: vscode.Position | vscode.Range): Promise<readonly vscode.CodeAction[]> {
  const range = at instanceof vscode.Range ? at : new vscode.Range(at, at)
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', inventory, range)
}

/** Waits until a quick fix is offered. */
export async function fixAt(at: vscode.Position | vscode.Range, title: string): Promise<vscode.CodeAction> {
  const offered = await eventually(
    () => actionsAt(at),
    (all) => all.some((action) => action.title === title),
  )
  return offered.find((action) => action.title === title) as vscode.CodeAction
}

export async function apply({ edit, command }: vscode.CodeAction): Promise<void> {
  if (edit) await vscode.workspace.applyEdit(edit)
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []))
}

/** The lines of a device in the inventory, its name among them. */
export function linesOf(document: vscode.TextDocument, device: string): vscode.Range {
  const lines = document.getText().split('\n')
  const first = lines.indexOf(`  ${device}:`)
  assert.ok(first !== -1, `${device} stands in the inventory`)
  const next = lines.findIndex((line, index) => index > first && !line.startsWith('    '))
  return new vscode.Range(first, 0, next === -1 ? lines.length : next, 0)
}

export function entryOf(document: vscode.TextDocument, device: string): string {
  return document.getText(linesOf(document, device))
}

/** One undo, as a person does it in this editor. */
export async function undo(): Promise<void> {
  await openFile('inventory.yaml')
  await vscode.commands.executeCommand('undo')
}
