import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { askFleet, atWord, cli, eventually, inlineTexts, lensTitles, netlatch, openFile, target } from './editor.ts'
import { suite } from './suite-context.ts'

const vaultText = () => readFile(join(suite.folder, 'credentials.yaml'), 'utf8')
const credential = (name: string) => ({ folder: suite.folder, credential: name })

describe('credentials', () => {
  it('adds one, sealed', async () => {
    const asked = await answering(
      {
        'Name of the credential': 'edge-backup',
        'Username of edge-backup': 'backup',
        'Tags of edge-backup': ['backbone'],
        'Where edge-backup may be sent': '127.0.0.0/8',
        'Secret of edge-backup': 'Password',
      },
      () => vscode.commands.executeCommand('netlatch.addCredential', { folder: suite.folder }),
    )
    assert.deepEqual(
      asked.filter(({ dialog }) => dialog === 'showErrorMessage'),
      [],
    )
    assert.match(await vaultText(), /edge-backup:\n {4}rev: 1\n {4}username: backup/)
  })

  it('changes a secret: the new one opens a device that has another password since', async () => {
    await askFleet('changePassword', 'ber-old-1', 'admin', suite.secrets.next)
    await answering({ 'New secret of moved': 'Password', password: suite.secrets.next }, () =>
      vscode.commands.executeCommand('netlatch.changeSecret', credential('moved')),
    )
    assert.match(await vaultText(), /moved:\n {4}rev: 2/)
    await cli('creds', 'test', 'ber-old-1', '--credential', 'moved', '--update')
    await eventually(inlineTexts, (texts) => texts['ber-old-1']?.startsWith('✓ moved') === true)
    const { device, outcome } =
      (await askFleet('counters')).attempts.findLast(({ username }) => username === 'admin') ?? {}
    assert.deepEqual([device, outcome], ['ber-old-1', 'accepted'])
  })

  it('shows above each credential what it opens', async () => {
    await openFile('credentials.yaml')
    const titles = await eventually(
      () => lensTitles('credentials.yaml'),
      (found) => found.some((title) => title.startsWith('opens')),
    )
    assert.ok(titles.includes('Change Secret…'))
    assert.ok(
      titles.some((title) => /^opens [1-9] of \d$/.test(title)),
      titles.join(),
    )
  })

  it('releases one after a question', async () => {
    const asked = await answering({ 'Release legacy-admin': 'Release' }, () =>
      vscode.commands.executeCommand('netlatch.releaseCredential', credential('legacy-admin')),
    )
    assert.deepEqual(
      asked.map(({ dialog }) => dialog),
      ['showWarningMessage'],
    )
  })

  it('renames a tag in the vault too, when a person agrees', async () => {
    const at = await atWord('inventory.yaml', 'tags: [legacy]', 8)
    const uri = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))
    const rename = () =>
      vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', uri, at, 'switches')
    await answering({}, () => assert.rejects(async () => rename(), /Not renamed/))
    await answering({ 'Rename it in the vault too?': 'Rename Everywhere' }, async () => {
      await vscode.workspace.applyEdit(await rename())
    })
    await (await openFile('inventory.yaml')).document.save()
    assert.match(await vaultText(), /legacy-admin:[\s\S]*?tags: \[?\s*(- )?switches/)
    assert.doesNotMatch(await vaultText(), /legacy\b(?!-admin)/)
  })

  it('locks the vault: what is typed opens it again, and is kept in the secret storage until it is locked', async () => {
    const { app } = await netlatch()
    const state = () => app.unlocking.stateOf(suite.folder)
    const stored = () => app.context.secrets.get(`netlatch.unlock:${suite.folder}`)
    const [identity] =
      (await readFile(process.env.NETLATCH_IDENTITY_FILE ?? '', 'utf8')).match(/^AGE-SECRET-KEY-.+$/m) ?? []
    const settings = vscode.workspace.getConfiguration('netlatch')
    const nowhere = join(suite.folder, 'nowhere.txt')
    await settings.update('vault.identityFile', nowhere, vscode.ConfigurationTarget.Global)
    await vscode.commands.executeCommand('netlatch.lockVault')
    assert.equal(state(), 'locked')
    const before = (await askFleet('counters')).attempts.length
    const asked = await answering({}, () => vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1')))
    assert.ok(asked.some(({ text }) => text.startsWith('Unlock the vault')))
    assert.equal((await askFleet('counters')).attempts.length, before, 'nothing was sent')
    await answering({ password: identity }, () => vscode.commands.executeCommand('netlatch.unlockVault'))
    assert.equal(state(), 'unlocked')
    assert.equal(await stored(), identity)
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1'))
    assert.equal((await askFleet('counters')).attempts.length, before + 1)
    await vscode.commands.executeCommand('netlatch.lockVault')
    assert.equal(await stored(), undefined)
    await settings.update('vault.identityFile', undefined, vscode.ConfigurationTarget.Global)
    await vscode.commands.executeCommand('netlatch.unlockVault')
    assert.equal(state(), 'unlocked')
  })

  it('locks it by itself after a while without use', async () => {
    const { app } = await netlatch()
    const settings = vscode.workspace.getConfiguration('netlatch')
    await settings.update('vault.autoLockMinutes', 0.01, vscode.ConfigurationTarget.Global)
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1'))
    await eventually(
      () => app.unlocking.stateOf(suite.folder),
      (state) => state === 'locked',
    )
    await settings.update('vault.autoLockMinutes', undefined, vscode.ConfigurationTarget.Global)
    await vscode.commands.executeCommand('netlatch.unlockVault')
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1'))
    await eventually(inlineTexts, (texts) => texts['fra-core-1']?.startsWith('✓') === true)
  })
})
