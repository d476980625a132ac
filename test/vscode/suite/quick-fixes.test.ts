import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { atWord, eventually, openFile, replaceFile, target } from './editor.ts'
import { suite } from './suite-context.ts'

const inventory = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))

describe('quick fixes', () => {
  it('mends a misspelt platform, and one undo brings it back', async () => {
    const editor = await openFile('inventory.yaml')
    const at = await atWord('inventory.yaml', 'platform: arista_eos', 'platform: '.length)
    await editor.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 'arista_eos'.length)), 'arista_oes'))
    const fix = await fixAt(at, 'Change to "arista_eos"')
    assert.equal(fix.isPreferred, true)
    await apply(fix)
    assert.equal(editor.document.lineAt(at.line).text.trim(), 'platform: arista_eos')
    await undoAll(editor)
  })

  it('adds the tag that makes a credential apply, and pins one', async () => {
    const at = await atWord('inventory.yaml', 'fra-notag-1:')
    const { document } = await openFile('inventory.yaml')
    await apply(await fixAt(at, 'Add Tag "backbone" so That tacacs-netops Applies'))
    assert.match(entryOf(document, 'fra-notag-1'), /tags: \[?\s*(- )?backbone/)
    await vscode.commands.executeCommand('undo')
    assert.equal(document.isDirty, false)
    await answering({ 'is tried with first': 'tacacs-netops' }, async () => apply(await fixAt(at, 'Pin a Credential…')))
    assert.match(entryOf(document, 'fra-notag-1'), /credential: tacacs-netops/)
    await vscode.commands.executeCommand('undo')
  })

  it('uses an older SSH profile here, with its reason and a day to look again', async () => {
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-algo-1'))
    const at = await atWord('inventory.yaml', 'fra-algo-1:')
    const { document } = await openFile('inventory.yaml')
    await answering({ 'SSH profile': '2009 supervisor' }, async () =>
      apply(await fixAt(at, 'Use Profile legacy-sha1 Here…')),
    )
    const entry = entryOf(document, 'fra-algo-1')
    assert.match(entry, /algorithms: legacy-sha1/)
    assert.match(entry, /reason: "?2009 supervisor/)
    assert.match(entry, /until: "?\d{4}-\d{2}-\d{2}/)
    await document.save()
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-algo-1'))
    const found = () =>
      vscode.languages.getDiagnostics(inventory).filter(({ message }) => message.includes('fra-algo-1'))
    await eventually(found, (all) => all.length === 0)
  })

  it('goes to the other one of two equal names', async () => {
    const editor = await openFile('inventory.yaml')
    const other = await atWord('inventory.yaml', 'ber-old-1:')
    const last = editor.document.lineCount
    const copy = '  ber-old-1: { host: 127.0.0.1, platform: cisco_ios }\n'
    await editor.edit((edit) => edit.insert(new vscode.Position(last, 0), copy))
    const fixes = await eventually(
      () => actionsAt(new vscode.Position(last - 1, 4)),
      (all) => all.some(({ title }) => title === 'Go to the Other ber-old-1'),
    )
    await apply(fixes.find(({ title }) => title.startsWith('Go to')) as vscode.CodeAction)
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, other.line)
    await undoAll(editor)
  })

  it('moves a password from the inventory into the vault', async () => {
    const path = join(suite.folder, 'inventory.yaml')
    const before = await readFile(path, 'utf8')
    await replaceFile(
      path,
      before.replace(/^( *)ber-old-1:\n/m, `$1ber-old-1:\n$1  password: ${suite.secrets.admin}\n`),
    )
    const at = await eventually(
      () => atWord('inventory.yaml', `password: ${suite.secrets.admin}`, 'password: '.length),
      (found) => found.line > 0,
    )
    const fix = await fixAt(at, 'Move Password to Vault…')
    const answers = {
      'Move this secret': 'Move',
      'Name of the credential': 'moved',
      'Username of moved': 'admin',
      'Tags of moved': ['legacy'],
      'Where moved may be sent': '127.0.0.0/8',
    }
    const asked = await answering(answers, () => apply(fix))
    assert.deepEqual(
      asked.filter(({ dialog }) => dialog === 'showErrorMessage'),
      [],
    )
    await eventually(
      () => readFile(path, 'utf8'),
      (text) => !text.includes('password'),
    )
    assert.match(await readFile(join(suite.folder, 'credentials.yaml'), 'utf8'), /^ {2}moved:/m)
  })
})

async function actionsAt(at: vscode.Position): Promise<readonly vscode.CodeAction[]> {
  const range = new vscode.Range(at, at)
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', inventory, range)
}

async function fixAt(at: vscode.Position, title: string): Promise<vscode.CodeAction> {
  const found = await eventually(
    () => actionsAt(at),
    (all) => all.some((action) => action.title === title),
  )
  return found.find((action) => action.title === title) as vscode.CodeAction
}

async function apply({ edit, command }: vscode.CodeAction): Promise<void> {
  if (edit) await vscode.workspace.applyEdit(edit)
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []))
}

function entryOf(document: vscode.TextDocument, name: string): string {
  const [, after = ''] = document.getText().split(`  ${name}:\n`)
  return after.split(/\n {2}\S/)[0] ?? ''
}

async function undoAll({ document }: vscode.TextEditor): Promise<void> {
  const revert = async () => {
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
    return document.isDirty
  }
  await eventually(revert, (isDirty) => !isDirty)
}
