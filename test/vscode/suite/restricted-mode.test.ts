import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { Fix } from '../../../packages/vscode-ext/src/annotate/diagnostics.ts'
import { answering } from './answers.ts'
import { askFleet, atWord, eventually, netlatch, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

const path = join(suite.folder, 'inventory.yaml')
const inventory = vscode.Uri.file(path)
const refusal = 'This workspace is not trusted: nothing but its files is looked at.'

/** As a window is before a person trusts it: what the extension asks says so, whatever the window was started with. */
async function untrusted(work: () => PromiseLike<void>): Promise<void> {
  const own = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted')
  assert.ok(own, 'trust can be asked')
  Object.defineProperty(vscode.workspace, 'isTrusted', { ...own, get: () => false })
  try {
    await work()
  } finally {
    Object.defineProperty(vscode.workspace, 'isTrusted', own)
  }
}

const applyFix = (fix: Fix) =>
  vscode.commands.executeCommand('netlatch.applyFix', { folder: suite.folder, path, line: 1, column: 1, fix })

const vault = () => readFile(join(suite.folder, 'credentials.yaml'), 'utf8')

describe('in Restricted Mode', () => {
  it('no quick fix reaches the vault or a device', () =>
    untrusted(async () => {
      const before = await vault()
      const { attempts } = await askFleet('counters')
      const answers = { 'Move this secret': 'Move', 'Name of the credential': 'moved-2', password: 'x' }
      const fixes: readonly Fix[] = [
        { kind: 'move-secret', place: 'devices.ber-old-1.password' },
        { kind: 'command', title: 'Test Login', command: 'netlatch.testLogin', device: 'fra-core-1' },
      ]
      for (const fix of fixes) {
        const asked = await answering(answers, () => applyFix(fix))
        assert.deepEqual(
          asked.map(({ dialog, text }) => [dialog, text]),
          [['showErrorMessage', refusal]],
          fix.kind,
        )
      }
      assert.equal(await vault(), before)
      assert.equal((await askFleet('counters')).attempts.length, attempts.length)
    }))

  it('no such quick fix is offered, and those that change the file are', async () => {
    const { document } = await openFile('inventory.yaml')
    const at = await atWord('inventory.yaml', 'platform: cisco_ios', 'platform: '.length)
    const edit = new vscode.WorkspaceEdit()
    const line = document.lineAt(at.line).text
    const indent = ' '.repeat(line.length - line.trimStart().length)
    edit.replace(inventory, new vscode.Range(at, at.translate(0, 'cisco_ios'.length)), 'cisco_iso')
    edit.insert(inventory, new vscode.Position(at.line, 0), `${indent}password: left-behind\n`)
    await vscode.workspace.applyEdit(edit)
    const titles = async () => {
      const entry = new vscode.Range(at.line, 0, at.line + 1, 200)
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        inventory,
        entry,
      )
      return found.map(({ title }) => title).filter((title) => /Vault|cisco_ios/.test(title))
    }
    const both = ['Change to "cisco_ios"', 'Move Password to Vault…']
    await eventually(titles, (found) => both.every((title) => found.includes(title)))
    await untrusted(async () => assert.deepEqual(await titles(), ['Change to "cisco_ios"']))
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
  })

  it('a tag that credentials match by keeps its name', () =>
    untrusted(async () => {
      const before = await vault()
      const at = await atWord('inventory.yaml', 'tags: [backbone]', 8)
      const rename = () =>
        vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', inventory, at, 'other')
      const asked = await answering({ 'Rename it in the vault too?': 'Rename Everywhere' }, () =>
        assert.rejects(async () => rename(), /not trusted/),
      )
      assert.deepEqual(asked, [])
      assert.equal(await vault(), before)
    }))

  it('nothing of the extension reaches what connects and unlocks', () =>
    untrusted(async () => {
      const { app } = await netlatch()
      const [folder] = app.folders.all
      assert.ok(folder)
      assert.throws(() => app.services.operations, /not trusted/)
      await answering({}, async () => {
        await assert.rejects(app.unlocking.unlock(folder), /not trusted/)
        await assert.rejects(
          app.unlocking.with(folder, async () => assert.fail('it was done')),
          /not trusted/,
        )
      })
    }))
})
