import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { Fix } from '../../../packages/vscode-ext/src/annotate/diagnostics.ts'
import { asWorkspaceEdit } from '../../../packages/vscode-ext/src/editor/text-edits.ts'
import { answering } from './answers.ts'
import { atWord, inlineTexts, netlatch, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

const path = join(suite.folder, 'inventory.yaml')
const inventory = vscode.Uri.file(path)
// More lines than an entry has: what is planned without them lands in another device.
const typed = '# typed\n'.repeat(12)

/** As the commands of quick fixes are called. */
const applyFix = (fix: Fix, at: { readonly line: number; readonly column: number; readonly version?: number }) =>
  answering({}, () =>
    vscode.commands.executeCommand('netlatch.applyFix', { folder: suite.folder, path, endColumn: 0, ...at, fix }),
  )

/** Does something with lines that nobody has read yet above everything, and brings the file back. */
async function withTyped(work: (document: vscode.TextDocument, before: string) => Promise<void>): Promise<void> {
  const { app } = await netlatch()
  const editor = await openFile('inventory.yaml')
  const { document } = editor
  await app.folders.settled(document)
  // The service is awake, so that what follows is quicker than its pause.
  await inlineTexts()
  const before = document.getText()
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), typed))
  try {
    await work(document, before)
  } finally {
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
    await app.folders.settled(document)
  }
}

describe('a text that was typed a moment ago', () => {
  it('is changed in the lines that are meant, and nowhere else', () =>
    withTyped(async (document, before) => {
      const [, indent = ''] = /^( +)fra-notag-1:\n( +)/m.exec(before) ?? []
      await applyFix({ kind: 'pin-to', device: 'fra-notag-1', credential: 'tacacs-netops' }, { line: 1, column: 1 })
      const after = document.getText()
      assert.match(
        after,
        new RegExp(`^${indent}fra-notag-1:\\n(?:${indent} .*\\n)*?${indent} +credential: tacacs-netops`, 'm'),
      )
      assert.equal(after.replace(/^ *credential: tacacs-netops\n/m, ''), `${typed}${before}`)
    }))

  it('is not changed at a place that a problem had before', () =>
    withTyped(async (document, before) => {
      const version = document.version - 1
      const at = { line: 1, column: 1, version }
      const asked = await applyFix({ kind: 'replace', was: 'platform', text: 'plattform' }, at)
      assert.deepEqual(
        asked.map(({ text }) => text),
        ['inventory.yaml has changed since it was read: nothing was changed. Do it again.'],
      )
      assert.equal(document.getText(), `${typed}${before}`)
    }))

  it('is renamed in as it is', () =>
    withTyped(async (document, before) => {
      const at = await atWord('inventory.yaml', 'ber-old-2:')
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        inventory,
        at,
        'ber-old-9',
      )
      await vscode.workspace.applyEdit(edit)
      assert.equal(document.getText(), `${typed}${before.replace('ber-old-2:', 'ber-old-9:')}`)
    }))

  it('takes no change that was planned on another one', () =>
    withTyped(async (document, before) => {
      const change = { path, file: 'inventory.yaml', before, after: before.replace('ber-old-2:', 'ber-old-9:') }
      await assert.rejects(asWorkspaceEdit([change]), /inventory\.yaml has changed since it was read/)
      assert.equal((await asWorkspaceEdit([{ ...change, before: document.getText() }])).size, 1)
    }))
})
