import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { askFleet, netlatch, target } from './editor.ts'
import { suite } from './suite-context.ts'

const attempts = async () => (await askFleet('counters')).attempts.length
const testLogin = () => vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1'))

describe('a vault that a person locked', () => {
  it('is not opened by its identity file without a question, and asks once', async () => {
    const { app } = await netlatch()
    const state = () => app.unlocking.stateOf(suite.folder)
    await vscode.commands.executeCommand('netlatch.unlockVault')
    await vscode.commands.executeCommand('netlatch.lockVault')
    const before = await attempts()
    const declined = await answering({}, testLogin)
    const question = 'Unlock the vault of net? It was locked in this window.'
    assert.deepEqual(
      declined.map(({ text }) => text),
      [question],
    )
    assert.equal(state(), 'locked')
    assert.equal(await attempts(), before, 'nothing was sent')

    const agreed = await answering({ 'Unlock the vault': 'Unlock Vault' }, testLogin)
    assert.equal(agreed.filter(({ text }) => text === question).length, 1)
    assert.equal(state(), 'unlocked')
    const used = await attempts()
    assert.ok(used > before, 'it was opened, and used')

    const later = await answering({}, testLogin)
    assert.deepEqual(
      later.filter(({ text }) => text === question),
      [],
    )
    assert.ok((await attempts()) > used, 'it stays open')
  })

  it('opens at once by the command that says so', async () => {
    const { app } = await netlatch()
    await vscode.commands.executeCommand('netlatch.lockVault')
    const asked = await answering({}, () => vscode.commands.executeCommand('netlatch.unlockVault'))
    assert.deepEqual(asked, [])
    assert.equal(app.unlocking.stateOf(suite.folder), 'unlocked')
  })
})
