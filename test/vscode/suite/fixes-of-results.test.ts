import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { apply, fixAt, linesOf } from './code-actions.ts'
import { askFleet, eventually, inlineTexts, openFile, shownDocument, target } from './editor.ts'
import { suite } from './suite-context.ts'

const fixOf = async (device: string, title: string) =>
  fixAt(linesOf((await openFile('inventory.yaml')).document, device), title)
const isShown = (device: string, pattern: RegExp) =>
  eventually(inlineTexts, (texts) => pattern.test(texts[device] ?? ''))
const loginsOf = async (device: string) => (await askFleet('counters')).devices[device]?.logins ?? 0

describe('quick fixes of results', () => {
  it('diagnoses a device that failed', async () => {
    await apply(await fixOf('fra-dead-1', 'Diagnose'))
    assert.equal(shownDocument().fileName, '/fra-dead-1 — diagnosis')
  })

  it('tests the login of a device that failed once more', async () => {
    await askFleet('setFault', 'fra-dead-1', { dead: false })
    await apply(await fixOf('fra-dead-1', 'Test Login Again'))
    await isShown('fra-dead-1', /^✓ tacacs-netops/)
    await askFleet('setFault', 'fra-dead-1', { dead: true })
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-dead-1'))
    await isShown('fra-dead-1', /refused/)
  })

  it('tests a device whose result has become old', async () => {
    const settings = vscode.workspace.getConfiguration('netlatch')
    // A tenth of a second.
    await settings.update('results.staleAfterDays', 1e-6, vscode.ConfigurationTarget.Global)
    const before = await loginsOf('fra-core-2')
    await apply(await fixOf('fra-core-2', 'Test Login'))
    assert.equal(await loginsOf('fra-core-2'), before + 1)
    await settings.update('results.staleAfterDays', undefined, vscode.ConfigurationTarget.Global)
  })

  it('trusts a changed host key once both fingerprints were compared, and not before', async () => {
    const knownHosts = () => readFile(join(suite.folder, 'known_hosts'), 'utf8')
    const before = await knownHosts()
    const asked = await answering({}, async () => apply(await fixOf('fra-key-1', 'Compare Fingerprints and Trust…')))
    assert.match(asked[0]?.detail ?? '', /Was: ED25519 SHA256:.*\nNow: ED25519 SHA256:/)
    assert.equal(await knownHosts(), before)
    await answering({ 'host key of fra-key-1 changed': 'Trust This Key' }, async () =>
      apply(await fixOf('fra-key-1', 'Compare Fingerprints and Trust…')),
    )
    assert.notEqual(await knownHosts(), before)
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-key-1'))
    await isShown('fra-key-1', /^✓ tacacs-netops/)
  })
})
