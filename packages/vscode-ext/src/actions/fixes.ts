import type { Assignment, InventoryEdit } from '@netlatch/core'
import * as vscode from 'vscode'
import { needsTrust } from '../annotate/fix-titles.ts'
import type { App } from '../app.ts'
import type { FixRequest } from '../editor/problems.ts'
import { applyWhole, asWorkspaceEdit, changedMeanwhile, confirmChanges, isCurrent } from '../editor/text-edits.ts'
import type { Folder } from '../folders.ts'
import { requireTrust } from '../trust.ts'
import { moveSecret } from './credentials.ts'

/** Carries out a quick fix: an edit that one undo takes back, or a command. */
export async function applyFix(app: App, given: unknown): Promise<void> {
  const request = given as FixRequest
  const { fix, path } = request
  const folder = app.folders.get(request.folder)
  if (!folder) return
  if (needsTrust(fix)) requireTrust()
  switch (fix.kind) {
    case 'replace':
      return replaceWord(request, fix.was, fix.text)
    case 'go-to':
      return goTo(folder, fix.at)
    case 'move-secret':
      return moveSecret(app, folder, path, fix.place)
    case 'add-tag':
      return edit(app, folder, [assign(fix.device, { key: 'tags', operator: '+=', value: [fix.tag] })])
    case 'pin':
      return pin(app, folder, fix.device)
    case 'pin-to':
      return edit(app, folder, [assign(fix.device, { key: 'credential', operator: '=', value: fix.credential })])
    case 'unpin':
      return edit(app, folder, [assign(fix.device, { key: 'credential', operator: '=' })])
    case 'remove-profile':
      return edit(app, folder, [assign(fix.device, { key: 'ssh', operator: '=' })])
    case 'extend-profile':
      return replaceWord(request, fix.until, fix.by)
    case 'profile':
      return useProfile(app, folder, fix)
    case 'command':
      await vscode.commands.executeCommand(fix.command, { folder: folder.folder, devices: [fix.device] })
      return
  }
}

function assign(device: string, assignment: Assignment): InventoryEdit {
  return { kind: 'set', devices: [device], assignments: [assignment] }
}

/** Planned on what is typed, not on what was read before it. */
async function edit(app: App, folder: Folder, edits: readonly InventoryEdit[]): Promise<void> {
  await app.folders.allSettled(folder)
  const changes = await app.services.language.call('edits', { folder: folder.folder, edits })
  if (await confirmChanges(changes)) await applyWhole(await asWorkspaceEdit(changes))
}

/** Writes another word over the first one of this kind from where the problem stands, while it still stands there. */
async function replaceWord({ path, line, column, version }: FixRequest, was: string, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(path)
  if (!isCurrent(document, version)) throw changedMeanwhile(document)
  const from = document.offsetAt(new vscode.Position(line - 1, column - 1))
  const start = document.getText().indexOf(was, from)
  if (start === -1) return
  const change = new vscode.WorkspaceEdit()
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + was.length))
  change.replace(document.uri, range, text)
  await applyWhole(change)
}

async function goTo(
  { root }: Folder,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
): Promise<void> {
  const at = new vscode.Position(line - 1, column - 1)
  await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(root), file), {
    selection: new vscode.Range(at, at),
  })
}

async function pin(app: App, folder: Folder, device: string): Promise<void> {
  const entries = await app.services.language.call('credentials', { folder: folder.folder })
  const picked = await vscode.window.showQuickPick(
    entries.map(({ name, username, hosts }) => ({ label: name, description: `${username} · ${hosts.join(', ')}` })),
    { placeHolder: `Credential that ${device} is tried with first` },
  )
  if (picked) await edit(app, folder, [assign(device, { key: 'credential', operator: '=', value: picked.label })])
}

/** A profile of older algorithms has a reason and a day on which to look again. */
async function useProfile(
  app: App,
  folder: Folder,
  { profile, alike }: { readonly profile: string; readonly alike: readonly string[] },
): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `SSH profile ${profile} for ${alike.length === 1 ? alike[0] : `${alike.length} devices`}`,
    prompt: 'Why is it needed? It stands in the inventory.',
    value: 'the device offers nothing newer',
    ignoreFocusOut: true,
  })
  if (!reason) return
  const year = new Date().getFullYear() + 1
  const until = `${year}${new Date().toISOString().slice(4, 10)}`
  const values = { 'ssh.algorithms': profile, 'ssh.reason': reason, 'ssh.until': until }
  const assignments = Object.entries(values).map(([key, value]): Assignment => ({ key, operator: '=', value }))
  await edit(app, folder, [{ kind: 'set', devices: alike, assignments }])
}
