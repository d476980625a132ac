import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { askFleet, eventually, inlineTexts, netlatch, shownDocument, target } from './editor.ts'
import { suite } from './suite-context.ts'

const run = promisify(execFile)

describe('with other programs', () => {
  it('shows within 2 s what the command line has found out', async () => {
    await askFleet('setFault', 'fra-dead-1', { dead: false })
    const line = [suite.cli, '-C', suite.folder, 'creds', 'test', 'fra-dead-1', '--update']
    await run(suite.node, line, { env: { ...process.env, NO_COLOR: '1' } }).catch((error: { stdout: string }) => {
      assert.fail(error.stdout)
    })
    const isShown = (texts: Readonly<Record<string, string>>) => texts['fra-dead-1'] === '✓ tacacs-netops · now'
    await eventually(inlineTexts, isShown, 2_000)
  })

  it('takes a second workspace of the window, and lets it go again', async () => {
    const { app, devices } = await netlatch()
    const all = () => app.folders.all.map(({ name }) => name)
    vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(suite.branch), name: 'branch' })
    await eventually(all, (names) => names.includes('branch'))
    assert.deepEqual(
      (await devices.getChildren()).map((node) => node.kind),
      ['folder', 'folder'],
    )
    vscode.workspace.updateWorkspaceFolders(1, 1)
    await eventually(all, (names) => names.length === 1)
  })

  it('compares credentials with an earlier commit', async () => {
    const git = (...words: string[]) =>
      run('git', ['-C', suite.folder, '-c', 'user.name=T', '-c', 'user.email=t@example.net', ...words])
    await git('init', '-q')
    await git('add', 'inventory.yaml', 'netlatch.yaml', 'credentials.yaml', 'known_hosts')
    await git('commit', '-q', '-m', 'Before')
    const uri = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))
    const document = await vscode.workspace.openTextDocument(uri)
    const edit = new vscode.WorkspaceEdit()
    const at = document.getText().indexOf('    tags: [backbone]\n')
    edit.delete(
      uri,
      new vscode.Range(document.positionAt(at), document.positionAt(at + '    tags: [backbone]\n'.length)),
    )
    await vscode.workspace.applyEdit(edit)
    await document.save()
    await vscode.commands.executeCommand('netlatch.showChangesSince', 'HEAD')
    assert.match(shownDocument().text, /1 file changed · 1 of 9 devices get other candidates/)
    await git('checkout', '-q', '--', 'inventory.yaml')
  })

  it('answers agents with what is known, and runs what only reads', async () => {
    const ask = async (name: string, input: object) => {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined })
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('')
    }
    assert.match(await ask('netlatch_devices', {}), /^fra-core-1\t127/)
    assert.match(await ask('netlatch_coverage', {}), /# Coverage/)
    assert.match(await ask('netlatch_explain', { device: 'fra-core-1' }), /tacacs-netops/)
    assert.match(await ask('netlatch_run', { device: 'fra-core-2', command: 'show version' }), /Cisco IOS/)
    await assert.rejects(ask('netlatch_run', { device: 'fra-core-2', command: 'write erase' }), /not read-only/)
    await assert.rejects(ask('netlatch_explain', { device: 'nowhere' }), /not in the inventory/)
  })

  it('makes a workspace where there is none, once', async () => {
    await answering({}, () => vscode.commands.executeCommand('netlatch.createWorkspace'))
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, join(suite.folder, 'inventory.yaml'))
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /fra-core-1/, 'what was there stays')
  })

  it('says what failed in one message, and goes on', async () => {
    const asked = await answering({}, () => vscode.commands.executeCommand('netlatch.showBackup', target('ber-old-2')))
    assert.match(asked[0]?.text ?? '', /ber-old-2 has no backup/)
  })

  it('shows no secret in any document, and finds one that is planted', async () => {
    const { app } = await netlatch()
    const secrets = Object.values(suite.secrets)
    const leaks = () =>
      vscode.workspace.textDocuments
        .filter((document) => secrets.some((secret) => document.getText().includes(secret)))
        .map(({ uri }) => uri.path)
    assert.deepEqual(leaks(), [])
    await app.documents.show('planted', `x${suite.secrets.netops}y`)
    assert.deepEqual(leaks(), ['/planted'])
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  })
})
